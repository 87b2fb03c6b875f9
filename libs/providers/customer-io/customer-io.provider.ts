import { Injectable } from '@nestjs/common';
import type {
  AudienceCreation,
  AudiencePage,
  ContactChange,
  ContactEvent,
  ContactReading,
  ContactRemoval,
  CrmProvider,
  Outcome,
  ProviderAccess,
  ProviderManifest,
  Verification,
} from '@rekomi/provider-contract';
import { trackEvent, trackEvents } from './customer-io.activity.js';
import { upsertContacts } from './customer-io.bulk.js';
import { removeContact, upsertContact } from './customer-io.contacts.js';
import { customerIoManifest } from './customer-io.manifest.js';
import { readPerson } from './customer-io.people.js';
import { createSegment, listSegments, NO_APP_KEY } from './customer-io.segments.js';
import { CustomerIoSession } from './customer-io.session.js';
import { verifyCredentials } from './customer-io.verify.js';

/** Customer.io: Track API for writing, App API for reading. Stateless; every call works in a session of its own. */
@Injectable()
export class CustomerIoProvider implements CrmProvider {
  readonly manifest: ProviderManifest = customerIoManifest;

  verify(access: ProviderAccess): Promise<Verification> {
    return verifyCredentials(access);
  }

  /** The vendor's list has no pages, so there never is a cursor. */
  listAudiences(access: ProviderAccess): Promise<AudiencePage> {
    return listSegments(new CustomerIoSession(access));
  }

  createAudience(access: ProviderAccess, name: string): Promise<AudienceCreation> {
    return createSegment(new CustomerIoSession(access), name);
  }

  upsertContact(access: ProviderAccess, change: ContactChange): Promise<Outcome> {
    return upsertContact(new CustomerIoSession(access), change);
  }

  upsertContacts(access: ProviderAccess, changes: readonly ContactChange[]): Promise<readonly Outcome[]> {
    return upsertContacts(new CustomerIoSession(access), changes);
  }

  trackEvent(access: ProviderAccess, event: ContactEvent): Promise<Outcome> {
    return trackEvent(new CustomerIoSession(access), event);
  }

  trackEvents(access: ProviderAccess, events: readonly ContactEvent[]): Promise<readonly Outcome[]> {
    return trackEvents(new CustomerIoSession(access), events);
  }

  async readContact(access: ProviderAccess, email: string): Promise<ContactReading> {
    return access.has('appApiKey') ? readPerson(new CustomerIoSession(access), email.trim()) : NO_APP_KEY;
  }

  removeContact(access: ProviderAccess, removal: ContactRemoval): Promise<Outcome> {
    return removeContact(new CustomerIoSession(access), removal);
  }
}

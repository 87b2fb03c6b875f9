import { Injectable } from '@nestjs/common';
import type {
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
import { removeContact, upsertContact, upsertContacts } from './braze.contacts.js';
import { trackEvent, trackEvents } from './braze.events.js';
import { listGroups } from './braze.groups.js';
import { brazeManifest } from './braze.manifest.js';
import { eraseContact, readContact } from './braze.people.js';
import { verifyKey } from './braze.verify.js';

/** Braze. Nearly everything goes through `/users/track`, alone or up to 50 at once. */
@Injectable()
export class BrazeProvider implements CrmProvider {
  readonly manifest: ProviderManifest = brazeManifest;

  verify(access: ProviderAccess): Promise<Verification> {
    return verifyKey(access);
  }

  async listAudiences(access: ProviderAccess): Promise<AudiencePage> {
    return listGroups(access);
  }

  upsertContact(access: ProviderAccess, change: ContactChange): Promise<Outcome> {
    return upsertContact(access, change);
  }

  upsertContacts(access: ProviderAccess, changes: readonly ContactChange[]): Promise<readonly Outcome[]> {
    return upsertContacts(access, changes);
  }

  trackEvent(access: ProviderAccess, event: ContactEvent): Promise<Outcome> {
    return trackEvent(access, event);
  }

  trackEvents(access: ProviderAccess, events: readonly ContactEvent[]): Promise<readonly Outcome[]> {
    return trackEvents(access, events);
  }

  readContact(access: ProviderAccess, email: string): Promise<ContactReading> {
    return readContact(access, email.trim());
  }

  removeContact(access: ProviderAccess, removal: ContactRemoval): Promise<Outcome> {
    return removeContact(access, removal);
  }

  eraseContact(access: ProviderAccess, email: string): Promise<Outcome> {
    return eraseContact(access, email.trim());
  }
}

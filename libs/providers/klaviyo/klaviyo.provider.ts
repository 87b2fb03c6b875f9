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
import { trackEvents, upsertContacts } from './klaviyo.bulk.js';
import { upsertContact } from './klaviyo.contacts.js';
import { trackEvent } from './klaviyo.events.js';
import { createList, listLists } from './klaviyo.lists.js';
import { klaviyoManifest } from './klaviyo.manifest.js';
import { eraseContact, readContact } from './klaviyo.people.js';
import { removeContact } from './klaviyo.removal.js';
import { verifyKey } from './klaviyo.verify.js';

/** Klaviyo, at the revision that the manifest names. */
@Injectable()
export class KlaviyoProvider implements CrmProvider {
  readonly manifest: ProviderManifest = klaviyoManifest;

  verify(access: ProviderAccess): Promise<Verification> {
    return verifyKey(access);
  }

  listAudiences(access: ProviderAccess, cursor?: string): Promise<AudiencePage> {
    return listLists(access, cursor);
  }

  createAudience(access: ProviderAccess, name: string): Promise<AudienceCreation> {
    return createList(access, name);
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

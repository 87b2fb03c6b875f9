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
import { upsertContacts } from './activecampaign.bulk.js';
import { removeContact, upsertContact } from './activecampaign.contacts.js';
import { trackEvent } from './activecampaign.events.js';
import { activecampaignManifest } from './activecampaign.manifest.js';
import { eraseContact, listLists, readContact } from './activecampaign.people.js';
import { verifyAccount } from './activecampaign.verify.js';

/** ActiveCampaign, API v3, with the event tracker. Stateless; ids of tags and fields are remembered in `access.memo`. */
@Injectable()
export class ActivecampaignProvider implements CrmProvider {
  readonly manifest: ProviderManifest = activecampaignManifest;

  verify(access: ProviderAccess): Promise<Verification> {
    return verifyAccount(access);
  }

  listAudiences(access: ProviderAccess, cursor?: string): Promise<AudiencePage> {
    return listLists(access, cursor);
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

  readContact(access: ProviderAccess, email: string): Promise<ContactReading> {
    return readContact(access, email);
  }

  removeContact(access: ProviderAccess, removal: ContactRemoval): Promise<Outcome> {
    return removeContact(access, removal);
  }

  eraseContact(access: ProviderAccess, email: string): Promise<Outcome> {
    return eraseContact(access, email);
  }
}

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
import { listAudiences } from './mailchimp.audiences.js';
import { removeContact, upsertContact } from './mailchimp.contacts.js';
import { mailchimpManifest } from './mailchimp.manifest.js';
import { eraseContact, readContact, trackEvent } from './mailchimp.people.js';
import { verifyKey } from './mailchimp.verify.js';

/**
 * Mailchimp, Marketing API 3.0. There are no bulk calls: the synchronous one overwrites the status of people who are
 * there, and the asynchronous one neither keeps a person's calls in order nor says what became of them.
 */
@Injectable()
export class MailchimpProvider implements CrmProvider {
  readonly manifest: ProviderManifest = mailchimpManifest;

  verify(access: ProviderAccess): Promise<Verification> {
    return verifyKey(access);
  }

  listAudiences(access: ProviderAccess, cursor?: string): Promise<AudiencePage> {
    return listAudiences(access, cursor);
  }

  upsertContact(access: ProviderAccess, change: ContactChange): Promise<Outcome> {
    return upsertContact(access, change);
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

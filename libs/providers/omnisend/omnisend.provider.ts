import { Injectable } from '@nestjs/common';
import {
  isSendable,
  lacking,
  outcomeOf,
  together,
  told,
  unknownAnswer,
  unreachable,
  verificationOf,
  type AudienceCreation,
  type AudiencePage,
  type ContactChange,
  type ContactEvent,
  type ContactReading,
  type ContactRemoval,
  type CrmProvider,
  type Failure,
  type Outcome,
  type ProviderAccess,
  type ProviderManifest,
  type Right,
  type Verification,
  type Warning,
} from '@rekomi/provider-contract';
import { consentOf, eventRefusal } from './omnisend.answers.js';
import { ask, listSegments, look } from './omnisend.calls.js';
import { settled, bring, takeBack } from './omnisend.contacts.js';
import { omnisendManifest } from './omnisend.manifest.js';
import { isUpToDate, uuidOf, wishOf, withoutEmpty } from './omnisend.mapping.js';

const CREDENTIALS: readonly string[] = ['apiKey'];

/** Omnisend, API version 2026-03-15. Tags are the audiences: there are no lists, and segments compute their members. */
@Injectable()
export class OmnisendProvider implements CrmProvider {
  readonly manifest: ProviderManifest = omnisendManifest;

  /** Reads a contact, which is the right that is needed, and asks for the brand's name, which other keys may not see. */
  async verify(access: ProviderAccess): Promise<Verification> {
    const missing = lacking(access, CREDENTIALS);
    if (missing !== undefined) return missing;
    const contacts = await ask(access, 'GET', '/contacts', { query: { limit: '1' } });
    if (contacts.kind !== 'ok' || !Array.isArray(contacts.body.contacts))
      return fault(contacts.kind === 'failed' ? contacts.failure : unknownAnswer());
    const brand = await ask(access, 'GET', '/brands/current');
    const { brandID: id, name } = brand.kind === 'ok' ? brand.body : {};
    const segments = await ask(access, 'GET', '/segments', { query: { limit: '1' } });
    const mayListSegments = segments.kind === 'ok';
    const rights: readonly Right[] = [
      { name: 'read_back', granted: true },
      {
        name: 'segments',
        granted: mayListSegments,
        ...(mayListSegments
          ? {}
          : { detail: 'A segment that is chosen by mistake is not told apart from a tag.' }),
      },
    ];
    return {
      kind: 'valid',
      account: { ...(typeof id === 'string' ? { id } : {}), ...(typeof name === 'string' ? { name } : {}) },
      rights,
      checks: [{ credentials: CREDENTIALS, result: 'valid' }],
    };
  }

  listAudiences(access: ProviderAccess, cursor?: string): Promise<AudiencePage> {
    return listSegments(access, cursor);
  }

  /** A tag comes into being with the first contact that gets it; its name is its id. */
  createAudience(_: ProviderAccess, name: string): Promise<AudienceCreation> {
    const tag = name.trim();
    return Promise.resolve(
      tag === ''
        ? { kind: 'refused', code: 'field_rejected', field: 'name' }
        : { kind: 'created', audience: { id: tag, name: tag } },
    );
  }

  async upsertContact(access: ProviderAccess, change: ContactChange): Promise<Outcome> {
    if (!isSendable(change.desired.email)) return { kind: 'refused', code: 'email_invalid', field: 'email' };
    const { values, warnings } = wishOf(change);
    if (isUpToDate(change, values)) return outcomeOf({ warnings }, 'unchanged');
    return settled(together({ warnings }, await bring(access, change, values)));
  }

  /** An event with an address would create the contact; one with an id cannot. */
  async trackEvent(access: ProviderAccess, event: ContactEvent): Promise<Outcome> {
    const name = event.name.trim();
    if (name === '') return { kind: 'refused', code: 'event_name_invalid', field: 'eventName' };
    const at = Date.parse(event.occurredAt);
    if (!Number.isFinite(at)) return { kind: 'refused', code: 'event_time_invalid', field: 'eventTime' };
    let id = event.vendorId;
    if (id === undefined) {
      if (!isSendable(event.email)) return { kind: 'refused', code: 'email_invalid', field: 'email' };
      const seen = await look(access, event.email);
      if (seen.kind === 'failed') return seen.failure;
      if (seen.kind === 'absent')
        return { kind: 'refused', code: 'event_refused', vendorMessage: 'No such contact.' };
      id = seen.contact.id;
    }
    const common = {
      eventName: name,
      origin: 'api',
      eventID: uuidOf(event.dedupeId),
      eventTime: new Date(at).toISOString(),
      contact: { id },
    };
    const data = withoutEmpty(event.data) as Readonly<Record<string, unknown>>;
    const send = (properties: object) => ask(access, 'POST', '/events', { json: { ...common, properties } });
    let reading = await send(data);
    let warnings: readonly Warning[] = [];
    if (reading.kind === 'declined') {
      // The kind of each property is fixed by the first event of that name, so one of them may not fit.
      const { fields, vendorMessage = '' } = reading;
      const bad = Object.keys(data).filter((key) => fields.some((path) => path === `properties.${key}`));
      if (bad.length === 0) return eventRefusal(reading);
      reading = await send(Object.fromEntries(Object.entries(data).filter(([key]) => !bad.includes(key))));
      warnings = bad.map((field) => ({
        code: 'field_rejected',
        field,
        detail: `Omnisend did not take it: ${vendorMessage}`,
      }));
    }
    if (reading.kind === 'failed') return reading.failure;
    if (reading.kind === 'declined') return eventRefusal(reading);
    if (reading.status !== 202) return unknownAnswer(reading.status);
    return { kind: 'accepted', ...told(warnings) };
  }

  async readContact(access: ProviderAccess, email: string): Promise<ContactReading> {
    if (!isSendable(email)) return { kind: 'not_found' };
    const seen = await look(access, email);
    if (seen.kind === 'failed') return seen.failure;
    if (seen.kind === 'absent') return { kind: 'not_found' };
    const { id, email: own, fields, status, tags, segments } = seen.contact;
    return {
      kind: 'found',
      snapshot: {
        email: own,
        vendorId: id,
        fields,
        consent: consentOf(status),
        audiences: [...tags, ...segments],
        tags,
        seenAt: new Date(access.now()).toISOString(),
      },
    };
  }

  async removeContact(access: ProviderAccess, { previous }: ContactRemoval): Promise<Outcome> {
    if (!isSendable(previous.email)) return { kind: 'unchanged' };
    const seen = await look(access, previous.email);
    if (seen.kind === 'failed') return seen.failure;
    return seen.kind === 'absent'
      ? { kind: 'unchanged' }
      : settled(await takeBack(access, previous, seen.contact));
  }
}

function fault(failure: Failure): Verification {
  // No key is at fault when the vendor has retired the version that we speak.
  if (failure.code === 'api_version_retired') return unreachable(failure, CREDENTIALS);
  const detail =
    failure.code === 'right_missing'
      ? 'The key works, but may not read contacts.'
      : 'Omnisend does not accept this key.';
  return verificationOf(failure, CREDENTIALS, detail);
}

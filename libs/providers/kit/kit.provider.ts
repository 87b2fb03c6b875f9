import { Injectable } from '@nestjs/common';
import {
  eventTag,
  pathSegment,
  type Audience,
  type AudienceCreation,
  type AudiencePage,
  type ContactChange,
  type ContactEvent,
  type ContactReading,
  type ContactRemoval,
  type CredentialCheck,
  type CrmProvider,
  type Outcome,
  type ProviderAccess,
  type ProviderManifest,
  type Verification,
} from '@rekomi/provider-contract';
import { consentOf, isObject, UNKNOWN } from './kit.answers.js';
import { ask, findSubscriber, listAll, listPage, subscriberOf, tagNamed } from './kit.calls.js';
import { bring, idOf, NOTHING, outcomeOf, tagWith, takeBack, together } from './kit.contacts.js';
import { kitManifest } from './kit.manifest.js';
import { isSendable, isUpToDate, wishOf } from './kit.mapping.js';

const CREDENTIALS: readonly string[] = ['apiKey'];

/** Kit, API v4. Tags are the audiences: Kit has no lists, and segments compute their members. */
@Injectable()
export class KitProvider implements CrmProvider {
  readonly manifest: ProviderManifest = kitManifest;

  async verify(access: ProviderAccess): Promise<Verification> {
    if (!access.has('apiKey')) {
      const check: CredentialCheck = {
        credentials: CREDENTIALS,
        result: 'missing',
        code: 'credential_missing',
      };
      return { kind: 'rejected', code: 'credential_missing', credentials: CREDENTIALS, checks: [check] };
    }
    const reading = await ask(access, 'GET', '/account');
    const account =
      reading.kind === 'ok' && isObject(reading.body.account) ? reading.body.account : undefined;
    if (account !== undefined) {
      const { id, name } = account;
      return {
        kind: 'valid',
        account: {
          ...(typeof id === 'number' || typeof id === 'string' ? { id: String(id) } : {}),
          ...(typeof name === 'string' ? { name } : {}),
        },
        rights: ['audiences', 'events', 'read_back'].map((right) => ({ name: right, granted: true })),
        checks: [{ credentials: CREDENTIALS, result: 'valid' }],
      };
    }
    const { kind, code, vendorMessage } = reading.kind === 'failed' ? reading.failure : UNKNOWN;
    const words = vendorMessage === undefined ? {} : { vendorMessage };
    const refused = kind === 'unauthorised';
    const detail =
      'A key of v3 does not work here; make one under "V4 API Keys". A lapsed account is refused as well.';
    const check: CredentialCheck = refused
      ? { credentials: CREDENTIALS, result: 'rejected', code, detail, ...words }
      : { credentials: CREDENTIALS, result: 'unreachable', code, ...words };
    return refused
      ? { kind: 'rejected', code, credentials: CREDENTIALS, checks: [check], ...words }
      : { kind: 'unreachable', code, checks: [check], ...words };
  }

  async listAudiences(access: ProviderAccess, cursor?: string): Promise<AudiencePage> {
    const page = await listPage(access, '/tags', 'tags', cursor);
    if (page.kind === 'failed') return page.failure;
    if (page.kind === 'declined') return { ...UNKNOWN, status: page.status };
    const audiences = page.items.flatMap(({ id, name }): readonly Audience[] =>
      typeof id === 'number' || typeof id === 'string'
        ? [{ id: String(id), name: typeof name === 'string' ? name : String(id) }]
        : [],
    );
    return { kind: 'page', audiences, ...(page.next === undefined ? {} : { nextCursor: page.next }) };
  }

  async createAudience(access: ProviderAccess, name: string): Promise<AudienceCreation> {
    if (name.trim() === '') return { kind: 'refused', code: 'field_rejected', field: 'name' };
    const tag = await tagNamed(access, name.trim());
    if (tag.kind === 'failed') return tag.failure;
    if (tag.kind === 'named') return { kind: 'created', audience: { id: tag.id, name: tag.name } };
    const words = tag.vendorMessage === undefined ? {} : { vendorMessage: tag.vendorMessage };
    return { kind: 'refused', code: 'field_rejected', field: 'name', status: tag.status, ...words };
  }

  async upsertContact(access: ProviderAccess, change: ContactChange): Promise<Outcome> {
    if (!isSendable(change.desired.email))
      return { kind: 'refused', code: 'email_invalid', field: 'email_address' };
    const { values, warnings } = wishOf(change);
    if (isUpToDate(change, values)) return outcomeOf({ ...NOTHING, warnings });
    return outcomeOf(together({ ...NOTHING, warnings }, await bring(access, change, values)));
  }

  /** A tag stands for each kind of event. Tagging somebody unknown answers 404 and creates nobody. */
  async trackEvent(access: ProviderAccess, { name, email, vendorId }: ContactEvent): Promise<Outcome> {
    if (name.trim() === '') return { kind: 'refused', code: 'event_name_invalid', field: 'name' };
    if (vendorId === undefined && !isSendable(email))
      return { kind: 'refused', code: 'email_invalid', field: 'email' };
    const tagged = await tagWith(
      access,
      eventTag(name.trim()),
      vendorId === undefined ? { email } : { id: vendorId },
    );
    const { declined, written, failure, anew } = tagged;
    if (declined !== undefined) {
      const { status, vendorMessage } = declined;
      const words = vendorMessage === undefined ? {} : { vendorMessage };
      return { kind: 'refused', code: 'event_refused', status, ...words };
    }
    if (failure !== undefined) return failure;
    return { kind: anew === true ? 'confirmed' : 'unchanged', ...(written === undefined ? {} : { written }) };
  }

  async readContact(access: ProviderAccess, email: string): Promise<ContactReading> {
    if (!isSendable(email)) return { kind: 'not_found' };
    const found = await findSubscriber(access, email);
    if (found.kind === 'failed') return found.failure;
    if (found.kind === 'absent') return { kind: 'not_found' };
    // The list that was searched lags behind; what is read by id is current.
    const path = `/subscribers/${pathSegment(found.subscriber.id)}`;
    const seen = subscriberOf(await ask(access, 'GET', path));
    if (seen.kind === 'failed') return seen.failure;
    if (seen.kind === 'declined')
      return seen.status === 404 ? { kind: 'not_found' } : { ...UNKNOWN, status: seen.status };
    const tags = await listAll(access, `${path}/tags`, 'tags');
    const { id, state, fields } = seen.subscriber;
    return {
      kind: 'found',
      snapshot: {
        email: seen.subscriber.email,
        vendorId: id,
        fields,
        consent: consentOf(state),
        ...(tags.kind === 'all' ? { audiences: tags.items.map((tag) => String(tag.id)) } : {}),
        seenAt: new Date(access.now()).toISOString(),
      },
    };
  }

  async removeContact(access: ProviderAccess, { previous }: ContactRemoval): Promise<Outcome> {
    if (!isSendable(previous.email)) return { kind: 'unchanged' };
    const id = await idOf(access, previous);
    if (id === undefined) return { kind: 'unchanged' };
    return typeof id === 'object' ? id.failure : outcomeOf(await takeBack(access, previous, id));
  }
}

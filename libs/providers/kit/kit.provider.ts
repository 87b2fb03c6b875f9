import { Injectable } from '@nestjs/common';
import {
  eventTag,
  idIn,
  isObject,
  isSendable,
  lacking,
  outcomeOf,
  pathSegment,
  refused,
  together,
  unknownAnswer,
  verificationOf,
  type Audience,
  type AudienceCreation,
  type AudiencePage,
  type ContactChange,
  type ContactEvent,
  type ContactReading,
  type ContactRemoval,
  type CrmProvider,
  type Outcome,
  type ProviderAccess,
  type ProviderManifest,
  type Verification,
} from '@rekomi/provider-contract';
import { consentOf } from './kit.answers.js';
import { ask, findSubscriber, listAll, listPage, subscriberOf, tagNamed } from './kit.calls.js';
import { settled, bring, idOf, tagWith, takeBack } from './kit.contacts.js';
import { kitManifest } from './kit.manifest.js';
import { isUpToDate, wishOf } from './kit.mapping.js';

const CREDENTIALS: readonly string[] = ['apiKey'];

/** Kit, API v4. Tags are the audiences: Kit has no lists, and segments compute their members. */
@Injectable()
export class KitProvider implements CrmProvider {
  readonly manifest: ProviderManifest = kitManifest;

  async verify(access: ProviderAccess): Promise<Verification> {
    const missing = lacking(access, CREDENTIALS);
    if (missing !== undefined) return missing;
    const reading = await ask(access, 'GET', '/account');
    if (reading.kind !== 'ok' || !isObject(reading.body.account))
      return verificationOf(
        reading.kind === 'failed' ? reading.failure : unknownAnswer(),
        CREDENTIALS,
        'A key of v3 does not work here; make one under "V4 API Keys". A lapsed account is refused as well.',
      );
    const { id: given, name } = reading.body.account;
    const id = idIn(given);
    return {
      kind: 'valid',
      account: { ...(id === undefined ? {} : { id }), ...(typeof name === 'string' ? { name } : {}) },
      rights: ['audiences', 'events', 'read_back'].map((right) => ({ name: right, granted: true })),
      checks: [{ credentials: CREDENTIALS, result: 'valid' }],
    };
  }

  async listAudiences(access: ProviderAccess, cursor?: string): Promise<AudiencePage> {
    const page = await listPage(access, '/tags', 'tags', cursor);
    if (page.kind === 'failed') return page.failure;
    if (page.kind === 'declined') return unknownAnswer(page.status);
    const audiences = page.items.flatMap(({ id: given, name }): readonly Audience[] => {
      const id = idIn(given);
      return id === undefined ? [] : [{ id, name: typeof name === 'string' ? name : id }];
    });
    return { kind: 'page', audiences, ...(page.next === undefined ? {} : { nextCursor: page.next }) };
  }

  async createAudience(access: ProviderAccess, name: string): Promise<AudienceCreation> {
    if (name.trim() === '') return { kind: 'refused', code: 'field_rejected', field: 'name' };
    const tag = await tagNamed(access, name.trim());
    if (tag.kind === 'failed') return tag.failure;
    if (tag.kind === 'named') return { kind: 'created', audience: { id: tag.id, name: tag.name } };
    return refused('field_rejected', tag, 'name');
  }

  async upsertContact(access: ProviderAccess, change: ContactChange): Promise<Outcome> {
    if (!isSendable(change.desired.email))
      return { kind: 'refused', code: 'email_invalid', field: 'email_address' };
    const { values, warnings } = wishOf(change);
    if (isUpToDate(change, values)) return outcomeOf({ warnings }, 'unchanged');
    return settled(together({ warnings }, await bring(access, change, values)));
  }

  /** A tag stands for each kind of event. Tagging somebody unknown answers 404 and creates nobody. */
  async trackEvent(access: ProviderAccess, { name, email, vendorId }: ContactEvent): Promise<Outcome> {
    if (name.trim() === '') return { kind: 'refused', code: 'event_name_invalid', field: 'name' };
    if (vendorId === undefined && !isSendable(email))
      return { kind: 'refused', code: 'email_invalid', field: 'email' };
    const tag = eventTag(name.trim());
    const tagged = await tagWith(access, tag, vendorId === undefined ? { email } : { id: vendorId });
    const { declined, failure, anew } = tagged;
    if (declined !== undefined) return refused('event_refused', declined);
    if (failure !== undefined) return failure;
    // A tag of such a name is ours, whoever finds it.
    const told = tagged.written === undefined ? {} : { written: { tagsAdded: [tag] } };
    return { kind: anew === true ? 'confirmed' : 'unchanged', ...told };
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
      return seen.status === 404 ? { kind: 'not_found' } : unknownAnswer(seen.status);
    const tags = await listAll(access, `${path}/tags`, 'tags');
    const { id, state, fields } = seen.subscriber;
    return {
      kind: 'found',
      snapshot: {
        email: seen.subscriber.email,
        vendorId: id,
        fields,
        consent: consentOf(state),
        ...(tags.kind === 'all'
          ? {
              audiences: tags.items.map((tag) => String(tag.id)),
              tags: tags.items.map((tag) => String(tag.name)),
            }
          : {}),
        seenAt: new Date(access.now()).toISOString(),
      },
    };
  }

  async removeContact(access: ProviderAccess, { previous }: ContactRemoval): Promise<Outcome> {
    if (!isSendable(previous.email)) return { kind: 'unchanged' };
    const id = await idOf(access, previous);
    if (id === undefined) return { kind: 'unchanged' };
    return typeof id === 'object' ? id.failure : settled(await takeBack(access, previous, id));
  }
}

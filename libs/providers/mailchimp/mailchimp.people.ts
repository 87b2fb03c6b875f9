import {
  isObject,
  audienceMissing,
  endsTheCall,
  objectsIn,
  told,
  unknownAnswer,
  type ContactEvent,
  type ContactReading,
  type ContactSnapshot,
  type Failure,
  type FieldValue,
  type JsonObject,
  type Outcome,
  type ProviderAccess,
} from '@rekomi/provider-contract';
import { refusal } from './mailchimp.answers.js';
import { failureOf, listAudiences, profileOf } from './mailchimp.audiences.js';
import { ask, memberPath } from './mailchimp.calls.js';
import {
  eventName,
  eventProperties,
  occurredAt,
  standingOf,
  type AudienceProfile,
} from './mailchimp.mapping.js';
import { mergeFieldsOf } from './mailchimp.member.js';

/**
 * Records the event on the member in each audience that we wrote. There is no dedupe id, so once one audience has it the
 * event is never sent again: where another one fails, that is a warning.
 */
export async function trackEvent(access: ProviderAccess, event: ContactEvent): Promise<Outcome> {
  const name = eventName(event.name);
  if (name === undefined) {
    const vendorMessage = 'An event name has 2 to 30 characters at the vendor.';
    return { kind: 'refused', code: 'event_name_invalid', field: 'name', vendorMessage };
  }
  const at = occurredAt(event.occurredAt);
  if (at === undefined) return { kind: 'refused', code: 'event_time_invalid', field: 'occurred_at' };
  const properties = eventProperties(event.data);
  const json = {
    name,
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    occurred_at: at,
  };
  const found = await audiencesOf(access, event);
  if (!Array.isArray(found)) return found as Failure;

  const missed: (readonly [audience: string, failure: Failure])[] = [];
  let recorded = false;
  for (const audience of found as readonly string[]) {
    const failure = await record(access, audience, event.email, json);
    if (failure !== undefined && !recorded && endsTheCall(failure)) return failure;
    if (failure === undefined) recorded = true;
    else missed.push([audience, failure]);
  }
  if (recorded) {
    const warnings = missed.map(([field, { code, vendorMessage = code }]) => ({
      code,
      field,
      detail: `The event did not reach audience ${field}: ${vendorMessage}`,
    }));
    return { kind: 'confirmed', ...told(warnings) };
  }
  const vendorMessage = 'The person is in none of the audiences.';
  return missed[0]?.[1] ?? { kind: 'refused', code: 'event_refused', vendorMessage };
}

async function record(
  access: ProviderAccess,
  audience: string,
  email: string,
  json: object,
): Promise<Failure | undefined> {
  const reading = await ask(access, { method: 'POST', path: memberPath(audience, email, '/events'), json });
  if (reading.kind === 'failed') return reading.failure;
  if (reading.kind === 'ok') {
    return reading.status === 204 ? undefined : unknownAnswer(reading.status);
  }
  if (reading.status === 404) {
    // The same answer for a person who is not there and for an audience that is gone.
    const profile = await profileOf(access, audience);
    return 'kind' in profile ? audienceMissing(reading) : { ...refused(reading), code: 'event_refused' };
  }
  const { code } = refusal(reading);
  return { ...refused(reading), code: code === 'contact_suppressed' ? code : 'event_refused' };
}

function refused({ status, message }: { readonly status: number; readonly message: string }) {
  return {
    kind: 'refused' as const,
    status,
    ...(message === '' ? {} : { vendorMessage: message }),
  };
}

/** The audiences of the ledger; where it has none, those in which the vendor finds the address. */
async function audiencesOf(
  access: ProviderAccess,
  { email, vendorId }: Pick<ContactEvent, 'email' | 'vendorId'>,
): Promise<readonly string[] | Failure> {
  const known = vendorId === undefined ? [] : standingOf({ vendorId, audiences: [] });
  return known.length > 0 ? known.map(({ id }) => id) : audiencesWith(access, email);
}

async function audiencesWith(access: ProviderAccess, email: string): Promise<readonly string[] | Failure> {
  const query = { email: email.trim(), count: '1000', fields: 'lists.id,total_items' };
  const reading = await ask(access, { method: 'GET', path: '/lists', query });
  if (reading.kind !== 'ok') return failureOf(reading);
  const { lists } = reading.body;
  if (!Array.isArray(lists)) return unknownAnswer(reading.status);
  return objectsIn(lists).flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
}

type Consent = ContactSnapshot['consent'];

/** From the lowest up; where audiences differ, the lowest is told. */
const CONSENT: readonly (readonly [status: string, consent: Consent])[] = [
  ['unsubscribed', 'unsubscribed'],
  ['cleaned', 'bounced'],
  ['archived', 'unknown'],
  ['transactional', 'unknown'],
  ['pending', 'unknown'],
  ['subscribed', 'subscribed'],
];

export async function readContact(access: ProviderAccess, email: string): Promise<ContactReading> {
  const found = await audiencesWith(access, email);
  if (!Array.isArray(found)) return found as Failure;
  const members: {
    readonly audience: string;
    readonly member: JsonObject;
    readonly profile: AudienceProfile;
  }[] = [];
  for (const audience of found as readonly string[]) {
    const reading = await ask(access, {
      method: 'GET',
      path: memberPath(audience, email),
      query: { fields: 'email_address,status,merge_fields,tags,tags_count' },
    });
    if (reading.kind === 'declined' && reading.status === 404) continue;
    if (reading.kind !== 'ok') return failureOf(reading);
    if (typeof reading.body['status'] !== 'string') return unknownAnswer(reading.status);
    const profile = await profileOf(access, audience);
    if ('kind' in profile) return profile;
    members.push({ audience, member: reading.body, profile });
  }
  const [first] = members;
  if (first === undefined) return { kind: 'not_found' };
  const statuses = members.map(({ member }) => String(member['status']));
  const lowest = CONSENT.find(([status]) => statuses.includes(status));
  const address = first.member['email_address'];
  const tags = members.map(({ member }) => tagsOf(member));
  const standing = new Map(members.map(({ audience }) => [audience, false]));
  return {
    kind: 'found',
    snapshot: {
      email: typeof address === 'string' ? address : email,
      vendorId: [...standing.keys()].sort().join(','),
      // Audiences have fields of their own; where two have the same one, the first shows.
      fields: Object.assign({}, ...members.map(fieldsOf).reverse()) as Record<string, FieldValue>,
      consent: statuses.some((status) => !CONSENT.some(([known]) => known === status))
        ? 'unknown'
        : (lowest?.[1] ?? 'unknown'),
      audiences: members.flatMap(({ audience, member }) =>
        member['status'] === 'subscribed' ? [audience] : [],
      ),
      ...(tags.includes(undefined) ? {} : { tags: [...new Set(tags.flatMap((some) => some ?? []))] }),
      seenAt: new Date(access.now()).toISOString(),
    },
  };
}

/**
 * Undefined when the vendor does not show all of them: it lists 50 at most.
 * https://mailchimp.com/developer/marketing/api/list-members/get-member-info/ (2026-08).
 */
function tagsOf(member: JsonObject): readonly string[] | undefined {
  const { tags, tags_count: count } = member;
  if (!Array.isArray(tags) || typeof count !== 'number' || tags.length < count) return undefined;
  return tags.filter(isObject).map(({ name }) => String(name));
}

/** By the names under which we write them; empty ones are no values. */
function fieldsOf(entry: { readonly member: JsonObject; readonly profile: AudienceProfile }) {
  const ours = Object.entries(entry.profile.tags).filter(([name]) => name.startsWith('rekomi_'));
  return Object.fromEntries(
    Object.entries(mergeFieldsOf(entry.member)).flatMap(([tag, value]) => {
      if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return [];
      return [[ours.find(([, own]) => own === tag)?.[0] ?? tag, value]];
    }),
  );
}

/**
 * The vendor's permanent deletion, in every audience of the account, archived members included. The address can never
 * be imported again. https://mailchimp.com/developer/marketing/api/list-members/ (2026-08).
 */
export async function eraseContact(access: ProviderAccess, email: string): Promise<Outcome> {
  let erased = false;
  let cursor: string | undefined;
  do {
    const page = await listAudiences(access, cursor);
    if (page.kind !== 'page') return page;
    for (const { id } of page.audiences) {
      const path = memberPath(id, email, '/actions/delete-permanent');
      const reading = await ask(access, { method: 'POST', path });
      if (reading.kind === 'ok' && reading.status === 204) erased = true;
      else if (reading.kind === 'ok') return unknownAnswer(reading.status);
      else if (reading.kind === 'failed' || reading.status !== 404) return failureOf(reading);
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return { kind: erased ? 'confirmed' : 'unchanged' };
}

import {
  pathSegment,
  type Audience,
  type AudienceCreation,
  type AudiencePage,
  type Failure,
  type Misconfigured,
} from '@rekomi/provider-contract';
import { isObject, refusal, type Declined, type JsonObject } from './customer-io.answers.js';
import type { CustomerIoSession } from './customer-io.session.js';

export const NO_APP_KEY: Misconfigured = {
  kind: 'misconfigured',
  code: 'credential_missing',
  setting: 'appApiKey',
};

/** Largest number of people in one membership call. Track API, "Add people to a manual segment", 2026-08. */
export const MEMBERS_PER_CALL = 1000;

/** All manual segments; the vendor answers with the whole list at once. */
export async function listSegments(session: CustomerIoSession): Promise<AudiencePage> {
  if (!session.access.has('appApiKey')) return NO_APP_KEY;
  const reading = await session.ask({ door: 'app', method: 'GET', path: '/v1/segments', declines: [] });
  if (reading.kind === 'failed') return reading.failure;
  if (reading.kind === 'declined') return { ...refusal(reading, [], 'answer_unknown'), kind: 'unavailable' };
  // The vendor is known to send null for an empty collection; a body without the key is something else.
  const { segments } = reading.body;
  if (segments !== null && !Array.isArray(segments)) {
    return { kind: 'unavailable', code: 'answer_unknown', status: reading.status };
  }
  const listed = (segments ?? []).filter(isObject);
  const audiences = listed.filter(isManual).flatMap(audienceOf);
  const ruleBased = listed.filter((segment) => !isManual(segment)).flatMap(audienceOf);
  return {
    kind: 'page',
    audiences: [...new Map(audiences.map((audience) => [audience.id, audience])).values()],
    ...(ruleBased.length === 0 ? {} : { ruleBased }),
  };
}

export async function createSegment(session: CustomerIoSession, name: string): Promise<AudienceCreation> {
  if (!session.access.has('appApiKey')) return NO_APP_KEY;
  const trimmed = name.trim();
  if (trimmed === '') return { kind: 'refused', code: 'field_rejected', field: 'name' };
  const reading = await session.ask({
    door: 'app',
    method: 'POST',
    path: '/v1/segments',
    json: { segment: { name: trimmed, description: 'Affiliates, filled by Rekomi CRM Sync.' } },
    declines: [400, 422],
  });
  if (reading.kind === 'failed') return reading.failure;
  if (reading.kind === 'declined') return refusal(reading, [], 'field_rejected');
  const segment = isObject(reading.body.segment) ? reading.body.segment : {};
  const id = segmentId(segment.id);
  if (id === undefined) return { kind: 'ambiguous', code: 'answer_unknown', status: reading.status };
  return {
    kind: 'created',
    audience: { id, name: typeof segment.name === 'string' ? segment.name : trimmed },
  };
}

/** Puts people into a manual segment or takes them out. Undefined when the vendor took it. */
export async function changeMembership(
  session: CustomerIoSession,
  action: 'add_customers' | 'remove_customers',
  segment: string,
  emails: readonly string[],
): Promise<Failure | undefined> {
  const reading = await session.ask({
    door: 'track',
    method: 'POST',
    path: `/api/v1/segments/${pathSegment(segment)}/${action}`,
    query: { id_type: 'email' },
    json: { ids: emails },
    // Which status an unknown or computed segment gets is not documented.
    declines: [400, 404, 422],
  });
  if (reading.kind === 'ok') return undefined;
  if (reading.kind === 'failed') return reading.failure;
  const fault = (await seenFault(session, segment)) ?? toldFault(reading);
  const { status, message } = reading;
  const words = { status, ...(message === '' ? {} : { vendorMessage: message }) };
  if (fault === 'audience_missing' || fault === 'audience_rule_based') {
    // Out of a segment that is gone, or that computes its members by itself, is out.
    return action === 'remove_customers'
      ? undefined
      : { kind: 'misconfigured', code: fault, setting: 'audience', audience: segment, ...words };
  }
  if (fault === 'unclear' && action === 'add_customers') {
    return {
      kind: 'misconfigured',
      code: 'audience_missing',
      setting: 'audience',
      audience: segment,
      ...words,
    };
  }
  return { kind: 'refused', code: 'contact_refused', ...words };
}

/** `people`: the segment is all right, so the refusal is about who should go in. */
type SegmentFault = 'audience_missing' | 'audience_rule_based' | 'people' | 'unclear';

/** What a look at the segment shows, where an App API key allows one. */
async function seenFault(session: CustomerIoSession, segment: string): Promise<SegmentFault | undefined> {
  if (!session.access.has('appApiKey')) return undefined;
  const path = `/v1/segments/${pathSegment(segment)}`;
  const seen = await session.ask({ door: 'app', method: 'GET', path, declines: [404] });
  if (seen.kind === 'declined' && seen.status === 404) return 'audience_missing';
  if (seen.kind !== 'ok' || !isObject(seen.body.segment)) return undefined;
  return seen.body.segment.type === 'manual' ? 'people' : 'audience_rule_based';
}

/** What the refusal itself says; its wording is not documented. */
function toldFault({ status, message }: Declined): SegmentFault {
  if (/dynamic|data[- _]driven|not (a )?manual/i.test(message)) return 'audience_rule_based';
  if (status === 404 || /not found|no such|unknown segment|exist/i.test(message)) return 'audience_missing';
  return /\bids?\b|identifier/i.test(message) ? 'people' : 'unclear';
}

function isManual({ type }: JsonObject): boolean {
  return type === 'manual';
}

function audienceOf(segment: JsonObject): readonly Audience[] {
  const id = segmentId(segment.id);
  return id === undefined ? [] : [{ id, name: typeof segment.name === 'string' ? segment.name : id }];
}

function segmentId(id: unknown): string | undefined {
  return (typeof id === 'number' || typeof id === 'string') && id !== '' ? String(id) : undefined;
}

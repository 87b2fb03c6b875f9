import {
  failed,
  objectsIn,
  unknownAnswer,
  type JsonObject,
  type ProviderAccess,
  type VendorRequest,
} from '@rekomi/provider-contract';
import { readAnswer, type Family, type Reading } from './activecampaign.answers.js';

export interface Call extends Pick<VendorRequest, 'method' | 'path'> {
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** A body that is JSON already. */
  readonly jsonText?: string;
  readonly family?: Family;
  /** Doing it twice changes nothing, so a missing answer is no ambiguity. Reads always are. */
  readonly harmless?: boolean;
}

/** One request to the account's own host. */
export async function ask(access: ProviderAccess, call: Call): Promise<Reading> {
  const host = access.hint('apiUrl');
  if (host === undefined || !access.has('apiKey')) {
    const credential = host === undefined ? 'apiUrl' : 'apiKey';
    return failed({ kind: 'unauthorised', code: 'credential_missing', credential });
  }
  const { family = 'api', harmless = call.method === 'GET', path, ...rest } = call;
  const answer = await access.http.request({
    ...rest,
    family,
    host,
    path: `/api/3${path}`,
    authorization: { kind: 'header', name: 'Api-Token', credential: 'apiKey' },
  });
  return readAnswer(answer, { family, now: access.now(), harmless });
}

/** One event to the tracker that all accounts share. */
export async function track(
  access: ProviderAccess,
  form: Readonly<Record<string, string>>,
): Promise<Reading> {
  const answer = await access.http.request({
    family: 'events',
    method: 'POST',
    host: 'trackcmp.net',
    path: '/event',
    form,
    authorization: { kind: 'body', credentials: { key: 'eventKey', actid: 'eventActid' } },
  });
  return readAnswer(answer, { family: 'events', now: access.now(), harmless: false });
}

/** Largest page; without it the vendor cuts at 20 without a word. */
export const PAGE = 100;

/** Whether there is more behind the items seen so far. Totals are texts. */
export function isMore(body: JsonObject, pageLength: number, seen: number): boolean {
  const meta = body['meta'] as JsonObject | null | undefined;
  const total = Number(meta?.['total'] ?? Number.NaN);
  if (pageLength === 0) return false;
  return Number.isFinite(total) ? seen < total : pageLength >= PAGE;
}

/** All items of a listing, page by page. */
export async function askAll(
  access: ProviderAccess,
  path: string,
  key: string,
  query: Readonly<Record<string, string>> = {},
): Promise<readonly JsonObject[] | Exclude<Reading, { kind: 'ok' }>> {
  const items: JsonObject[] = [];
  let seen = 0;
  for (;;) {
    const page = { ...query, limit: String(PAGE), offset: String(seen) };
    const reading = await ask(access, { method: 'GET', path, query: page });
    if (reading.kind !== 'ok') return reading;
    const list = reading.body[key];
    if (!Array.isArray(list)) return failed(unknownAnswer(reading.status));
    items.push(...objectsIn(list));
    seen += list.length;
    if (!isMore(reading.body, list.length, seen)) return items;
  }
}

export function isList(
  value: readonly JsonObject[] | Exclude<Reading, { kind: 'ok' }>,
): value is readonly JsonObject[] {
  return Array.isArray(value);
}

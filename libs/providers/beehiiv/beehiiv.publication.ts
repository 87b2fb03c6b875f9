import {
  audienceMissing,
  failed,
  isObject,
  isPlain,
  objectsIn,
  pathSegment,
  sameAddress,
  unknownAnswer,
  wordsOf,
  type Audience,
  type AudiencePage,
  type Declined,
  type Failed,
  type Failure,
  type FieldValue,
  type ProviderAccess,
  type Reading,
  type VendorRequest,
} from '@rekomi/provider-contract';
import { readAnswer } from './beehiiv.answers.js';
import { HOST } from './beehiiv.manifest.js';
import type { FieldNames } from './beehiiv.mapping.js';

/** One address in one publication, as the vendor shows it. */
export interface Subscription {
  readonly id: string;
  readonly email: string;
  readonly status: string;
  /** Custom fields by the publication's names. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** Absent when the vendor was not asked or did not say. */
  readonly tags?: readonly string[];
  /** Made by this very call, with exactly these fields. */
  readonly isNew?: true;
}

export type Found = { readonly kind: 'found'; readonly subscription: Subscription };

/** The largest page of any list. https://developers.beehiiv.com/welcome/pagination, 2026-11. */
const PAGE = 100;

export async function ask(
  access: ProviderAccess,
  method: VendorRequest['method'],
  path: string,
  rest: Pick<VendorRequest, 'json' | 'query'> = {},
): Promise<Reading> {
  const answer = await access.http.request({
    ...rest,
    family: 'api',
    method,
    host: HOST,
    path: `/v2${path}`,
    authorization: { kind: 'bearer', credential: 'apiKey' },
  });
  return readAnswer(answer, access.now(), method === 'GET');
}

/** The cursor is the number of the page. */
export async function listPublications(access: ProviderAccess, cursor = '1'): Promise<AudiencePage> {
  const query = { limit: String(PAGE), page: cursor, order_by: 'name', direction: 'asc' };
  const reading = await ask(access, 'GET', '/publications', { query });
  if (reading.kind === 'failed') return reading.failure;
  if (reading.kind === 'declined' || !Array.isArray(reading.body.data)) return unexpected(reading);
  const listed = objectsIn(reading.body.data);
  const audiences = listed.flatMap(({ id, name }): Audience[] =>
    typeof id === 'string' && id !== '' ? [{ id, name: typeof name === 'string' ? name : id }] : [],
  );
  const more = hasMore(reading.body, Number(cursor), listed.length);
  return { kind: 'page', audiences, ...(more ? { nextCursor: String(Number(cursor) + 1) } : {}) };
}

export interface Publications {
  readonly kind: 'publications';
  readonly all: readonly Publication[];
}

/** Every publication that the key opens. */
export async function allPublications(access: ProviderAccess): Promise<Publications | Failure> {
  const all: Publication[] = [];
  for (let cursor: string | undefined = '1'; cursor !== undefined;) {
    const page: AudiencePage = await listPublications(access, cursor);
    if (page.kind !== 'page') return page;
    all.push(...page.audiences.map(({ id }) => new Publication(access, id)));
    cursor = page.nextCursor;
  }
  return { kind: 'publications', all };
}

/** The calls about one publication. */
export class Publication {
  constructor(
    private readonly access: ProviderAccess,
    readonly id: string,
  ) {}

  /** Looks an address up. The vendor answers 404 for a publication that is gone as well. */
  async look(email: string): Promise<Found | Declined | Failed> {
    // The same name twice does not fit into `query`.
    const path = `/subscriptions/by_email/${pathSegment(email)}?expand%5B%5D=custom_fields&expand%5B%5D=tags`;
    const found = await this.#subscription('GET', path, {});
    if (found.kind === 'declined' && found.status !== 404) return failed(unexpected(found));
    return found.kind === 'found' && !sameAddress(found.subscription.email, email)
      ? failed(unknownAnswer())
      : found;
  }

  /** Never sends a welcome mail; `reactivate_existing` is true only when the connection says so. */
  async create(
    email: string,
    fields: readonly object[],
    reactivate: boolean,
  ): Promise<Found | Declined | Failed> {
    const json = {
      email,
      reactivate_existing: reactivate,
      send_welcome_email: false,
      utm_source: 'rekomi',
      utm_medium: 'affiliate',
      double_opt_override: 'not_set',
      ...(fields.length === 0 ? {} : { custom_fields: fields }),
    };
    const made = await this.#subscription('POST', '/subscriptions', { json });
    return made.kind === 'found' && !sameAddress(made.subscription.email, email)
      ? failed(unknownAnswer())
      : made;
  }

  update(id: string, json: object): Promise<Found | Declined | Failed> {
    return this.#changed(id, 'PUT', '', json);
  }

  tag(id: string, tags: readonly string[]): Promise<Found | Declined | Failed> {
    return this.#changed(id, 'POST', '/tags', { tags });
  }

  delete(id: string): Promise<Reading> {
    return ask(this.access, 'DELETE', `${this.#path}/subscriptions/${pathSegment(id)}`);
  }

  /** Undefined when the publication is there. */
  async missing(): Promise<Failure | undefined> {
    const reading = await ask(this.access, 'GET', this.#path);
    if (reading.kind === 'declined') return goneOr(reading);
    return reading.kind === 'failed' ? reading.failure : undefined;
  }

  /** Remembered for a while, because not every contact should ask again. */
  async fieldNames(): Promise<{ readonly kind: 'names'; readonly names: FieldNames } | Failed> {
    const key = `fields ${this.id}`;
    const known = this.access.memo.get(key);
    if (known !== undefined) return { kind: 'names', names: JSON.parse(known) as FieldNames };
    const names: Record<string, string> = {};
    for (let page = 1, more = true; more; page += 1) {
      const query = { limit: String(PAGE), page: String(page) };
      const reading = await ask(this.access, 'GET', `${this.#path}/custom_fields`, { query });
      if (reading.kind === 'failed') return reading;
      if (reading.kind === 'declined') return failed(goneOr(reading));
      if (!Array.isArray(reading.body.data)) return failed(unexpected(reading));
      const listed = objectsIn(reading.body.data);
      for (const { display } of listed)
        if (typeof display === 'string') names[display.trim().toLowerCase()] = display;
      more = hasMore(reading.body, page, listed.length);
    }
    this.access.memo.set(key, JSON.stringify(names));
    return { kind: 'names', names };
  }

  get #path(): string {
    return `/publications/${pathSegment(this.id)}`;
  }

  /** The subscription itself has to come back as a sign that it, and no other, was changed. */
  async #changed(
    id: string,
    method: VendorRequest['method'],
    rest: string,
    json: object,
  ): Promise<Found | Declined | Failed> {
    const found = await this.#subscription(method, `/subscriptions/${pathSegment(id)}${rest}`, { json });
    return found.kind === 'found' && found.subscription.id !== id ? failed(unknownAnswer()) : found;
  }

  async #subscription(
    method: VendorRequest['method'],
    path: string,
    rest: Pick<VendorRequest, 'json' | 'query'>,
  ): Promise<Found | Declined | Failed> {
    const reading = await ask(this.access, method, `${this.#path}${path}`, rest);
    if (reading.kind !== 'ok') return reading;
    const subscription = subscriptionIn(reading.body.data);
    return subscription === undefined ? failed(unexpected(reading)) : { kind: 'found', subscription };
  }
}

/** Of a no about a publication only a 404 means that it is gone. */
function goneOr(declined: Declined): Failure {
  return declined.status === 404 ? audienceMissing(declined) : unexpected(declined);
}

/** What no page says that this call may get, with the vendor's words. */
function unexpected(reading: Exclude<Reading, Failed>): Failure {
  return { ...unknownAnswer(), ...wordsOf(reading) };
}

function subscriptionIn(data: unknown): Subscription | undefined {
  if (!isObject(data)) return undefined;
  const { id, email, status, custom_fields: fields, tags } = data;
  if (typeof id !== 'string' || typeof email !== 'string' || typeof status !== 'string') return undefined;
  const listed = objectsIn(fields);
  return {
    id,
    email,
    status,
    fields: Object.fromEntries(
      listed.flatMap(({ name, value }) =>
        typeof name === 'string' && isPlain(value) && value !== '' ? [[name, value]] : [],
      ),
    ),
    ...(Array.isArray(tags) ? { tags: tags.filter((tag) => typeof tag === 'string') } : {}),
  };
}

/** A full page is followed also where the vendor does not say how many there are. */
function hasMore(
  { total_pages: total }: Readonly<Record<string, unknown>>,
  page: number,
  listed: number,
): boolean {
  if (listed === 0) return false;
  return typeof total === 'number' ? page < total : listed >= PAGE;
}

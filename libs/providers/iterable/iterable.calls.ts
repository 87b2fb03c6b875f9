import {
  failed,
  isObject,
  unknownAnswer,
  type Failure,
  type JsonObject,
  type ProviderAccess,
  type VendorRequest,
} from '@rekomi/provider-contract';
import { readAnswer, readItem, type Reading } from './iterable.answers.js';
import { iterableManifest } from './iterable.manifest.js';

type Family = keyof typeof iterableManifest.limits;

/** A person as the vendor shows them. */
export interface Profile {
  readonly email: string;
  readonly userId?: string;
  readonly dataFields: JsonObject;
}

export type Look =
  | { readonly kind: 'found'; readonly profile: Profile }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** The vendor's calls, one function each. Nothing here decides anything. */
export class IterableCalls {
  constructor(
    readonly access: ProviderAccess,
    /** Verification asks more than one. */
    private readonly region = access.region ?? 'us',
  ) {}

  lists(): Promise<Reading> {
    return this.ask('catalogue', 'GET', '/api/lists');
  }

  createList(name: string): Promise<Reading> {
    return this.ask('catalogue', 'POST', '/api/lists', { name });
  }

  updateProfile(email: string, dataFields: object): Promise<Reading> {
    return this.ask('profiles', 'POST', '/api/users/update', { email, dataFields });
  }

  /** Email-based projects only; all that is known of the person goes along. Swagger, updateEmail, 2026-11. */
  rename(currentEmail: string, newEmail: string): Promise<Reading> {
    return this.ask('profiles', 'POST', '/api/users/updateEmail', { currentEmail, newEmail });
  }

  async subscribe(list: string, email: string, dataFields?: object): Promise<Reading> {
    const subscriber = { email, ...(dataFields === undefined ? {} : { dataFields }) };
    return this.membership('subscribe', list, { subscribers: [subscriber] });
  }

  /** Takes out of the list and nothing more: `channelUnsubscribe` would be an opt-out of all mail. */
  async unsubscribe(list: string, email: string): Promise<Reading> {
    return this.membership('unsubscribe', list, { subscribers: [{ email }], channelUnsubscribe: false });
  }

  track(body: object): Promise<Reading> {
    return this.ask('events', 'POST', '/api/events/track', body);
  }

  /** Somebody unknown is a success without a user. Swagger, getByEmail, 2026-11. */
  async look(email: string): Promise<Look> {
    const reading = await this.ask('lookups', 'GET', '/api/users/getByEmail', undefined, { email });
    if (reading.kind !== 'ok') return failed(reading.failure);
    const { user } = reading.body;
    if (user === undefined && Object.keys(reading.body).length === 0) return { kind: 'not_found' };
    if (!isObject(user) || typeof user.email !== 'string') return failed(unknownAnswer(200));
    const { userId } = user;
    const dataFields = isObject(user.dataFields) ? user.dataFields : {};
    return {
      kind: 'found',
      profile: { email: user.email, dataFields, ...(typeof userId === 'string' ? { userId } : {}) },
    };
  }

  /**
   * Whether somebody opted out of an e-mail channel. An id that is not known to be a channel of another medium counts as
   * e-mail, so that a doubt never raises consent.
   */
  async hasOptedOut({ dataFields }: Profile): Promise<boolean | Failure> {
    const ids = dataFields.unsubscribedChannelIds;
    if (!Array.isArray(ids) || ids.length === 0) return false;
    const others = await this.channelsOfOtherMedia();
    return typeof others === 'string' ? ids.some((id) => !others.split(',').includes(String(id))) : others;
  }

  private async channelsOfOtherMedia(): Promise<string | Failure> {
    const remembered = this.access.memo.get('other-media');
    if (remembered !== undefined) return remembered;
    const reading = await this.ask('catalogue', 'GET', '/api/channels');
    if (reading.kind !== 'ok') return reading.failure;
    const { channels } = reading.body;
    if (!Array.isArray(channels)) return unknownAnswer(200);
    const others = channels
      .filter(isObject)
      .filter(({ messageMedium: medium }) => medium === 'Push' || medium === 'SMS');
    const ids = others.map(({ id }) => String(id)).join(',');
    this.access.memo.set('other-media', ids);
    return ids;
  }

  private async membership(call: string, list: string, body: object): Promise<Reading> {
    // The vendor takes the id as a number only; a text is a type error that says nothing of lists.
    if (!/^\d{1,15}$/.test(list)) {
      const failure: Failure = { kind: 'misconfigured', code: 'audience_missing', setting: 'audience' };
      return { kind: 'declined', failure };
    }
    return readItem(
      await this.ask('memberships', 'POST', `/api/lists/${call}`, { listId: Number(list), ...body }),
    );
  }

  private async ask(
    family: Family,
    method: VendorRequest['method'],
    path: string,
    json?: object,
    query?: Readonly<Record<string, string>>,
  ): Promise<Reading> {
    const { regions } = iterableManifest;
    const { hosts } = regions.find(({ name }) => name === this.region) ?? regions[0];
    const answer = await this.access.http.request({
      family,
      method,
      host: hosts.api,
      path,
      ...(json === undefined ? {} : { json }),
      ...(query === undefined ? {} : { query }),
      authorization: { kind: 'header', name: 'Api-Key', credential: 'apiKey' },
    });
    return readAnswer(answer, { family, now: this.access.now(), harmless: method === 'GET' });
  }
}

/** What a single write answers when it was taken. The code alone proves nothing: it says "Success" on some errors, too. */
export function isTaken(reading: Reading): boolean {
  return reading.kind === 'ok' && reading.body.code === 'Success';
}

export function failureOf(reading: Reading): Failure {
  return reading.kind === 'ok' ? unknownAnswer(200) : reading.failure;
}

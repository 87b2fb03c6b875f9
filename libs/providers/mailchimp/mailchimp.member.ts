import {
  objectsIn,
  sameAddress,
  unknownAnswer,
  within,
  type Difference,
  type FieldValue,
  type JsonObject,
  type ProviderAccess,
  type WrittenContact,
} from '@rekomi/provider-contract';
import { refusal, type Declined } from './mailchimp.answers.js';
import { audienceFailure, failureOf, profileKey, profileOf } from './mailchimp.audiences.js';
import { ANY_FIELDS, ask, memberPath } from './mailchimp.calls.js';
import {
  mergeTag,
  ownFields,
  subscriberHash,
  type AudienceProfile,
  type Values,
} from './mailchimp.mapping.js';
import type { AudienceProgress } from './mailchimp.progress.js';

/** For somebody who is new to the audience; nobody else's status is ever written. */
export type NewStatus = 'subscribed' | 'pending' | 'unsubscribed';

/** Merge tag → our name for the field, and the value; null empties it. */
type MergeFields = ReadonlyMap<string, readonly [name: string, value: FieldValue | null]>;

/** After an address moved. */
interface Renamed {
  readonly status: NewStatus;
  readonly came: boolean;
}

/** The most on one page of a list. */
const TAGS_AT_ONCE = 1000;

/**
 * One audience's member, written step by step. Each step tells `progress` what it did and answers whether the next one
 * makes sense.
 */
export class AudienceMember {
  /** As the member that was written came back; undefined when not all of them did. */
  private shown: readonly string[] | undefined;

  constructor(
    private readonly access: ProviderAccess,
    private readonly progress: AudienceProgress,
    private readonly audience: string,
  ) {}

  /** The values that the audience has a field for. What it has none for is left out and told once. */
  mergeFields(profile: AudienceProfile, values: Values): MergeFields {
    const fields = new Map<string, readonly [string, FieldValue | null]>();
    for (const [name, value] of Object.entries(values)) {
      const tag = mergeTag(profile, name);
      if (tag !== undefined) fields.set(tag, [name, value]);
      else if (value !== null) this.warnOfMissing(name);
    }
    return fields;
  }

  /** Adds or updates. True once the member is there, in whatever state. */
  async put(email: string, status: NewStatus, fields: MergeFields, again = false): Promise<boolean> {
    const merge = [...fields].map(([tag, [, value]]) => [tag, value ?? '']);
    const reading = await ask(this.access, {
      method: 'PUT',
      path: memberPath(this.audience, email),
      query: ANY_FIELDS,
      json: {
        email_address: email,
        status_if_new: status,
        ...(merge.length === 0 ? {} : { merge_fields: Object.fromEntries(merge) as object }),
      },
    });
    if (reading.kind === 'declined' && !again) {
      const kept = this.withoutRejected(reading, fields);
      if (kept !== undefined) return this.put(email, status, kept, true);
    }
    if (reading.kind !== 'ok') {
      this.progress.fail(audienceFailure(reading));
      return false;
    }
    if (!isMember(reading.body, email)) return this.unknown(reading.status);
    this.take(email, reading.body, fields);
    return true;
  }

  /**
   * The tags that the member has, once it is written: as the answer showed them, which is 50 at most, or else by a look.
   * https://mailchimp.com/developer/marketing/api/list-member-tags/ (2026-08). Undefined when it failed.
   */
  async tags(email: string): Promise<readonly string[] | undefined> {
    if (this.shown !== undefined) return this.shown;
    const names: string[] = [];
    for (let more = true; more;) {
      const query = { count: String(TAGS_AT_ONCE), offset: String(names.length) };
      const path = memberPath(this.audience, email, '/tags');
      const reading = await ask(this.access, { method: 'GET', path, query });
      if (reading.kind === 'declined' && reading.status === 404) {
        await this.vanished(reading.status);
        return undefined;
      }
      if (reading.kind !== 'ok' || !Array.isArray(reading.body['tags'])) {
        this.progress.fail(reading.kind === 'ok' ? unknownAnswer(reading.status) : failureOf(reading));
        return undefined;
      }
      const page = namesOf(reading.body);
      names.push(...page);
      more = page.length === TAGS_AT_ONCE;
    }
    return names;
  }

  /** Tags are added and taken away by name; others are untouched. */
  async tag(email: string, { add, remove }: Difference): Promise<boolean> {
    const tags = [
      ...add.map((name) => ({ name, status: 'active' })),
      ...remove.map((name) => ({ name, status: 'inactive' })),
    ];
    if (tags.length === 0) return true;
    const path = memberPath(this.audience, email, '/tags');
    const reading = await ask(this.access, { method: 'POST', path, json: { tags } });
    if (reading.kind === 'failed') {
      this.progress.fail(reading.failure);
      return false;
    }
    if (reading.kind === 'declined') {
      if (reading.status !== 404) return this.tagOneByOne(email, reading, { add, remove });
      // Nobody is there any more to take a tag from.
      return add.length === 0 || this.vanished(reading.status);
    }
    if (reading.status !== 204) return this.unknown(reading.status);
    this.progress.add({ tagsAdded: add });
    return true;
  }

  /**
   * Gives the member a new address, which keeps state and history. Where the vendor will not (the new address is a
   * member already, or the old one bounced), what is ours is taken back there, and an opt-out goes along.
   *
   * @param wasThere the ledger knows that the old address was a member. One that is not there any more was deleted for good,
   *   which is what Mailchimp offers for a request to be forgotten; nobody is subscribed anew after that.
   * @returns the status for a member that turns out to be new, and whether the old one came along; undefined when it
   *   failed.
   */
  async rename(
    previous: WrittenContact,
    email: string,
    asNew: NewStatus,
    wasThere: boolean,
  ): Promise<Renamed | undefined> {
    const path = memberPath(this.audience, previous.email);
    const json = { email_address: email };
    const reading = await ask(this.access, { method: 'PATCH', path, query: ANY_FIELDS, json });
    if (reading.kind === 'failed') {
      this.progress.fail(reading.failure);
      return undefined;
    }
    if (reading.kind === 'ok' && !isMember(reading.body, email)) {
      this.unknown(reading.status);
      return undefined;
    }
    if (reading.kind === 'ok') return { status: asNew, came: true };
    if (reading.status === 404) return { status: wasThere ? 'unsubscribed' : asNew, came: false };
    const old = await ask(this.access, { method: 'GET', path, query: { fields: 'status' } });
    if (old.kind !== 'ok' && !(old.kind === 'declined' && old.status === 404)) {
      this.progress.fail(failureOf(old));
      return undefined;
    }
    await this.takeBack(previous);
    if (this.progress.stopped) return undefined;
    const open =
      old.kind !== 'ok' || ['subscribed', 'pending', 'cleaned'].includes(String(old.body['status']));
    return { status: open ? asNew : 'unsubscribed', came: false };
  }

  /** Takes our tags and fields away. Whoever, or whatever, is gone already is no failure. */
  async takeBack(previous: WrittenContact): Promise<void> {
    const { email, tags } = previous;
    const own = Object.keys(ownFields(previous));
    if (!(await this.tag(email, { add: [], remove: tags })) || own.length === 0) return;
    const profile = await profileOf(this.access, this.audience);
    if ('kind' in profile) {
      if (profile.kind !== 'misconfigured') this.progress.fail(profile);
      return;
    }
    const named = own.flatMap((name) => mergeTag(profile, name) ?? []);
    if (named.length === 0) return;
    const reading = await ask(this.access, {
      method: 'PATCH',
      path: memberPath(this.audience, email),
      query: ANY_FIELDS,
      json: { merge_fields: Object.fromEntries(named.map((tag) => [tag, ''])) },
    });
    if (reading.kind === 'failed') return this.progress.fail(reading.failure);
    if (reading.kind === 'declined' && reading.status === 404) return;
    if (reading.kind === 'ok' && !isMember(reading.body, email)) return void this.unknown(reading.status);
    const shown = reading.kind === 'ok' ? mergeFieldsOf(reading.body) : {};
    if (named.every((tag) => shown[tag] === '')) return;
    const detail = `In audience ${this.audience} our fields could not be emptied: ${own.join(', ')}.`;
    this.progress.warn({ code: 'left_in_place', field: this.audience, detail });
  }

  /** Reads from the member that came back what really is there. */
  private take(email: string, member: JsonObject, sent: MergeFields): void {
    const shown = mergeFieldsOf(member);
    this.shown = allTagsOf(member);
    const fields: Record<string, FieldValue> = {};
    for (const [tag, [name, value]] of sent) {
      if (!Object.hasOwn(shown, tag)) {
        this.access.memo.forget(profileKey(this.audience));
        this.warnOfMissing(name);
      } else if (value !== null) fields[name] = value;
      // Whether an empty text empties a field is not confirmed, so it counts only when it shows.
      else if (shown[tag] === '') this.progress.takeAway({ fields: { [name]: null } });
      else {
        const detail = 'The vendor kept the value that was to be emptied.';
        this.progress.warn({ code: 'field_rejected', field: name, detail });
      }
    }
    const status = String(member['status']);
    const joined = status === 'subscribed';
    if (!joined) this.warnOfStatus(status);
    this.progress.add({ email, fields, ...(joined ? { audiencesJoined: [this.audience] } : {}) });
  }

  /** The fields without those that the vendor named; without any when it named none of ours. Undefined: not about fields. */
  private withoutRejected({ errors, message }: Declined, fields: MergeFields): MergeFields | undefined {
    const named = errors.filter(({ field }) => fields.has(field));
    if (named.length === 0 && (fields.size === 0 || !/merge.?field/i.test(message))) return undefined;
    const gone = named.length > 0 ? named : [...fields.keys()].map((field) => ({ field, message }));
    for (const { field, message: detail } of gone)
      this.progress.warn({ code: 'field_rejected', field: fields.get(field)?.[0] ?? field, detail });
    return new Map([...fields].filter(([tag]) => !gone.some(({ field }) => field === tag)));
  }

  /** One tag that the vendor does not take must not cost the others; one that cannot be taken away is not gone. */
  private async tagOneByOne(email: string, declined: Declined, tags: Difference): Promise<boolean> {
    if (tags.add.length + tags.remove.length > 1) {
      for (const name of tags.add) if (!(await this.tag(email, { add: [name], remove: [] }))) return false;
      for (const name of tags.remove) if (!(await this.tag(email, { add: [], remove: [name] }))) return false;
      return true;
    }
    if (tags.add.length === 0) {
      this.progress.fail(refusal(declined));
      return false;
    }
    const detail = `The tag "${tags.add[0] ?? ''}" was not taken: ${declined.message}`;
    this.progress.warn({ code: 'field_rejected', field: 'tags', detail });
    return true;
  }

  /** Nobody there to tag: the member or the audience went away since. */
  private async vanished(status: number): Promise<false> {
    this.access.memo.forget(profileKey(this.audience));
    const profile = await profileOf(this.access, this.audience);
    if ('kind' in profile) this.progress.fail(profile);
    else this.unknown(status);
    return false;
  }

  private warnOfMissing(name: string): void {
    const key = `missing:${this.audience}:${name}`;
    if (this.access.memo.get(key) !== undefined) return;
    this.access.memo.set(key, 'told');
    const detail = `Audience ${this.audience} has no field called ${name}; the value was not written.`;
    this.progress.warn({ code: 'field_missing', field: name, detail });
  }

  private warnOfStatus(status: string): void {
    const pending = status === 'pending';
    const detail = pending
      ? `The person still has to confirm by mail to be in audience ${this.audience}.`
      : `In audience ${this.audience} the person is "${status}", and was left so.`;
    const code = pending ? 'confirmation_pending' : 'consent_not_raised';
    this.progress.warn({ code, field: this.audience, detail });
  }

  private unknown(status: number): false {
    this.progress.fail({ kind: 'unavailable', code: 'answer_unknown', status });
    return false;
  }
}

/** The positive sign of a write: the member itself came back. */
function isMember(body: JsonObject, email: string): boolean {
  const { id, email_address: address, status } = body;
  if (typeof status !== 'string') return false;
  return typeof address === 'string' ? sameAddress(address, email) : id === subscriberHash(email);
}

function namesOf({ tags }: JsonObject): readonly string[] {
  return objectsIn(tags).flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
}

/** Undefined when the answer does not show all of them. */
function allTagsOf(member: JsonObject): readonly string[] | undefined {
  const names = namesOf(member);
  return Array.isArray(member['tags']) && member['tags_count'] === names.length ? names : undefined;
}

export function mergeFieldsOf(member: JsonObject): JsonObject {
  return within(member['merge_fields']);
}

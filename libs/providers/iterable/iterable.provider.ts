import { Injectable } from '@nestjs/common';
import {
  isObject,
  told,
  unknownAnswer,
  type AudienceCreation,
  type AudiencePage,
  type ContactChange,
  type ContactEvent,
  type ContactReading,
  type ContactRemoval,
  type CrmProvider,
  type FieldValue,
  type JsonObject,
  type Outcome,
  type ProviderAccess,
  type ProviderManifest,
  type Verification,
} from '@rekomi/provider-contract';
import { failureOf, isTaken, IterableCalls } from './iterable.calls.js';
import { removeContact, takenKey, upsertContact } from './iterable.contacts.js';
import { iterableManifest } from './iterable.manifest.js';
import { planEvent } from './iterable.mapping.js';
import { verifyKey } from './iterable.verify.js';

/** Iterable asks for a minute between a write and what depends on it; ten leave room for a busy one. */
const MAY_STILL_ARRIVE_MS = 10 * 60_000;

/** Iterable, API 1.8: one project in one data centre. Users are known by address, static lists are the audiences. */
@Injectable()
export class IterableProvider implements CrmProvider {
  readonly manifest: ProviderManifest = iterableManifest;

  verify(access: ProviderAccess): Promise<Verification> {
    return verifyKey(access);
  }

  /** Everything comes in one answer. People can be put into standard lists only; a suppression list would block them. */
  async listAudiences(access: ProviderAccess): Promise<AudiencePage> {
    const reading = await new IterableCalls(access).lists();
    if (reading.kind !== 'ok') return reading.failure;
    if (!Array.isArray(reading.body.lists)) return unknownAnswer(200);
    const lists = reading.body.lists.filter(isObject);
    const standard = lists.filter(({ listType }) => listType === 'Standard');
    const others = lists.filter((list) => !standard.includes(list)).map(({ id }) => String(id));
    return {
      kind: 'page',
      audiences: standard.map(({ id, name }) => ({ id: String(id), name: String(name) })),
      ...(others.length === 0 ? {} : { ruleBased: others }),
    };
  }

  async createAudience(access: ProviderAccess, name: string): Promise<AudienceCreation> {
    const trimmed = name.trim();
    if (trimmed === '') return { kind: 'refused', code: 'field_rejected', field: 'name' };
    const reading = await new IterableCalls(access).createList(trimmed);
    if (reading.kind !== 'ok') return reading.failure;
    const { listId } = reading.body;
    if (!Number.isSafeInteger(listId)) return { kind: 'ambiguous', code: 'answer_unknown', status: 200 };
    return { kind: 'created', audience: { id: String(listId), name: trimmed } };
  }

  upsertContact(access: ProviderAccess, change: ContactChange): Promise<Outcome> {
    return upsertContact(new IterableCalls(access), change);
  }

  async trackEvent(access: ProviderAccess, event: ContactEvent): Promise<Outcome> {
    const plan = planEvent(event);
    if (plan.kind === 'refused') return plan;
    const calls = new IterableCalls(access);
    const unknown = await refusalOfUnknown(calls, event);
    if (unknown !== undefined) return unknown;
    let data: object = plan.data;
    let { warnings } = plan;
    let reading = await calls.track({ ...plan.body, dataFields: data });
    if (reading.kind === 'declined' && reading.badFields !== undefined) {
      // A value of another type than the event's earlier ones; the event counts for more.
      const bad = reading.badFields.filter((name) => Object.hasOwn(data, name));
      const words = reading.failure.vendorMessage ?? 'Iterable gave no reason';
      const detail = (field: string): string => `"${field}" was left out: ${words}`;
      warnings = [
        ...warnings,
        ...bad.map((field) => ({ code: 'field_rejected', field, detail: detail(field) }) as const),
      ];
      data = Object.fromEntries(Object.entries(data).filter(([name]) => !bad.includes(name)));
      if (bad.length > 0) reading = await calls.track({ ...plan.body, dataFields: data });
    }
    if (isTaken(reading)) return { kind: 'accepted', ...told(warnings) };
    const failure = failureOf(reading);
    const aboutEvent =
      failure.kind === 'refused' && !['email_invalid', 'contact_suppressed'].includes(failure.code);
    return aboutEvent ? { ...failure, code: 'event_refused' } : failure;
  }

  async readContact(access: ProviderAccess, email: string): Promise<ContactReading> {
    const calls = new IterableCalls(access);
    const look = await calls.look(email.trim());
    if (look.kind === 'failed') return look.failure;
    if (look.kind === 'not_found') return { kind: 'not_found' };
    const { profile } = look;
    const optedOut = await calls.hasOptedOut(profile);
    if (typeof optedOut === 'object') return optedOut;
    const lists = profile.dataFields.emailListIds;
    return {
      kind: 'found',
      snapshot: {
        email: profile.email,
        ...(profile.userId === undefined ? {} : { vendorId: profile.userId }),
        fields: shownFields(profile.dataFields),
        consent: optedOut ? 'unsubscribed' : 'subscribed',
        audiences: Array.isArray(lists) ? lists.map(String) : [],
        seenAt: new Date(access.now()).toISOString(),
      },
    };
  }

  removeContact(access: ProviderAccess, { previous }: ContactRemoval): Promise<Outcome> {
    return removeContact(new IterableCalls(access), previous);
  }
}

/**
 * An event for somebody unknown would make a user, so whoever was not written a moment ago is looked up. A young event's
 * person may not show yet and is tried again; later the person counts as deleted.
 */
async function refusalOfUnknown(
  calls: IterableCalls,
  { email, occurredAt }: ContactEvent,
): Promise<Outcome | undefined> {
  const { memo, now } = { memo: calls.access.memo, now: calls.access.now() };
  if (memo.get(takenKey(email.trim())) !== undefined) return undefined;
  const look = await calls.look(email.trim());
  if (look.kind === 'found') return undefined;
  if (look.kind === 'failed') return look.failure;
  const vendorMessage = 'Iterable does not know this person.';
  return Date.parse(occurredAt) > now - MAY_STILL_ARRIVE_MS
    ? { kind: 'unavailable', code: 'send_withheld', vendorMessage }
    : { kind: 'refused', code: 'event_refused', vendorMessage };
}

/** Plain values as they are, lists of them as one text; what is nested is the vendor's own. */
function shownFields(dataFields: JsonObject): Readonly<Record<string, FieldValue>> {
  const fields: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(dataFields)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      fields[name] = value;
    else if (Array.isArray(value)) fields[name] = value.map(String).join(',');
  }
  return fields;
}

import { jsonObject, type Reply } from '@rekomi/vendor-emulation';
import type { EmulatedRequest } from '@rekomi/provider-contract';
import {
  alreadyMember,
  forgotten,
  inCompliance,
  invalid,
  looksFake,
  memberBody,
  mergeFieldsInvalid,
  NO_CONTENT,
  NOT_FOUND,
  NOT_JSON,
  shown,
  type FieldFault,
} from './mailchimp.emulator-answers.js';
import {
  hashOf,
  type Account,
  type Member,
  type MemberStatus,
  type Operation,
  type Shelf,
} from './mailchimp.emulator-model.js';

const NEW: readonly unknown[] = ['subscribed', 'unsubscribed', 'cleaned', 'pending', 'transactional'];

export interface MemberCall {
  readonly account: Account;
  readonly shelf: Shelf;
  /** As it stands in the path: a hash, or an address, which is taken as well. */
  readonly hash: string;
  readonly request: EmulatedRequest;
  readonly now: number;
}

/** `PUT` adds or updates, `PATCH` only updates. */
export function writeMember(call: MemberCall): Reply<Operation> {
  const { account, shelf, hash, request, now } = call;
  const body = jsonObject(request);
  if (body === undefined) return NOT_JSON;
  const before = shelf.members.get(hash);
  const adds = request.method === 'PUT';
  if (before === undefined && !adds) return NOT_FOUND;
  const { email_address: address, status_if_new: asNew, status: wish } = body;
  const faults = schemaFaults(body, adds);
  if (faults.length > 0) return invalid(faults);
  const email = typeof address === 'string' ? address : (before?.email ?? '');
  const isNew = before === undefined;
  const status = (wish ?? (isNew ? asNew : before.status)) as MemberStatus;
  const refused = refusal(call, email, before, status);
  if (refused !== undefined) return refused;

  const given = (body['merge_fields'] ?? {}) as Readonly<Record<string, string | number>>;
  const fieldFaults = mergeFaults(
    shelf,
    given,
    before,
    request.query.get('skip_merge_validation') === 'true',
  );
  if (fieldFaults.length > 0) return mergeFieldsInvalid(fieldFaults);
  // What the audience has no field for is dropped without a word.
  const known = Object.entries(given).filter(([tag]) =>
    shelf.audience.fields.some((field) => field.tag === tag),
  );
  const { reason } = before ?? {};
  const member: Member = {
    email,
    status,
    ...(reason === undefined || status !== before?.status ? {} : { reason }),
    fields: { ...before?.fields, ...Object.fromEntries(known) },
    tags: before?.tags ?? [],
    number: before?.number ?? shelf.members.size + 1,
    changedAt: seconds(now),
  };
  const was = before === undefined ? {} : { was: hashOf(before.email) };
  return {
    ...shown(memberBody(shelf.audience, member), request.query),
    operations: [{ k: 'member', a: account.id, id: shelf.audience.id, ...was, member }],
  };
}

function schemaFaults(body: Readonly<Record<string, unknown>>, adds: boolean): readonly FieldFault[] {
  const { email_address: address, status_if_new: asNew, status, merge_fields: fields } = body;
  const faults: FieldFault[] = [];
  const fault = (field: string, message: string): number => faults.push({ field, message });
  if (adds || address !== undefined) {
    if (typeof address !== 'string') fault('email_address', 'Schema describes string, NULL found instead');
    else if (address.trim() === '') fault('email_address', 'This value should not be blank.');
  }
  if (adds && !NEW.includes(asNew))
    fault('status_if_new', 'Data did not match any of the schemas described in anyOf.');
  if (status !== undefined && !NEW.includes(status))
    fault('status', 'Value is not one of the allowed values.');
  if (fields === undefined) return faults;
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    fault('merge_fields', 'Schema describes object');
  else
    for (const [tag, value] of Object.entries(fields))
      if (typeof value !== 'string' && typeof value !== 'number')
        fault(`merge_fields.${tag}`, 'Data did not match any of the schemas described in anyOf.');
  return faults;
}

function refusal(
  { shelf }: MemberCall,
  email: string,
  before: Member | undefined,
  status: MemberStatus,
): Reply<Operation> | undefined {
  if (!/^[^\u0000-\u001f]+@[^@\s]+\.[^@\s]+$/.test(email)) return looksFake(email);
  const target = hashOf(email);
  if (shelf.forgotten.has(target)) return forgotten(email);
  const moves = before !== undefined && hashOf(before.email) !== target;
  if (moves && shelf.members.has(target)) return alreadyMember(email);
  // https://github.com/ibericode/mailchimp-user-sync/issues/96: a bounced address cannot be exchanged.
  if (moves && before.status === 'cleaned') return inCompliance(before.email);
  const raises = status === 'subscribed' || status === 'pending';
  return before?.status === 'cleaned' && raises ? inCompliance(email) : undefined;
}

function mergeFaults(
  { audience }: Shelf,
  given: Readonly<Record<string, string | number>>,
  before: Member | undefined,
  skipsRequired: boolean,
): readonly FieldFault[] {
  return audience.fields.flatMap(({ tag, type, required }) => {
    const value = given[tag];
    if (value === undefined || value === '') {
      const empty = value === '' || (before?.fields[tag] ?? '') === '';
      return required && empty && !skipsRequired ? [{ field: tag, message: 'Please enter a value' }] : [];
    }
    if (type === 'number' && !Number.isFinite(Number(value)))
      return [{ field: tag, message: 'Please enter a number' }];
    if (type === 'date' && !Number.isFinite(Date.parse(String(value))))
      return [{ field: tag, message: 'Please enter the date' }];
    return String(value).length > 255
      ? [{ field: tag, message: 'Please enter a value of 255 characters or fewer' }]
      : [];
  });
}

export function changeTags({ account, shelf, hash, request, now }: MemberCall): Reply<Operation> {
  const member = shelf.members.get(hash);
  if (member === undefined) return NOT_FOUND;
  const tags = jsonObject(request)?.['tags'];
  if (!Array.isArray(tags)) return invalid([{ field: 'tags', message: 'Schema describes array' }]);
  let after = [...member.tags];
  for (const [index, entry] of (tags as readonly unknown[]).entries()) {
    const { name, status } = entry as Readonly<Record<string, unknown>>;
    const fits = typeof name === 'string' && name.trim() !== '' && name.length <= 100;
    if (!fits || (status !== 'active' && status !== 'inactive'))
      return invalid([{ field: `tags.item:${index}`, message: 'Data did not match the schema' }]);
    // Names are compared without regard to case; the first spelling stays.
    const same = (one: string): boolean => one.toLowerCase() === name.toLowerCase();
    if (status === 'inactive') after = after.filter((one) => !same(one));
    else if (!after.some(same)) after.push(name);
  }
  const changed = { ...member, tags: after, changedAt: seconds(now) };
  return {
    ...NO_CONTENT,
    operations: [{ k: 'member', a: account.id, id: shelf.audience.id, was: hash, member: changed }],
  };
}

export function recordEvent({ account, shelf, hash, request, now }: MemberCall): Reply<Operation> {
  if (!shelf.members.has(hash)) return NOT_FOUND;
  const body = jsonObject(request);
  if (body === undefined) return NOT_JSON;
  const { name, properties = {}, occurred_at: at } = body;
  const faults: FieldFault[] = [];
  if (typeof name !== 'string' || name.length < 2 || name.length > 30)
    faults.push({ field: 'name', message: 'Event name must be between 2 and 30 characters.' });
  const values = Object.values(properties as object) as readonly unknown[];
  if (values.some((value) => typeof value !== 'string'))
    faults.push({ field: 'properties', message: 'Schema describes string' });
  const moment = at === undefined ? now : Date.parse(String(at));
  if (!Number.isFinite(moment))
    faults.push({ field: 'occurred_at', message: 'This value is not a valid datetime.' });
  if (faults.length > 0) return invalid(faults);
  const event = {
    name: name as string,
    at: seconds(moment),
    properties: properties as Readonly<Record<string, string>>,
  };
  return { ...NO_CONTENT, operations: [{ k: 'event', a: account.id, id: shelf.audience.id, hash, event }] };
}

/** Archiving keeps the member and takes it out of sight; deleting for good makes the address unimportable. */
export function removeMember(call: MemberCall, forGood: boolean): Reply<Operation> {
  const { account, shelf, hash, now } = call;
  const member = shelf.members.get(hash);
  if (member === undefined) return NOT_FOUND;
  const { id } = shelf.audience;
  if (forGood) return { ...NO_CONTENT, operations: [{ k: 'forgotten', a: account.id, id, hash }] };
  const archived: Member = { ...member, status: 'archived', changedAt: seconds(now) };
  return { ...NO_CONTENT, operations: [{ k: 'member', a: account.id, id, was: hash, member: archived }] };
}

function seconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, '+00:00');
}

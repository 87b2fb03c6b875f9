import type { Reply } from '@rekomi/vendor-emulation';
import { jobId } from './klaviyo.emulator-accounts.js';
import { invalid, notFound, nothing } from './klaviyo.emulator-answers.js';
import type { Operation, StoredJob } from './klaviyo.emulator-model.js';
import { asObject, isAddress } from './klaviyo.emulator-profile.js';
import type { Visit } from './klaviyo.emulator-routes.js';

export function subscribe({ account, a, body, now }: Visit): Reply<Operation> {
  const data = asObject(body.data);
  const sent = asObject(asObject(data.attributes).profiles).data;
  const entries = Array.isArray(sent) ? (sent as readonly unknown[]) : [];
  if (entries.length === 0 || entries.length > 1000) {
    return invalid({
      detail: 'Between 1 and 1000 profiles are needed.',
      pointer: '/data/attributes/profiles',
    });
  }
  const faults = entries.flatMap((entry, index) => {
    const pointer = `/data/attributes/profiles/data/${index}/attributes`;
    const attributes = asObject(asObject(entry).attributes);
    const stranger = Object.keys(attributes).find((name) => !SUBSCRIBABLE.has(name));
    if (stranger !== undefined)
      return [{ detail: `'${stranger}' is not a valid field.`, pointer: `${pointer}/${stranger}` }];
    const consent = asObject(asObject(asObject(attributes.subscriptions).email).marketing).consent;
    if (consent !== 'SUBSCRIBED')
      return [{ detail: 'Invalid consent.', pointer: `${pointer}/subscriptions` }];
    return isAddress(attributes.email)
      ? []
      : [{ detail: 'Invalid email address', pointer: `${pointer}/email` }];
  });
  if (faults.length > 0) return invalid(...faults);
  const listed = asObject(asObject(asObject(data.relationships).list).data).id;
  if (typeof listed === 'string' && !account.lists.has(listed)) {
    return notFound(`list with id ${listed}`, '/data/relationships/list/data/id');
  }
  const list = typeof listed === 'string' ? { list: listed } : {};
  const job: StoredJob = { id: jobId(account), kind: 'subscribe', at: now, profiles: entries, ...list };
  return { ...nothing(202), operations: [{ k: 'job', a, job }] };
}

/** Without a list; with one it would be another call. */
export function unsubscribe({ account, a, body, now }: Visit): Reply<Operation> {
  const { data: entries } = asObject(asObject(asObject(body.data).attributes).profiles);
  const pointer = '/data/attributes/profiles';
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > 100)
    return invalid({ detail: 'Between 1 and 100 profiles are needed.', pointer });
  const all: readonly unknown[] = entries;
  const isGood = (entry: unknown): boolean => {
    const { email, subscriptions } = asObject(asObject(entry).attributes);
    return (
      isAddress(email) &&
      asObject(asObject(asObject(subscriptions).email).marketing).consent === 'UNSUBSCRIBED'
    );
  };
  if (!all.every(isGood)) return invalid({ detail: 'Invalid consent or email address.', pointer });
  const job: StoredJob = { id: jobId(account), kind: 'unsubscribe', at: now, profiles: all };
  return { ...nothing(202), operations: [{ k: 'job', a, job }] };
}

const SUBSCRIBABLE: ReadonlySet<string> = new Set([
  'email',
  'phone_number',
  'subscriptions',
  'anonymous_id',
  'age_gated_date_of_birth',
]);

import type { EmulatedRequest } from '@rekomi/provider-contract';
import { emptyAnswer, jsonAnswer, jsonObject, type Reply } from '@rekomi/vendor-emulation';
import { errors, listAnswer, subscriberView, tagView } from './kit.emulator-answers.js';
import {
  FIELDS_AT_ONCE,
  FIELDS_LAG_MS,
  keyOfEmail,
  LIST_LAG_MS,
  type Account,
  type Operation,
  type Subscriber,
} from './kit.emulator-model.js';

export interface Call {
  readonly account: Account;
  readonly request: EmulatedRequest;
  readonly now: number;
}

const NOT_FOUND = errors(404, 'Not Found');
const STATES: readonly string[] = ['active', 'cancelled', 'bounced', 'complained', 'inactive'];

export function answerSubscribers(call: Call, path: readonly string[]): Reply<Operation> {
  const { account, request, now } = call;
  const { method } = request;
  const [id, action] = path;
  if (id === undefined) return method === 'POST' ? upsert(call) : method === 'GET' ? search(call) : NOT_FOUND;
  const subscriber = account.subscribers.get(Number(id));
  if (subscriber === undefined) return NOT_FOUND;
  switch (`${method} ${action ?? ''}`.trim()) {
    case 'GET':
      return jsonAnswer(200, { subscriber: subscriberView(account, subscriber, now) });
    case 'PUT':
      return change(call, subscriber);
    case 'GET tags': {
      const held = [...subscriber.tags].flatMap(([tag, at]) => {
        const known = account.tags.get(tag);
        return known === undefined ? [] : [{ ...tagView(known), tagged_at: new Date(at).toISOString() }];
      });
      return listAnswer(request, 'tags', held, (one) => one);
    }
    case 'POST unsubscribe': {
      const operations: Operation[] = [{ k: 'update', a: account.id, id: subscriber.id, state: 'cancelled' }];
      return { ...emptyAnswer(204), operations };
    }
    default:
      return NOT_FOUND;
  }
}

/** The state counts for somebody new only: nobody is subscribed again by this call. */
function upsert(call: Call): Reply<Operation> {
  const { account, request, now } = call;
  const body = jsonObject(request);
  const email = body?.['email_address'];
  if (typeof email !== 'string' || !isAddress(email)) return errors(422, 'Email address is invalid');
  const known = account.byEmail.get(keyOfEmail(email));
  const present = known === undefined ? undefined : account.subscribers.get(known);
  if (present !== undefined) return written(call, present, body ?? {}, 200, []);
  const state = body?.['state'] ?? 'active';
  if (typeof state !== 'string' || !STATES.includes(state))
    return errors(422, 'State is not included in the list');
  const id = account.lastId + 1;
  const fresh: Subscriber = {
    ...{ id, email: keyOfEmail(email), state, created: now, listedFrom: now + LIST_LAG_MS, firstName: null },
    ...{ fields: new Map<string, string>(), tags: new Map<number, number>(), later: undefined },
  };
  const { email: own, listedFrom } = fresh;
  return written(call, fresh, body ?? {}, 201, [
    { k: 'subscriber', a: account.id, id, email: own, state, at: now, listedFrom },
  ]);
}

function change(call: Call, subscriber: Subscriber): Reply<Operation> {
  const body = jsonObject(call.request);
  if (body === undefined) return errors(422, 'The request body is not valid JSON');
  const { email_address: email } = body;
  if (email === undefined) return written(call, subscriber, body, 200, []);
  if (typeof email !== 'string' || !isAddress(email)) return errors(422, 'Email address is invalid');
  const other = call.account.byEmail.get(keyOfEmail(email));
  if (other !== undefined && other !== subscriber.id)
    return errors(422, 'Email address has already been taken');
  return written(call, { ...subscriber, email: keyOfEmail(email) }, body, 200, [], keyOfEmail(email));
}

function written(
  call: Call,
  subscriber: Subscriber,
  body: Readonly<Record<string, unknown>>,
  status: number,
  before: readonly Operation[],
  email?: string,
): Reply<Operation> {
  const { account, now } = call;
  const { first_name: firstName, fields: given } = body;
  const sent = typeof given === 'object' && given !== null ? Object.entries(given) : [];
  const keys = account.fields.map(({ key }) => key);
  const fields = Object.fromEntries(
    sent.filter(([key]) => keys.includes(key)).map(([key, value]) => [key, String(value ?? '')]),
  );
  const warnings = sent
    .filter(([key]) => !keys.includes(key))
    .map(([key]) => `Custom field "${key}" does not exist`);
  const later = sent.length > FIELDS_AT_ONCE;
  const name = typeof firstName === 'string' ? { firstName } : {};
  const any = Object.keys(fields).length > 0;
  const update: Operation = {
    ...{ k: 'update', a: account.id, id: subscriber.id },
    ...(email === undefined ? {} : { email }),
    ...name,
    ...(any ? { fields } : {}),
    ...(any && later ? { fieldsAt: now + FIELDS_LAG_MS } : {}),
  };
  const values = later ? subscriber.fields : new Map([...subscriber.fields, ...Object.entries(fields)]);
  const shown = subscriberView(
    account,
    { ...subscriber, ...name, fields: values },
    now,
    later ? Object.keys(fields) : [],
  );
  return {
    ...jsonAnswer(later ? 202 : status, {
      subscriber: shown,
      ...(warnings.length === 0 ? {} : { warnings }),
    }),
    operations: [...before, ...(Object.keys(update).length > 3 ? [update] : [])],
  };
}

/** Active people only, unless told; somebody new shows late. */
function search(call: Call): Reply<Operation> {
  const { account, request, now } = call;
  const status = request.query.get('status') ?? 'active';
  const wanted = request.query.get('email_address')?.split(',').map(keyOfEmail);
  const found = [...account.subscribers.values()].filter(
    ({ email, state, listedFrom }) =>
      now >= listedFrom &&
      (status === 'all' || state === status) &&
      (wanted?.includes(keyOfEmail(email)) ?? true),
  );
  return listAnswer(request, 'subscribers', found, (one) => subscriberView(account, one, now));
}

function isAddress(email: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim());
}

import type { SeededNumbers } from './seeded-numbers.js';

type Holder = Record<string, unknown> | unknown[];
/** A place in a document: its holder and the key there. */
interface Place {
  readonly holder: Holder;
  readonly key: string | number;
}

/** Places of one document that are worth changing. */
const ENOUGH = 200;

type JsonChange = (body: unknown, numbers: SeededNumbers) => unknown;

const LONG = 'x'.repeat(20_000);
const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, 1, -1, 2, 3, 99, 1e308, 9_007_199_254_740_991, 0.5],
  ...[
    '',
    ' ',
    '0',
    '1',
    'true',
    'null',
    'Success',
    'success',
    'error',
    'nobody@elsewhere.example.org',
    LONG,
    '\u0000',
    '💥',
  ],
  ...[[], {}, [null], [[]], [{}], { message: 'email is invalid' }, ['email is invalid']],
];
const KEYS: readonly string[] = [
  ...['errors', 'error', 'message', 'status', 'code', 'id', 'data', 'meta', 'index', 'batch_index', 'email'],
  ...['__proto__', 'constructor', 'toString', 'length', 'then', ''],
];
const ERRORS: readonly unknown[] = [
  [{ message: 'email is invalid', code: 'invalid', field: 'email', index: 0, batch_index: 0 }],
  [
    {
      index: 1,
      batch_index: 1,
      reason: 'invalid',
      field: 'email',
      message: 'is invalid',
      input_array: 'events',
    },
  ],
  [{ index: 99, batch_index: 99, message: 'is invalid' }],
  [{ index: -1, batch_index: -1, message: 'is invalid' }],
  [{ index: '0', batch_index: '0', message: 'is invalid' }],
  [{ message: 'something failed' }],
  ['something failed'],
  [['email address is invalid']],
  'something failed',
  { email: ['is invalid'] },
  [null],
];

/** Changes of a document as JSON; each takes a copy of its own. */
export const JSON_MUTATIONS: Readonly<Record<string, JsonChange>> = {
  'a missing key': changing(({ holder, key }) => remove(holder, key)),
  'a renamed key': changing(({ holder, key }, numbers) => {
    if (Array.isArray(holder)) return;
    const value = holder[key];
    remove(holder, key);
    set(holder, numbers.next() < 0.5 ? numbers.one(KEYS) : `${key}s`, value);
  }),
  'another value': changing(({ holder, key }, numbers) => set(holder, key, fresh(VALUES, numbers))),
  'another type': changing(({ holder, key }) =>
    set(holder, key, retyped((holder as Record<string, unknown>)[key])),
  ),
  'null in its place': changing(({ holder, key }) => set(holder, key, null)),
  'a value from elsewhere': (body, numbers) => {
    const places = placesIn(body);
    if (places.length < 2) return body;
    const [one, other] = [numbers.one(places), numbers.one(places)];
    const value = valueAt(other);
    set(other.holder, other.key, valueAt(one));
    set(one.holder, one.key, value);
    return body;
  },
  'an empty list': changing(({ holder, key }) => {
    if (Array.isArray(valueAt({ holder, key }))) set(holder, key, []);
  }),
  'fewer items': changing(({ holder, key }, numbers) => {
    const value = valueAt({ holder, key });
    if (Array.isArray(value) && value.length > 0) value.splice(numbers.below(value.length), 1);
  }),
  'more items': changing(({ holder, key }, numbers) => {
    const value = valueAt({ holder, key });
    if (Array.isArray(value))
      value.push(
        value.length > 0 && numbers.next() < 0.5 ? structuredClone(value[0]) : fresh(VALUES, numbers),
      );
  }),
  'another index': (body, numbers) => {
    const indexes = placesIn(body).filter(({ key }) => /index/i.test(String(key)));
    if (indexes.length === 0) return body;
    const { holder, key } = numbers.one(indexes);
    if (numbers.next() < 0.3) remove(holder, key);
    else set(holder, key, numbers.one([-1, 0, 1, 2, 3, 99, 0.5, '0', null]));
    return body;
  },
  'an errors list': (body, numbers) =>
    withKey(body, numbers.one(['errors', 'errors', 'error', 'failures']), fresh(ERRORS, numbers)),
  'errors deep inside': changing(({ holder, key }, numbers) => {
    const value = valueAt({ holder, key });
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      set(value as Holder, 'errors', fresh(ERRORS, numbers));
  }),
  'a foreign key': (body, numbers) => withKey(body, numbers.one(KEYS), fresh(VALUES, numbers)),
  'nested once more': (body, numbers) => ({ [numbers.one(['data', 'result', 'body', 'response'])]: body }),
  'in a list': (body) => [body],
  'nested without end': changing(({ holder, key }) => {
    let deep: unknown = 'x';
    for (let level = 0; level < 200; level += 1) deep = [deep];
    set(holder, key, deep);
  }),
  'said twice as a list': (body) => [body, body],
};

/** Applies a change at one place that the numbers choose. */
function changing(change: (place: Place, numbers: SeededNumbers) => void): JsonChange {
  return (body, numbers) => {
    const places = placesIn(body);
    if (places.length > 0) change(numbers.one(places), numbers);
    return body;
  };
}

/** Every place of a document, the nearer ones first; enough of a large one. */
function placesIn(body: unknown): readonly Place[] {
  const places: Place[] = [];
  const waiting: unknown[] = [body];
  for (let next = 0; next < waiting.length && places.length < ENOUGH; next += 1) {
    const value = waiting[next];
    if (typeof value !== 'object' || value === null) continue;
    const holder = value as Holder;
    for (const key of Array.isArray(holder) ? holder.keys() : Object.keys(holder)) {
      places.push({ holder, key });
      waiting.push(valueAt({ holder, key }));
    }
  }
  return places;
}

/** A copy: what is put into one document must not be changed through another. */
function fresh(of: readonly unknown[], numbers: SeededNumbers): unknown {
  return structuredClone(numbers.one(of));
}

function valueAt({ holder, key }: Place): unknown {
  return (holder as Record<string | number, unknown>)[key];
}

function set(holder: Holder, key: string | number, value: unknown): void {
  // As JSON.parse does: `__proto__` becomes a key like any other.
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

function remove(holder: Holder, key: string | number): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
}

function withKey(body: unknown, key: string, value: unknown): unknown {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) set(body as Holder, key, value);
  return body;
}

function retyped(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return /^\d+$/.test(value) ? Number(value) : [value];
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (Array.isArray(value)) return Object.fromEntries(value.entries());
  return typeof value === 'object' && value !== null ? Object.entries(value) : {};
}

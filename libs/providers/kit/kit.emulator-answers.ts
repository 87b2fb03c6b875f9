import type { EmulatedRequest } from '@rekomi/provider-contract';
import { jsonAnswer, type Reply } from '@rekomi/vendor-emulation';
import { fieldsAt, type Account, type Operation, type Subscriber, type Tag } from './kit.emulator-model.js';

export function errors(status: number, ...texts: readonly string[]): Reply<Operation> {
  return jsonAnswer(status, { errors: texts });
}

export function tagView({ id, name, created }: Tag): object {
  return { id, name, created_at: new Date(created).toISOString() };
}

/** Every custom field of the account, null where it has no value. `hidden`: written later, so not shown yet. */
export function subscriberView(
  account: Account,
  subscriber: Subscriber,
  now: number,
  hidden: readonly string[] = [],
): object {
  const { id, firstName, email, state, created } = subscriber;
  const values = fieldsAt(subscriber, now);
  const shown = (key: string): string | null => (hidden.includes(key) ? null : (values.get(key) ?? null));
  return {
    id,
    first_name: firstName,
    email_address: email,
    state,
    created_at: new Date(created).toISOString(),
    fields: Object.fromEntries(account.fields.map(({ key }) => [key, shown(key)])),
  };
}

/** A list with cursors: `per_page` 1 to 1000, 500 unless told. The cursor is the position, in Base64 as the vendor's. */
export function listAnswer<Item>(
  request: EmulatedRequest,
  name: string,
  items: readonly Item[],
  view: (item: Item) => object,
): Reply<Operation> {
  const perPage = Number(request.query.get('per_page') ?? '500');
  if (!Number.isInteger(perPage) || perPage < 1 || perPage > 1000)
    return errors(422, 'per_page must be between 1 and 1000');
  const after = request.query.get('after');
  const from = after === null ? 0 : Number(Buffer.from(after, 'base64').toString('utf8').slice(1, -1));
  if (!Number.isInteger(from)) return errors(422, 'after is not a valid cursor');
  const end = Math.min(items.length, from + perPage);
  return jsonAnswer(200, {
    [name]: items.slice(from, end).map(view),
    pagination: {
      has_previous_page: from > 0,
      has_next_page: end < items.length,
      start_cursor: cursor(from),
      end_cursor: cursor(end),
      per_page: perPage,
    },
  });
}

function cursor(position: number): string {
  return Buffer.from(`[${String(position).padStart(5, '0')}]`).toString('base64');
}

import type { StoredUser, StoredWorkspace, SubscriptionState, Task } from './braze.emulator-model.js';
import { addressKey, deleteUser, newUser, storeUser, usersByEmail } from './braze.emulator-users.js';

type Json = Readonly<Record<string, unknown>>;

const IDENTIFIERS: ReadonlySet<string> = new Set([
  ...['external_id', 'user_alias', 'braze_id', 'email', 'phone', '_update_existing_only', 'app_id'],
]);
const STANDARD: ReadonlySet<string> = new Set([
  ...[
    'first_name',
    'last_name',
    'country',
    'home_city',
    'language',
    'dob',
    'gender',
    'time_zone',
    'image_url',
  ],
]);
const LONGEST_ARRAY = 500;

/** Does what was taken before. What it is about may be gone by then; nobody is told. */
export function runTask(workspace: StoredWorkspace, task: Task): void {
  switch (task.kind) {
    case 'attributes': {
      const user = userOf(workspace, task.object);
      if (user !== undefined) storeUser(workspace, withAttributes(workspace, user, task.object));
      break;
    }
    case 'event': {
      const user = userOf(workspace, task.object);
      const { name, time, properties } = task.object;
      if (user === undefined) break;
      const event = { name: String(name), time: String(time), properties: asObject(properties) };
      storeUser(workspace, { ...user, events: [...user.events, event] });
      break;
    }
    case 'group':
      for (const email of task.emails) {
        if (usersByEmail(workspace, email).length === 0) continue;
        workspace.memberships.get(task.group)?.set(addressKey(email), task.state);
      }
      break;
    case 'delete':
      for (const id of task.ids) deleteUser(workspace, id);
      break;
  }
}

/** Undefined when there is none and none may be made. */
function userOf(workspace: StoredWorkspace, object: Json): StoredUser | undefined {
  const { external_id: externalId, braze_id: id, email, _update_existing_only: onlyIfThere } = object;
  const users = [...workspace.users.values()];
  const found =
    typeof externalId === 'string'
      ? users.find((user) => user.externalId === externalId)
      : typeof id === 'string'
        ? workspace.users.get(id)
        : typeof email === 'string'
          ? usersByEmail(workspace, email)[0]
          : undefined;
  if (found !== undefined || onlyIfThere === true) return found;
  return newUser(workspace, {
    ...(typeof externalId === 'string' ? { externalId } : {}),
    ...(typeof email === 'string' ? { email } : {}),
  });
}

function withAttributes(workspace: StoredWorkspace, user: StoredUser, object: Json): StoredUser {
  const standard: Record<string, unknown> = { ...user.standard };
  const custom: Record<string, unknown> = { ...user.custom };
  for (const [name, value] of Object.entries(object)) {
    if (IDENTIFIERS.has(name) || name === 'bio') continue;
    if (name === 'email_subscribe') {
      // Overwrites whatever was decided, for everybody with the address.
      if (user.email !== undefined) {
        workspace.addresses.set(addressKey(user.email), value as SubscriptionState);
      }
    } else if (name === 'subscription_groups') {
      for (const entry of Array.isArray(value) ? value : []) {
        const { subscription_group_id: group, subscription_state: state } = asObject(entry);
        const members = workspace.memberships.get(String(group));
        if (user.email !== undefined && (state === 'subscribed' || state === 'unsubscribed')) {
          members?.set(addressKey(user.email), state);
        }
      }
    } else {
      const target = STANDARD.has(name) ? standard : custom;
      const next = changed(target[name], value);
      if (next === null) delete target[name];
      else target[name] = next;
    }
  }
  return { ...user, standard, custom };
}

/** A plain array replaces; `add` appends without repeats, `remove` takes away; null removes the attribute. */
function changed(before: unknown, value: unknown): unknown {
  const { add, remove } = asObject(value);
  if (!Array.isArray(add) && !Array.isArray(remove)) return value;
  const there: readonly unknown[] = Array.isArray(before) ? before : [];
  const gone = new Set<unknown>(Array.isArray(remove) ? remove : []);
  const more: readonly unknown[] = Array.isArray(add) ? add : [];
  return [...new Set([...there, ...more])].filter((one) => !gone.has(one)).slice(-LONGEST_ARRAY);
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

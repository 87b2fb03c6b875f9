import { jsonAnswer, jsonObject, type Reply } from '@rekomi/vendor-emulation';
import type { EmulatedRequest } from '@rekomi/provider-contract';
import type { Operation, StoredUser, StoredWorkspace, Task } from './braze.emulator-model.js';
import { addressKey, usersByEmail } from './braze.emulator-users.js';

type Json = Readonly<Record<string, unknown>>;

export interface Visit {
  readonly workspace: StoredWorkspace;
  readonly w: number;
  readonly request: EmulatedRequest;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly permission: string;
  readonly allowance: 'track' | 'exports' | 'groups' | 'others';
  readonly answer: (visit: Visit) => Reply<Operation>;
}

export const ROUTES: readonly Route[] = [
  { method: 'POST', path: '/users/track', permission: 'users.track', allowance: 'track', answer: track },
  {
    method: 'POST',
    path: '/users/export/ids',
    permission: 'users.export.ids',
    allowance: 'exports',
    answer: exportUsers,
  },
  {
    method: 'POST',
    path: '/users/delete',
    permission: 'users.delete',
    allowance: 'others',
    answer: deleteUsers,
  },
  {
    method: 'GET',
    path: '/segments/list',
    permission: 'segments.list',
    allowance: 'others',
    answer: segments,
  },
  {
    method: 'GET',
    path: '/subscription/status/get',
    permission: 'subscription.status.get',
    allowance: 'others',
    answer: groupStatus,
  },
  {
    method: 'GET',
    path: '/subscription/user/status',
    permission: 'subscription.groups.get',
    allowance: 'others',
    answer: userStatus,
  },
  {
    method: 'POST',
    path: '/v2/subscription/status/set',
    permission: 'subscription.status.set',
    allowance: 'groups',
    answer: setGroups,
  },
];

const NOTHING_VALID = "Valid data must be provided in the 'attributes', 'events', or 'purchases' fields.";
const OBJECTS_IN_ALL = 75;

function told(status: number, message: string, more: Json = {}): Reply<Operation> {
  return jsonAnswer(status, { message, ...more });
}

/** Objects that are wrong are named and left out; when all are, the request fails as a whole. */
function track({ request, w, now }: Visit): Reply<Operation> {
  const body = jsonObject(request);
  if (body === undefined) return told(400, 'Invalid JSON');
  const attributes = listOf(body.attributes);
  const events = listOf(body.events);
  if (attributes.length + events.length === 0) return told(400, NOTHING_VALID);
  if (attributes.length + events.length > OBJECTS_IN_ALL) return told(400, 'Max Input Length Exceeded');
  const errors = [
    ...attributes.flatMap((object, index) => faultsOf(object, 'attributes', index)),
    ...events.flatMap((object, index) => faultsOf(object, 'events', index)),
  ];
  const wrong = new Set(errors.map(({ input_array, index }) => `${input_array} ${index}`));
  const good = (objects: readonly Json[], array: string): readonly Json[] =>
    objects.filter((_, index) => !wrong.has(`${array} ${index}`));
  const taken = {
    attributes: good(attributes, 'attributes'),
    events: good(events, 'events').map((event) => withTime(event, now)),
  };
  if (taken.attributes.length + taken.events.length === 0) return told(400, NOTHING_VALID, { errors });
  const tasks: readonly Task[] = [
    ...taken.attributes.map((object) => ({ kind: 'attributes' as const, object })),
    ...taken.events.map((object) => ({ kind: 'event' as const, object })),
  ];
  const counts = {
    ...(attributes.length === 0 ? {} : { attributes_processed: taken.attributes.length }),
    ...(events.length === 0 ? {} : { events_processed: taken.events.length }),
  };
  const answer = told(201, 'success', { ...counts, ...(errors.length === 0 ? {} : { errors }) });
  return { ...answer, operations: tasks.map((task) => ({ k: 'queue', entry: { w, at: now, task } })) };
}

interface ObjectFault {
  readonly type: string;
  readonly input_array: string;
  readonly index: number;
}

function faultsOf(object: Json, array: string, index: number): readonly ObjectFault[] {
  const type = faultOf(object, array);
  return type === undefined ? [] : [{ type, input_array: array, index }];
}

function faultOf(object: Json, array: string): string | undefined {
  const { email, external_id: externalId, braze_id: id } = object;
  if ([email, externalId, id, object.user_alias, object.phone].every((one) => one === undefined)) {
    return "'external_id', 'braze_id', 'user_alias', 'email' or 'phone' is required";
  }
  if (email !== undefined && !(typeof email === 'string' && /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(email))) {
    return "The value provided for the 'email' field is not a valid email.";
  }
  if (array === 'events') {
    if (typeof object.name !== 'string' || object.name === '') return "'name' is required";
    if (Number.isNaN(Date.parse(String(object.time)))) return "'time' is not valid";
    return undefined;
  }
  const noText = ['first_name', 'last_name'].find(
    (name) => object[name] !== undefined && object[name] !== null && typeof object[name] !== 'string',
  );
  if (noText !== undefined) return `'${noText}' is not valid`;
  return Object.keys(object).some((name) => name.length > 255) ? 'Attribute name is too long' : undefined;
}

/** What is to happen later happens now. */
function withTime(event: Json, now: number): Json {
  const at = Math.min(Date.parse(String(event.time)), now);
  return { ...event, time: new Date(at).toISOString() };
}

function exportUsers({ request, workspace }: Visit): Reply<Operation> {
  const body = jsonObject(request);
  if (body === undefined) return told(400, 'Invalid JSON');
  const { email_address: email, fields_to_export: fields } = body;
  if (typeof email !== 'string' || email === '') return told(400, 'No identifier was provided.');
  const users = usersByEmail(workspace, email).map((user) => exported(workspace, user));
  const wanted = Array.isArray(fields) ? new Set<unknown>(fields) : undefined;
  const shown = users.map((user) =>
    Object.fromEntries(
      Object.entries(user).filter(
        ([name, value]) => value !== undefined && (wanted === undefined || wanted.has(name)),
      ),
    ),
  );
  return told(201, 'success', { users: shown, ...(users.length === 0 ? { invalid_user_ids: [email] } : {}) });
}

function exported(workspace: StoredWorkspace, user: StoredUser): Json {
  const custom = Object.keys(user.custom).length === 0 ? undefined : user.custom;
  return {
    braze_id: user.id,
    external_id: user.externalId,
    email: user.email,
    email_subscribe: user.email === undefined ? undefined : workspace.addresses.get(addressKey(user.email)),
    custom_attributes: custom,
    ...user.standard,
  };
}

function deleteUsers({ request, w, now }: Visit): Reply<Operation> {
  const ids = listOfTexts(jsonObject(request)?.braze_ids);
  if (ids.length === 0 || ids.length > 50) return told(400, 'Between 1 and 50 users are needed.');
  const answer = told(201, 'success', { deleted: ids.length });
  return { ...answer, operations: [{ k: 'queue', entry: { w, at: now, task: { kind: 'delete', ids } } }] };
}

/** 100 a page, from page 0; archived ones are not among them. */
function segments({ request, workspace }: Visit): Reply<Operation> {
  const page = Number(request.query.get('page') ?? '0');
  const part = workspace.segments.slice(page * 100, page * 100 + 100);
  const list = part.map((segment) => ({ ...segment, analytics_tracking_enabled: false, tags: [] }));
  return told(200, 'success', { segments: list });
}

/** By external id; of users without one by address. Nobody is in the answer who is not there. */
function groupStatus({ request, workspace }: Visit): Reply<Operation> {
  const group = request.query.get('subscription_group_id') ?? '';
  const email = request.query.get('email') ?? '';
  const members = workspace.memberships.get(group);
  if (members === undefined) return told(400, 'The provided subscription_group_id is not valid.');
  const state = members.get(addressKey(email));
  const word = state === undefined ? 'Unknown' : state === 'subscribed' ? 'Subscribed' : 'Unsubscribed';
  const users = usersByEmail(workspace, email);
  return told(200, 'success', {
    status: Object.fromEntries(users.map(({ externalId }) => [externalId ?? email, word])),
  });
}

function userStatus({ request, workspace }: Visit): Reply<Operation> {
  const email = request.query.get('email') ?? '';
  const groups = [...workspace.groups.values()].flatMap(({ id, name }) => {
    const state = workspace.memberships.get(id)?.get(addressKey(email));
    if (state === undefined) return [];
    return [{ id, name, channel: 'email', status: state === 'subscribed' ? 'Subscribed' : 'Unsubscribed' }];
  });
  const users = usersByEmail(workspace, email).map((user) => ({
    email: user.email ?? null,
    phone: null,
    external_id: user.externalId ?? null,
    subscription_groups: groups,
  }));
  return told(200, 'success', { users, total_count: users.length });
}

function setGroups({ request, workspace, w, now }: Visit): Reply<Operation> {
  const entries = listOf(jsonObject(request)?.subscription_groups);
  if (entries.length === 0) return told(400, 'No subscription groups were provided.');
  const tasks: Task[] = [];
  for (const entry of entries) {
    const { subscription_group_id: group, subscription_state: state } = entry;
    const emails = listOfTexts(entry.emails);
    if (typeof group !== 'string' || !workspace.groups.has(group)) {
      return told(400, 'The provided subscription_group_id is not valid.');
    }
    if (state !== 'subscribed' && state !== 'unsubscribed') return told(400, 'Invalid subscription state.');
    if (emails.length === 0 || emails.length > 50) return told(400, 'Between 1 and 50 users are needed.');
    tasks.push({ kind: 'group', group, state, emails });
  }
  const operations = tasks.map((task): Operation => ({ k: 'queue', entry: { w, at: now, task } }));
  return { ...told(201, 'success'), operations };
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value)
    ? value.map((one) => (typeof one === 'object' && one !== null ? (one as Json) : {}))
    : [];
}

function listOfTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

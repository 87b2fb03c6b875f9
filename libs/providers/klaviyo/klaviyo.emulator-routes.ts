import type { Reply } from '@rekomi/vendor-emulation';
import { findByEmail, jobId, listId, profileId, type AccountConfig } from './klaviyo.emulator-accounts.js';
import { faultAnswer, invalid, notFound, nothing, resourceAnswer } from './klaviyo.emulator-answers.js';
import { recordEvent } from './klaviyo.emulator-events.js';
import type {
  Operation,
  StoredAccount,
  StoredJob,
  StoredList,
  StoredProfile,
} from './klaviyo.emulator-model.js';
import {
  asObject,
  isFault,
  newProfile,
  profileResource,
  readProfile,
  withInput,
} from './klaviyo.emulator-profile.js';
import { subscribe, unsubscribe } from './klaviyo.emulator-subscriptions.js';

export interface Visit {
  readonly config: AccountConfig;
  readonly account: StoredAccount;
  readonly a: number;
  readonly parameters: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970, and the same in ISO 8601. */
  readonly now: number;
  readonly at: string;
}

export interface Route {
  readonly method: string;
  /** `*` stands for a variable part. */
  readonly path: string;
  readonly scopes: readonly string[];
  readonly tier: 'XS' | 'S' | 'M' | 'L' | 'XL';
  readonly answer: (visit: Visit) => Reply<Operation>;
}

const MEMBERS = '/api/lists/*/relationships/profiles';
const FILL: readonly string[] = ['lists:write', 'profiles:write'];

export const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/api/accounts', scopes: ['accounts:read'], tier: 'XS', answer: accounts },
  { method: 'GET', path: '/api/lists', scopes: ['lists:read'], tier: 'L', answer: lists },
  { method: 'POST', path: '/api/lists', scopes: ['lists:write'], tier: 'M', answer: createList },
  { method: 'GET', path: '/api/lists/*', scopes: ['lists:read'], tier: 'L', answer: list },
  {
    method: 'GET',
    path: MEMBERS,
    scopes: ['lists:read', 'profiles:read'],
    tier: 'L',
    answer: membersOf,
  },
  { method: 'POST', path: MEMBERS, scopes: FILL, tier: 'M', answer: (visit) => members(visit, true) },
  { method: 'DELETE', path: MEMBERS, scopes: FILL, tier: 'M', answer: (visit) => members(visit, false) },
  { method: 'GET', path: '/api/profiles', scopes: ['profiles:read'], tier: 'L', answer: profiles },
  { method: 'PATCH', path: '/api/profiles/*', scopes: ['profiles:write'], tier: 'L', answer: patchProfile },
  {
    method: 'GET',
    path: '/api/profiles/*/lists',
    scopes: ['lists:read', 'profiles:read'],
    tier: 'S',
    answer: listsOfProfile,
  },
  {
    method: 'POST',
    path: '/api/profile-import',
    scopes: ['profiles:write'],
    tier: 'L',
    answer: importProfile,
  },
  {
    method: 'POST',
    path: '/api/profile-subscription-bulk-create-jobs',
    scopes: [...FILL, 'subscriptions:write'],
    tier: 'L',
    answer: subscribe,
  },
  {
    method: 'POST',
    path: '/api/profile-subscription-bulk-delete-jobs',
    scopes: [...FILL, 'subscriptions:write'],
    tier: 'L',
    answer: unsubscribe,
  },
  { method: 'POST', path: '/api/profile-bulk-import-jobs', scopes: FILL, tier: 'M', answer: importProfiles },
  { method: 'GET', path: '/api/profile-bulk-import-jobs/*', scopes: FILL, tier: 'M', answer: importJob },
  {
    method: 'GET',
    path: '/api/profile-bulk-import-jobs/*/import-errors',
    scopes: FILL,
    tier: 'M',
    answer: importErrors,
  },
  { method: 'POST', path: '/api/events', scopes: ['events:write'], tier: 'XL', answer: recordEvent },
  {
    method: 'POST',
    path: '/api/data-privacy-deletion-jobs',
    scopes: ['data-privacy:write'],
    tier: 'S',
    answer: erase,
  },
];

function accounts({ config }: Visit): Reply<Operation> {
  const contact_information = {
    default_sender_name: config.name,
    default_sender_email: 'hi@example.com',
    website_url: 'https://example.com',
    organization_name: config.name,
    street_address: { address1: null, address2: null, city: null, region: null, country: null, zip: null },
  };
  const attributes = {
    test_account: false,
    contact_information,
    industry: null,
    timezone: 'US/Eastern',
    preferred_currency: 'USD',
    public_api_key: config.id,
    locale: 'en-US',
  };
  const links = { self: `https://a.klaviyo.com/api/accounts/${config.id}/` };
  return resourceAnswer(200, {
    data: [{ type: 'account', id: config.id, attributes, links }],
    links: { self: 'https://a.klaviyo.com/api/accounts' },
  });
}

/** Ten a page at most. */
function lists({ account, query }: Visit): Reply<Operation> {
  const size = Number(query.get('page[size]') ?? '10');
  if (!Number.isInteger(size) || size < 1 || size > 10) {
    return invalid({ detail: 'Page size must be an integer between 1 and 10.', pointer: '/data/' });
  }
  const from = Number(Buffer.from(query.get('page[cursor]') ?? '', 'base64url').toString() || '0');
  const all = [...account.lists.values()];
  const next = from + size;
  const self = 'https://a.klaviyo.com/api/lists';
  const cursor = encodeURIComponent(Buffer.from(String(next)).toString('base64url'));
  return resourceAnswer(200, {
    data: all.slice(from, next).map(listResource),
    links: { self, prev: null, next: next < all.length ? `${self}?page%5Bcursor%5D=${cursor}` : null },
  });
}

function list({ account, parameters: [id = ''] }: Visit): Reply<Operation> {
  const found = account.lists.get(id);
  return found === undefined
    ? notFound(`list with id ${id}`)
    : resourceAnswer(200, { data: listResource(found) });
}

function createList({ account, a, body, at }: Visit): Reply<Operation> {
  const { name, opt_in_process } = asObject(asObject(body.data).attributes);
  if (typeof name !== 'string' || name.trim() === '') {
    return invalid({ detail: 'This field may not be blank.', pointer: '/data/attributes/name' });
  }
  // The default of an account that asks nothing of people; a new account has the other one.
  const optIn = opt_in_process === 'double_opt_in' ? 'double_opt_in' : 'single_opt_in';
  const made: StoredList = { id: listId(account), name, optIn, created: at };
  return { ...resourceAnswer(201, { data: listResource(made) }), operations: [{ k: 'list', a, list: made }] };
}

function members(visit: Visit, joins: boolean): Reply<Operation> {
  const { account, a, parameters, body } = visit;
  const [id = ''] = parameters;
  if (!account.lists.has(id)) return notFound(`list with id ${id}`);
  const entries = Array.isArray(body.data) ? (body.data as readonly unknown[]) : [];
  if (entries.length === 0 || entries.length > 1000) {
    return invalid({ detail: 'Between 1 and 1000 profiles are needed.', pointer: '/data' });
  }
  const ids = entries.map((entry) => String(asObject(entry).id));
  const stranger = ids.find((one) => !account.profiles.has(one));
  if (stranger !== undefined && joins)
    return invalid({ detail: `A profile with id ${stranger} does not exist.`, pointer: '/data' });
  const operations = ids.map((profile): Operation => ({ k: 'member', a, list: id, profile, joins }));
  return { ...nothing(204), operations };
}

function membersOf({ account, parameters: [id = ''], query }: Visit): Reply<Operation> {
  if (!account.lists.has(id)) return notFound(`list with id ${id}`);
  const filter = query.get('filter');
  const wanted = filter === null ? undefined : filteredBy(filter);
  if (wanted === 'invalid' || wanted?.field === 'id')
    return invalid({ detail: 'Invalid filter provided.', pointer: '/data/' });
  const among = wanted?.values.map((email) => findByEmail(account, email)?.id);
  const found = [...(account.members.get(id)?.keys() ?? [])].filter((one) => among?.includes(one) ?? true);
  const data = found
    .slice(0, Number(query.get('page[size]') ?? '20'))
    .map((one) => ({ type: 'profile', id: one }));
  return resourceAnswer(200, { data, links: { self: '', next: null, prev: null } });
}

function profiles({ account, query }: Visit): Reply<Operation> {
  const size = Number(query.get('page[size]') ?? '20');
  if (!Number.isInteger(size) || size < 1 || size > 100) {
    return invalid({ detail: 'Page size must be an integer between 1 and 100.', pointer: '/data/' });
  }
  const filter = query.get('filter');
  const wanted = filter === null ? undefined : filteredBy(filter);
  if (wanted === 'invalid') return invalid({ detail: 'Invalid filter provided.', pointer: '/data/' });
  const found =
    wanted === undefined
      ? [...account.profiles.values()]
      : wanted.values.flatMap(
          (value) =>
            (wanted.field === 'email' ? findByEmail(account, value) : account.profiles.get(value)) ?? [],
        );
  const detailed = (query.get('additional-fields[profile]') ?? '').includes('subscriptions');
  return resourceAnswer(200, {
    data: found.slice(0, size).map((profile) => profileResource(profile, detailed)),
    links: { self: 'https://a.klaviyo.com/api/profiles', prev: null, next: null },
  });
}

/** `equals(email,"…")` or `any(id,["…"])`. */
function filteredBy(
  filter: string,
): { readonly field: string; readonly values: readonly string[] } | 'invalid' {
  const [, , field = '', argument = ''] = /^(equals|any)\((email|id),(.+)\)$/s.exec(filter) ?? [];
  try {
    const value = JSON.parse(argument) as unknown;
    return { field, values: (Array.isArray(value) ? value : [value]).map(String) };
  } catch {
    return 'invalid';
  }
}

function listsOfProfile({ account, parameters: [id = ''] }: Visit): Reply<Operation> {
  if (!account.profiles.has(id)) return notFound(`profile with id ${id}`);
  const data = [...account.lists.values()].filter((one) => account.members.get(one.id)?.has(id) === true);
  return resourceAnswer(200, { data: data.map(listResource), links: { self: '', next: null, prev: null } });
}

function importProfile(visit: Visit): Reply<Operation> {
  const { account, a, body, query, at } = visit;
  const input = readProfile(body.data);
  if (isFault(input)) return invalid({ ...input, pointer: `/data${input.pointer}` });
  if (input.id === undefined && input.email === undefined) {
    return invalid({ detail: 'One identifier is needed.', pointer: '/data/attributes' });
  }
  const byId = input.id === undefined ? undefined : account.profiles.get(input.id);
  const byEmail = input.email === undefined ? undefined : findByEmail(account, input.email);
  if (byId !== undefined && byEmail !== undefined && byId !== byEmail) {
    const detail = 'A profile already exists with one of these identifiers.';
    const meta = { duplicate_profile_id: byEmail.id };
    const fault = {
      code: 'duplicate_profile',
      title: 'Conflict.',
      detail,
      pointer: '/data/attributes',
      meta,
    };
    return faultAnswer(409, [fault]);
  }
  const known = byId ?? byEmail;
  const profile = withInput(known ?? newProfile(profileId(account), input.email, at), input, at);
  return {
    ...profileAnswer(known === undefined ? 201 : 200, profile, query),
    operations: [{ k: 'profile', a, profile }],
  };
}

function patchProfile({ account, a, parameters, body, query, at }: Visit): Reply<Operation> {
  const [id = ''] = parameters;
  const known = account.profiles.get(id);
  if (known === undefined) return notFound(`profile with id ${id}`);
  const input = readProfile(body.data);
  if (isFault(input)) return invalid({ ...input, pointer: `/data${input.pointer}` });
  if (input.id !== id) return invalid({ detail: 'The id differs from the path.', pointer: '/data/id' });
  const profile = withInput(known, input, at);
  return { ...profileAnswer(200, profile, query), operations: [{ k: 'profile', a, profile }] };
}

function profileAnswer(status: number, profile: StoredProfile, query: URLSearchParams): Reply<Operation> {
  const detailed = (query.get('additional-fields[profile]') ?? '').includes('subscriptions');
  return resourceAnswer(status, { data: profileResource(profile, detailed) });
}

/** Only what a whole job is is looked at; what is wrong with one profile is told by the job's errors. */
function importProfiles({ account, a, body, now }: Visit): Reply<Operation> {
  const data = asObject(body.data);
  const sent = asObject(asObject(data.attributes).profiles).data;
  const entries = Array.isArray(sent) ? (sent as readonly unknown[]) : [];
  if (entries.length === 0 || entries.length > 10_000) {
    return invalid({
      detail: 'Between 1 and 10000 profiles are needed.',
      pointer: '/data/attributes/profiles',
    });
  }
  const lists = asObject(asObject(data.relationships).lists).data;
  const listed = Array.isArray(lists) ? String(asObject(lists[0]).id) : undefined;
  if (listed !== undefined && !account.lists.has(listed)) return notFound(`list with id ${listed}`);
  const list = listed === undefined ? {} : { list: listed };
  const job: StoredJob = { id: jobId(account), kind: 'import', at: now, profiles: entries, ...list };
  return {
    ...resourceAnswer(202, { data: jobResource({ ...job, status: 'queued', failures: [] }) }),
    operations: [{ k: 'job', a, job }],
  };
}

function importJob({ account, parameters: [id = ''] }: Visit): Reply<Operation> {
  const job = account.jobs.get(id);
  return job?.kind === 'import'
    ? resourceAnswer(200, { data: jobResource(job) })
    : notFound(`job with id ${id}`);
}

function importErrors({ account, parameters: [id = ''] }: Visit): Reply<Operation> {
  const job = account.jobs.get(id);
  if (job?.kind !== 'import') return notFound(`job with id ${id}`);
  const data = job.failures.map(({ detail, original }, index) => ({
    type: 'import-error',
    id: `${id}-${index}`,
    attributes: {
      code: 'invalid',
      title: 'Invalid input.',
      detail,
      source: { pointer: '' },
      original_payload: original,
    },
  }));
  return resourceAnswer(200, { data, links: { self: '', next: null, prev: null } });
}

function erase({ account, a, body, now }: Visit): Reply<Operation> {
  const profile = asObject(asObject(asObject(asObject(body.data).attributes).profile).data);
  const job: StoredJob = { id: jobId(account), kind: 'erase', at: now, profiles: [profile] };
  return { ...nothing(202), operations: [{ k: 'job', a, job }] };
}

function listResource({ id, name, optIn, created }: StoredList): object {
  return {
    type: 'list',
    id,
    attributes: { name, created, updated: created, opt_in_process: optIn },
    links: { self: `https://a.klaviyo.com/api/lists/${id}/` },
  };
}

function jobResource({
  id,
  at,
  status,
  profiles: all,
  failures,
}: StoredJob & {
  readonly status: string;
  readonly failures: readonly unknown[];
}): object {
  const done = status === 'complete';
  const created = new Date(at).toISOString();
  return {
    type: 'profile-bulk-import-job',
    id,
    attributes: {
      status,
      created_at: created,
      started_at: done ? created : null,
      completed_at: done ? created : null,
      expires_at: new Date(at + 7 * 24 * 60 * 60 * 1000).toISOString(),
      total_count: all.length,
      completed_count: done ? all.length - failures.length : 0,
      failed_count: failures.length,
    },
    links: { self: `https://a.klaviyo.com/api/profile-bulk-import-jobs/${id}/` },
  };
}

import type { EmulatedRequest } from '@rekomi/provider-contract';
import { jsonAnswer, jsonObject, type Reply } from '@rekomi/vendor-emulation';
import {
  CHANNELS,
  shownTime,
  typeOf,
  type Data,
  type Operation,
  type Person,
  type Project,
} from './iterable.emulator-project.js';

type Answer = Reply<Operation>;

/** One call of one project at one moment. */
export interface Call {
  readonly project: Project;
  readonly request: EmulatedRequest;
  readonly path: string;
  readonly now: number;
}

const SUCCESS = { msg: '', code: 'Success', params: null };

export function answerUser(call: Call, email: string): Answer {
  const person = call.project.find(email);
  if (person === undefined || person.forgotten) return jsonAnswer(200, {});
  return jsonAnswer(200, { user: { email: person.email, dataFields: shownData(person) } });
}

function shownData(person: Person): Data {
  const everListed = person.lists.size > 0 || person.optedOut.size > 0;
  return {
    ...Object.fromEntries(person.data),
    email: person.email,
    signupDate: shownTime(person.signupAt),
    signupSource: 'API',
    profileUpdatedAt: shownTime(person.updatedAt),
    itblInternal: {
      emailDomain: person.email.split('@').at(-1),
      documentCreatedAt: shownTime(person.signupAt),
    },
    ...(everListed
      ? {
          emailListIds: [...person.lists],
          unsubscribedChannelIds: [...person.optedOut],
          unsubscribedMessageTypeIds: [],
          subscribedMessageTypeIds: [],
        }
      : {}),
  };
}

export function answerLists({ project }: Call): Answer {
  return jsonAnswer(200, { lists: [...project.lists.values()].reverse() });
}

export function createList({ project, request, now, path }: Call): Answer {
  const name = jsonObject(request)?.['name'];
  if (typeof name !== 'string' || name === '') return badBody(path, { 'obj.name': 'String value expected' });
  const id = nextListId(project);
  const list = { id, name, listType: 'Standard', createdAt: now } as const;
  return {
    ...jsonAnswer(200, { listId: id }),
    operations: [{ project: project.config.key, kind: 'list', list }],
  };
}

export function nextListId(project: Project): number {
  return Math.max(project.config.number * 1000, ...project.lists.keys()) + 1;
}

export function updateUser(call: Call): Answer {
  const { project, request, path, now } = call;
  const body = jsonObject(request);
  if (body === undefined) return badBody(path, { obj: 'Object expected' });
  const { email, dataFields = {}, mergeNestedObjects, createNewFields } = body;
  if (typeof email !== 'string') return declined(400, 'BadParams', 'An email or userId is required');
  if (!isAddress(email)) return declined(400, 'InvalidEmailAddressError', `Invalid email: ${email}`);
  if (!isData(dataFields)) return badBody(path, { 'obj.dataFields': 'Object expected' });
  if (project.find(email)?.forgotten === true) {
    return declined(409, 'ForgottenUserError', 'The user has been forgotten.');
  }
  const bad = mismatches(project.fieldTypes, dataFields);
  if (bad.length > 0) return mismatchAnswer(project, bad, dataFields, project.fieldTypes, 'user');
  const drops = typeof createNewFields === 'boolean' ? !createNewFields : project.config.drops;
  const { kept } = sieved(project, dataFields, drops);
  const operation: Operation = {
    ...{ project: project.config.key, kind: 'profile', email, at: now, data: kept },
    merge: mergeNestedObjects === true,
  };
  return { ...jsonAnswer(200, SUCCESS), operations: [operation] };
}

export function renameUser({ project, request, path }: Call): Answer {
  const { currentEmail, newEmail } = jsonObject(request) ?? {};
  if (typeof newEmail !== 'string') return badBody(path, { 'obj.newEmail': 'String value expected' });
  if (!isAddress(newEmail)) return declined(400, 'InvalidEmailAddressError', `Invalid email: ${newEmail}`);
  const person = typeof currentEmail === 'string' ? project.find(currentEmail) : undefined;
  if (person === undefined || person.forgotten)
    return declined(400, 'UnknownEmailError', `User with email: ${String(currentEmail)} not found.`);
  const there = project.find(newEmail);
  if (there?.forgotten === true) return declined(409, 'ForgottenUserError', 'The user has been forgotten.');
  if (there !== undefined)
    return declined(400, 'EmailAlreadyExists', `The email already exists: ${newEmail}`);
  const operation: Operation = {
    ...{ project: project.config.key, kind: 'rename', email: person.email, newEmail },
  };
  return { ...jsonAnswer(200, SUCCESS), operations: [operation] };
}

export function changeMembers(call: Call, kind: 'subscribe' | 'unsubscribe'): Answer {
  const { project, request, path, now } = call;
  const body = jsonObject(request);
  const { listId, subscribers, channelUnsubscribe } = body ?? {};
  if (typeof listId !== 'number') return badBody(path, { 'obj.listId': 'Number value expected' });
  if (!Array.isArray(subscribers)) return badBody(path, { 'obj.subscribers': 'Array expected' });
  const list = project.lists.get(listId);
  if (list === undefined) {
    const params = { projectId: project.config.number, listId };
    return jsonAnswer(400, { msg: `error.lists.invalidListId(${listId})`, code: 'Success', params });
  }
  const failed: Record<string, string[]> = Object.fromEntries(FAILED.map((name) => [name, []]));
  const filteredOut = new Set<string>();
  const created = new Set<string>();
  const operations: Operation[] = [];
  const key = project.config.key;
  for (const one of subscribers as readonly Data[]) {
    const email = String(one['email']);
    const data = isData(one['dataFields']) ? one['dataFields'] : {};
    const person = project.find(email);
    const fault = memberFault(project, kind, email, person, data);
    if (fault !== undefined) {
      failed[fault]?.push(email);
      continue;
    }
    if (kind === 'unsubscribe') {
      operations.push({ project: key, kind: 'leave', email, list: listId });
      const channels = CHANNELS.filter(({ messageMedium }) => messageMedium === 'Email').map(({ id }) => id);
      if (channelUnsubscribe === true) operations.push({ project: key, kind: 'opt_out', email, channels });
      continue;
    }
    const { kept, dropped } = sieved(project, data, project.config.drops);
    for (const name of dropped) filteredOut.add(name);
    for (const name of Object.keys(kept)) if (!project.fieldTypes.has(name)) created.add(name);
    const merge = one['mergeNestedObjects'] === true;
    operations.push({ project: key, kind: 'profile', email, at: now, data: kept, merge });
    operations.push({ project: key, kind: 'join', email, list: listId });
  }
  const failCount = Object.values(failed).reduce((sum, emails) => sum + emails.length, 0);
  const answer = {
    successCount: subscribers.length - failCount,
    failCount,
    invalidEmails: failed['invalidEmails'],
    invalidUserIds: [],
    filteredOutFields: [...filteredOut],
    createdFields: [...created],
    failedUpdates: failed,
  };
  return { ...jsonAnswer(200, answer), operations };
}

const FAILED: readonly string[] = [
  ...['invalidEmails', 'invalidUserIds', 'notFoundEmails', 'notFoundUserIds', 'invalidDataEmails'],
  ...['invalidDataUserIds', 'conflictEmails', 'conflictUserIds', 'forgottenEmails', 'forgottenUserIds'],
];

function memberFault(
  project: Project,
  kind: 'subscribe' | 'unsubscribe',
  email: string,
  person: Person | undefined,
  data: Data,
): string | undefined {
  if (!isAddress(email)) return 'invalidEmails';
  if (person?.forgotten === true) return 'forgottenEmails';
  if (kind === 'unsubscribe') return person === undefined ? 'notFoundEmails' : undefined;
  return mismatches(project.fieldTypes, data).length > 0 ? 'invalidDataEmails' : undefined;
}

export function trackEvent(call: Call): Answer {
  const { project, request, path, now } = call;
  const body = jsonObject(request);
  if (body === undefined) return badBody(path, { obj: 'Object expected' });
  const { email, eventName, createdAt = Math.floor(now / 1000), dataFields = {} } = body;
  const id = body['id'] ?? `generated-${now}-${String(eventName)}`;
  if (typeof eventName !== 'string') return badBody(path, { 'obj.eventName': 'String value expected' });
  if (typeof createdAt !== 'number') return badBody(path, { 'obj.createdAt': 'Number value expected' });
  if (typeof email !== 'string') return declined(400, 'BadParams', 'An email or userId is required');
  if (!isAddress(email)) return declined(400, 'InvalidEmailAddressError', `Invalid email: ${email}`);
  if (project.find(email)?.forgotten === true) {
    return declined(409, 'ForgottenUserError', 'The user has been forgotten.');
  }
  if (typeof id !== 'string' || Buffer.byteLength(id) > 512)
    return declined(400, 'BadParams', 'Invalid event id');
  const data = isData(dataFields) ? dataFields : {};
  const types = project.eventTypes.get(eventName) ?? new Map<string, string>();
  const bad = mismatches(types, data);
  if (bad.length > 0) return mismatchAnswer(project, bad, data, types, 'customEvent');
  const event = { id, name: eventName, createdAt, data };
  return {
    ...jsonAnswer(200, { msg: `Event with id: ${id} tracked.`, code: 'Success', params: { id } }),
    operations: [{ project: project.config.key, kind: 'event', email, at: now, event }],
  };
}

function sieved(
  project: Project,
  data: Data,
  drops: boolean,
): { readonly kept: Data; readonly dropped: readonly string[] } {
  const dropped = drops ? Object.keys(data).filter((name) => !project.fieldTypes.has(name)) : [];
  return {
    kept: Object.fromEntries(Object.entries(data).filter(([name]) => !dropped.includes(name))),
    dropped,
  };
}

function mismatches(types: ReadonlyMap<string, string>, data: Data): readonly string[] {
  return Object.entries(data)
    .filter(([name, value]) => value !== null && (types.get(name) ?? typeOf(value)) !== typeOf(value))
    .map(([name]) => name);
}

function mismatchAnswer(
  project: Project,
  bad: readonly string[],
  data: Data,
  types: ReadonlyMap<string, string>,
  category: string,
): Answer {
  const errors = bad.map((name) => {
    const expectedType = types.get(name);
    const offendingValue = data[name];
    return [
      name,
      {
        incomingTypes: [typeOf(offendingValue)],
        expectedType,
        category,
        offendingValue,
        _type: 'UnexpectedType',
      },
    ];
  });
  const msg =
    `Project ${project.config.number}: The request does not have the same data types as the data previously submitted. ` +
    `Field '${String(bad[0])}' already exists for type '${category}'.`;
  const params = { validationErrors: Object.fromEntries(errors) as object };
  return jsonAnswer(400, { msg, code: 'RequestFieldsTypesMismatched', params });
}

function badBody(path: string, params: Readonly<Record<string, string>>): Answer {
  return jsonAnswer(400, { msg: `[${path}] Invalid JSON body`, code: 'BadJsonBody', params });
}

function declined(status: number, code: string, msg: string): Answer {
  return jsonAnswer(status, { msg, code, params: null });
}

function isAddress(email: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(email) && email.length <= 254;
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

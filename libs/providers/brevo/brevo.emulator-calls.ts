import type { EmulatedRequest } from '@rekomi/provider-contract';
import { emptyAnswer, jsonAnswer, jsonObject, type Reply } from '@rekomi/vendor-emulation';
import type { Account, Contact, Data, EventRecord, Operation } from './brevo.emulator-account.js';

type Answer = Reply<Operation>;

/** One call at one moment. */
export interface Call {
  readonly account: Account;
  readonly request: EmulatedRequest;
  readonly now: number;
}

export function declined(status: number, code: string, message: string, more: object = {}): Answer {
  return jsonAnswer(status, { code, message, ...more });
}

const NO_CONTACT = declined(404, 'document_not_found', 'Contact does not exist');
const NO_LIST = declined(404, 'document_not_found', 'List ID does not exist');

export function pageOfLists({ account, request: { query } }: Call): Answer {
  const [limit, offset] = [Number(query.get('limit') ?? 10), Number(query.get('offset') ?? 0)];
  if (!(limit >= 0 && limit <= 50)) return declined(400, 'out_of_range', 'Limit exceeds max value');
  const all = [...account.lists].map(([id, name]) => ({ id, name, folderId: 1, ...COUNTERS }));
  if (query.get('sort') !== 'asc') all.reverse();
  const lists = all.slice(offset, offset + limit);
  // Without lists the key is missing.
  return jsonAnswer(200, { count: all.length, ...(all.length === 0 ? {} : { lists }) });
}

const COUNTERS = { uniqueSubscribers: 0, totalSubscribers: 0, totalBlacklisted: 0 };

export function showFolders(): Answer {
  return jsonAnswer(200, { count: 1, folders: [{ id: 1, name: 'Your first folder', ...COUNTERS }] });
}

export function createList({ account, request }: Call): Answer {
  const { name, folderId } = jsonObject(request) ?? {};
  if (typeof name !== 'string' || name.trim() === '')
    return declined(400, 'missing_parameter', 'name is missing');
  if (folderId !== 1) return declined(400, 'invalid_parameter', 'Folder ID does not exist');
  const id = account.nextList;
  return { ...jsonAnswer(201, { id }), operations: [{ kind: 'list', id, name }] };
}

export function showList({ account }: Call, id: string): Answer {
  const name = account.lists.get(Number(id));
  return name === undefined ? NO_LIST : jsonAnswer(200, { id: Number(id), name, folderId: 1, ...COUNTERS });
}

export function addToList({ account, request }: Call, id: string): Answer {
  const list = Number(id);
  if (!account.lists.has(list)) return NO_LIST;
  const emails = jsonObject(request)?.['emails'];
  if (!Array.isArray(emails) || emails.length === 0 || emails.length > 150) {
    return declined(400, 'invalid_parameter', 'Invalid emails');
  }
  const success: string[] = [];
  const failure: string[] = [];
  const operations: Operation[] = [];
  for (const email of emails.map(String)) {
    const contact = account.find(email);
    if (contact === undefined || contact.lists.has(list)) failure.push(email);
    else {
      success.push(email);
      operations.push({ kind: 'lists', id: contact.id, add: [list], remove: [] });
    }
  }
  if (success.length === 0) {
    return declined(400, 'invalid_parameter', 'Contact already in list and/or does not exist');
  }
  return { ...jsonAnswer(201, { contacts: { success, failure } }), operations };
}

export function createContact({ account, request, now }: Call): Answer {
  const body = jsonObject(request);
  if (body === undefined) return declined(400, 'bad_request', 'Input must be a valid JSON object');
  const { email, attributes, updateEnabled, emailBlacklisted } = body;
  if (typeof email !== 'string') return declined(400, 'missing_parameter', 'email is missing');
  if (!isAddress(email)) return declined(400, 'invalid_parameter', 'Invalid email address');
  const fault = faultOf(account, body);
  if (fault !== undefined) return fault;
  const known = account.find(email);
  if (known !== undefined && updateEnabled !== true) {
    const message = 'Unable to create contact, email is already associated with another Contact';
    return declined(400, 'duplicate_parameter', message, { metadata: { duplicate_identifiers: ['email'] } });
  }
  const id = known?.id ?? account.nextContact;
  const operations: Operation[] = [
    ...(known === undefined ? [{ kind: 'contact', email, id, at: now } as const] : []),
    ...changesOf(id, { attributes, emailBlacklisted, listIds: body['listIds'] }),
  ];
  return { ...(known === undefined ? jsonAnswer(201, { id }) : emptyAnswer(204)), operations };
}

export function updateContact({ account, request }: Call, contact: Contact | undefined): Answer {
  if (contact === undefined) return NO_CONTACT;
  const body = jsonObject(request) ?? {};
  const email = isData(body['attributes']) ? body['attributes']['EMAIL'] : undefined;
  if (typeof email === 'string' && (account.find(email) ?? contact) !== contact) {
    return declined(
      400,
      'duplicate_parameter',
      'Unable to update contact, email is already associated with another Contact',
    );
  }
  return faultOf(account, body) ?? { ...emptyAnswer(204), operations: changesOf(contact.id, body) };
}

function faultOf(account: Account, body: Data): Answer | undefined {
  const { attributes } = body;
  if (attributes !== undefined && !isData(attributes))
    return declined(400, 'invalid_parameter', 'Invalid attributes');
  // A wrong number fails the whole call.
  const phone = attributes?.['SMS'];
  if (phone !== undefined && !/^(\+|00)?[1-9]\d{6,14}$/.test(String(phone))) {
    return declined(400, 'invalid_parameter', 'Invalid phone number');
  }
  const lists = [...numbers(body['listIds']), ...numbers(body['unlinkListIds'])];
  return lists.every((id) => account.lists.has(id))
    ? undefined
    : declined(400, 'invalid_parameter', 'List ID does not exist');
}

function changesOf(id: number, body: Data): readonly Operation[] {
  const { attributes, emailBlacklisted } = body;
  const [add, remove] = [numbers(body['listIds']), numbers(body['unlinkListIds'])];
  return [
    ...(isData(attributes) ? [{ kind: 'values', id, values: attributes } as const] : []),
    ...(typeof emailBlacklisted === 'boolean'
      ? [{ kind: 'flag', id, blacklisted: emailBlacklisted } as const]
      : []),
    ...(add.length + remove.length > 0 ? [{ kind: 'lists', id, add, remove } as const] : []),
  ];
}

export function showContact(contact: Contact | undefined): Answer {
  if (contact === undefined) return NO_CONTACT;
  const at = new Date(contact.createdAt).toISOString();
  return jsonAnswer(200, {
    id: contact.id,
    email: contact.email,
    emailBlacklisted: contact.blacklisted,
    smsBlacklisted: false,
    whatsappBlacklisted: false,
    createdAt: at,
    modifiedAt: at,
    attributes: Object.fromEntries(contact.values),
    listIds: [...contact.lists],
    ...(contact.leftLists.size === 0 ? {} : { listUnsubscribed: [...contact.leftLists] }),
    statistics: {},
  });
}

export function deleteContact(contact: Contact | undefined): Answer {
  if (contact === undefined) return NO_CONTACT;
  return { ...emptyAnswer(204), operations: [{ kind: 'gone', id: contact.id }] };
}

export function showAttributes({ account }: Call): Answer {
  return jsonAnswer(200, { attributes: [...account.attributes.values()] });
}

export function createAttribute({ account, request }: Call, category: string, name: string): Answer {
  const type = jsonObject(request)?.['type'];
  if (category !== 'normal' || !/^[A-Z0-9_]{1,50}$/.test(name)) {
    return declined(400, 'invalid_parameter', 'Invalid attribute name');
  }
  if (!['text', 'date', 'float', 'boolean'].includes(String(type))) {
    return declined(400, 'invalid_parameter', 'Invalid attribute type');
  }
  if (account.attributes.has(name))
    return declined(400, 'invalid_parameter', 'Attribute name must be unique');
  return {
    ...emptyAnswer(201),
    operations: [{ kind: 'attribute', attribute: { name, category, type: String(type) } }],
  };
}

const WORD = /^[A-Za-z0-9_-]{1,255}$/;

export function trackEvent({ account, request, now }: Call): Answer {
  const body = jsonObject(request) ?? {};
  const { event_name: name, event_date: date, event_properties: properties = {} } = body;
  const identifiers = isData(body['identifiers']) ? body['identifiers'] : {};
  const { contact_id: contactId, email_id: email } = identifiers;
  if (typeof name !== 'string' || !WORD.test(name))
    return declined(400, 'invalid_parameter', 'Invalid event_name');
  if (!isData(properties) || !Object.keys(properties).every((key) => WORD.test(key))) {
    return declined(400, 'invalid_parameter', 'Invalid event_properties');
  }
  if (JSON.stringify(properties).length > 50 * 1024)
    return declined(400, 'invalid_parameter', 'Payload too large');
  const told = date === undefined ? now : Date.parse(String(date));
  if (Number.isNaN(told)) return declined(400, 'invalid_parameter', 'Invalid event_date');
  const event: EventRecord = { name, at: new Date(told).toISOString(), data: properties };
  if (typeof contactId === 'number') {
    return account.contacts.has(contactId)
      ? { ...emptyAnswer(204), operations: [{ kind: 'event', id: contactId, event }] }
      : declined(400, 'invalid_parameter', 'Contact does not exist');
  }
  if (typeof email !== 'string' || !isAddress(email))
    return declined(400, 'missing_parameter', 'identifiers is missing');
  // Whether an unknown address makes a contact is not documented; here it does.
  const known = account.find(email);
  const id = known?.id ?? account.nextContact;
  return {
    ...emptyAnswer(204),
    operations: [
      ...(known === undefined ? [{ kind: 'contact', email, id, at: now } as const] : []),
      { kind: 'event', id, event },
    ],
  };
}

function numbers(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

function isAddress(email: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(email) && email.length <= 254;
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { jsonAnswer, jsonObject, type Reply } from '@rekomi/vendor-emulation';
import type { EmulatedRequest } from '@rekomi/provider-contract';
import {
  BAD_REQUEST,
  contactBody,
  entryBody,
  noResult,
  notFound,
  tagBody,
  tagEntryBody,
  unprocessable,
  valueBodies,
} from './activecampaign.emulator-answers.js';
import {
  findByEmail,
  Ids,
  type Account,
  type Change,
  type Contact,
} from './activecampaign.emulator-model.js';

type Body = Readonly<Record<string, unknown>>;

export function isAddress(email: unknown): email is string {
  return typeof email === 'string' && /^[^\s@].*@[^@\s]+\.[^@\s]+$/.test(email.trim());
}

/** `POST /contact/sync`: creates or updates by address, and changes only what is sent. */
export function syncContact(account: Account, request: EmulatedRequest): Reply<Change> {
  const given = part(request, 'contact');
  if (given === undefined) return BAD_REQUEST;
  const { email } = given;
  if (!isAddress(email)) return unprocessable('Email address is not valid.', 'email');
  const before = findByEmail(account, email);
  const ids = new Ids(account.next);
  const fresh: Contact = {
    id: '',
    email: email.trim(),
    firstName: '',
    lastName: '',
    values: {},
    lists: [],
    tags: [],
  };
  const contact = changed(account, before ?? { ...fresh, id: ids.take() }, given);
  return {
    ...jsonAnswer(201, { fieldValues: valueBodies(contact), contact: contactBody(contact) }),
    operations: [{ k: 'contact', contact, next: ids.next }],
  };
}

/** `PUT /contacts/{id}` */
export function updateContact(account: Account, id: string, request: EmulatedRequest): Reply<Change> {
  const before = account.contacts.get(id);
  if (before === undefined) return noResult('Subscriber', id);
  const given = part(request, 'contact');
  if (given === undefined) return BAD_REQUEST;
  const { email } = given;
  if (email !== undefined && !isAddress(email)) return unprocessable('Email address is not valid.', 'email');
  const other = email === undefined ? undefined : findByEmail(account, email);
  if (other !== undefined && other.id !== id)
    return unprocessable('Email address already exists in the system', 'email', 'duplicate');
  const contact = {
    ...changed(account, before, given),
    ...(email === undefined ? {} : { email: email.trim() }),
  };
  return {
    ...jsonAnswer(200, { fieldValues: valueBodies(contact), contact: contactBody(contact) }),
    operations: [{ k: 'contact', contact, next: account.next }],
  };
}

function changed({ fields }: Account, contact: Contact, given: Body): Contact {
  const text = (value: unknown, otherwise: string): string =>
    typeof value === 'string' ? value : value === null ? '' : otherwise;
  const values = { ...contact.values };
  const list = Array.isArray(given['fieldValues']) ? (given['fieldValues'] as readonly Body[]) : [];
  for (const { field, value } of list) {
    // A field that does not exist is dropped without a word.
    if (fields.has(String(field))) values[String(field)] = String(value ?? '');
  }
  return {
    ...contact,
    firstName: text(given['firstName'], contact.firstName),
    lastName: text(given['lastName'], contact.lastName),
    values,
  };
}

/** `POST /contactLists`: sets the status, whatever it was: 1 brings back whoever had left. */
export function changeList(account: Account, request: EmulatedRequest): Reply<Change> {
  const given = part(request, 'contactList');
  const { list, contact: id, status, sourceid = '3' } = given ?? {};
  if (list === undefined || id === undefined || !['1', '2'].includes(String(status))) return BAD_REQUEST;
  const contact = account.contacts.get(String(id));
  if (contact === undefined) return noResult('Subscriber', String(id));
  if (!account.lists.has(String(list))) return BAD_REQUEST;
  const ids = new Ids(account.next);
  const before = contact.lists.find((one) => one.list === String(list));
  const entry = {
    id: before?.id ?? ids.take(),
    list: String(list),
    status: String(status),
    sourceid: String(sourceid),
  };
  const lists = [...contact.lists.filter((one) => one !== before), entry];
  const answer = { ...entryBody(contact.id, entry), status: Number(status) };
  return {
    ...jsonAnswer(200, { contacts: [contactBody(contact)], contactList: answer }),
    operations: [{ k: 'contact', contact: { ...contact, lists }, next: ids.next }],
  };
}

/** `POST /contactTags`: once more is a success as well. */
export function attachTag(account: Account, request: EmulatedRequest): Reply<Change> {
  const given = part(request, 'contactTag');
  for (const name of ['contact', 'tag'])
    if (given?.[name] === undefined) return unprocessable('Missing attribute', name);
  const contact = account.contacts.get(String(given?.['contact']));
  const tag = String(given?.['tag']);
  if (contact === undefined) return notFound('Contact not found');
  if (!account.tags.has(tag)) return notFound('Tag not found');
  const before = contact.tags.find((one) => one.tag === tag);
  if (before !== undefined) return jsonAnswer(201, { contactTag: tagEntryBody(contact.id, before) });
  const ids = new Ids(account.next);
  const entry = { id: ids.take(), tag };
  return {
    ...jsonAnswer(201, { contactTag: tagEntryBody(contact.id, entry) }),
    operations: [{ k: 'contact', contact: { ...contact, tags: [...contact.tags, entry] }, next: ids.next }],
  };
}

/** `DELETE /contactTags/{id}` */
export function detachTag(account: Account, id: string): Reply<Change> {
  const contact = [...account.contacts.values()].find(({ tags }) => tags.some((one) => one.id === id));
  if (contact === undefined) return noResult('SubscriberTag', id);
  const tags = contact.tags.filter((one) => one.id !== id);
  return {
    ...jsonAnswer(200, {}),
    operations: [{ k: 'contact', contact: { ...contact, tags }, next: account.next }],
  };
}

/** `POST /tags`: names are the same whatever their case, within their type. */
export function makeTag(account: Account, request: EmulatedRequest): Reply<Change> {
  const { tag: name, tagType = 'contact' } = part(request, 'tag') ?? {};
  if (typeof name !== 'string' || name.trim() === '') return BAD_REQUEST;
  const same = [...account.tags.values()].some(
    (one) => one.tag.toLowerCase() === name.toLowerCase() && one.tagType === tagType,
  );
  if (same) return unprocessable('Tag already exists', 'tag', 'duplicate');
  const ids = new Ids(account.next);
  const tag = {
    id: ids.take(),
    tag: name,
    tagType: tagType === 'template' ? 'template' : 'contact',
  } as const;
  return { ...jsonAnswer(201, { tag: tagBody(tag) }), operations: [{ k: 'tag', tag, next: ids.next }] };
}

export function part(request: EmulatedRequest, name: string): Body | undefined {
  const value = jsonObject(request)?.[name];
  return typeof value === 'object' && value !== null ? (value as Body) : undefined;
}

import { jsonAnswer, jsonObject, type Reply } from '@rekomi/vendor-emulation';
import type { EmulatedRequest } from '@rekomi/provider-contract';
import { isAddress } from './activecampaign.emulator-contacts.js';
import {
  findByEmail,
  Ids,
  type Account,
  type Change,
  type Contact,
  type Import,
  type ImportedContact,
  type Tag,
} from './activecampaign.emulator-model.js';

const MOST_CONTACTS = 250;
const MOST_BYTES = 400_000;
/** How long the vendor takes until it works on an import. */
const LATER_MS = 5_000;

/** `POST /import/bulk_import`: one contact that does not pass turns down the whole request. */
export function queueImport(account: Account, request: EmulatedRequest, now: number): Reply<Change> {
  const { contacts } = jsonObject(request) ?? {};
  if (!Array.isArray(contacts) || contacts.length === 0) return rejected('The contacts are missing.', []);
  if (contacts.length > MOST_CONTACTS || Buffer.byteLength(request.body) > MOST_BYTES)
    return rejected('The import is too large.', []);
  const failureReasons = (contacts as readonly ImportedContact[]).flatMap(({ email }, contact) =>
    isAddress(email) ? [] : [{ contact, failureReason: "Field 'email' incorrect format" }],
  );
  if (failureReasons.length > 0) {
    const message =
      'JSON payload did not pass validation. Please fix failure Reasons and retry. The import was not queued for processing.';
    return rejected(message, failureReasons);
  }
  const ids = new Ids(account.next);
  const id = `0641fbdd-f62f-4c2c-ba02-${ids.take().padStart(12, '0')}`;
  const job: Import = { id, due: now + LATER_MS, contacts: contacts as readonly ImportedContact[] };
  const body = {
    Success: 1,
    queued_contacts: contacts.length,
    batchId: id,
    message: 'Contact import queued',
  };
  return {
    ...jsonAnswer(200, body),
    operations: [{ k: 'import', job, next: ids.next }],
  };
}

export function rejected(message: string, failureReasons: readonly unknown[]): Reply<Change> {
  return jsonAnswer(400, { success: 0, message, failureReasons });
}

/** What working on one contact of an import changes. Nobody who left a list is brought back. */
export function importOne(account: Account, given: ImportedContact): readonly Change[] {
  const ids = new Ids(account.next);
  const before = findByEmail(account, given.email);
  const start: Contact = before ?? {
    id: ids.take(),
    email: given.email.trim(),
    firstName: '',
    lastName: '',
    values: {},
    lists: [],
    tags: [],
  };
  const made: Tag[] = [];
  const tags = [...start.tags];
  for (const name of given.tags ?? []) {
    const same = (one: Tag): boolean =>
      one.tagType === 'contact' && one.tag.toLowerCase() === name.toLowerCase();
    let tag = [...account.tags.values(), ...made].find(same);
    if (tag === undefined) {
      tag = { id: ids.take(), tag: name, tagType: 'contact' };
      made.push(tag);
    }
    const { id } = tag;
    if (!tags.some((one) => one.tag === id)) tags.push({ id: ids.take(), tag: id });
  }
  const lists = [...start.lists];
  for (const { listid } of given.subscribe ?? []) {
    const list = String(listid);
    if (account.lists.has(list) && !lists.some((one) => one.list === list))
      lists.push({ id: ids.take(), list, status: '1', sourceid: '3' });
  }
  const known = (given.fields ?? []).filter(({ id }) => account.fields.has(String(id)));
  const contact: Contact = {
    ...start,
    firstName: given.first_name ?? start.firstName,
    lastName: given.last_name ?? start.lastName,
    values: { ...start.values, ...Object.fromEntries(known.map(({ id, value }) => [String(id), value])) },
    tags,
    lists,
  };
  return [
    ...made.map((tag): Change => ({ k: 'tag', tag, next: ids.next })),
    { k: 'contact', contact, next: ids.next },
  ];
}

import { emptyAnswer, jsonAnswer, jsonObject, type Reply } from '@rekomi/vendor-emulation';
import { errors, listAnswer, subscriberView, tagView } from './kit.emulator-answers.js';
import { keyOfEmail, type CustomField, type Operation } from './kit.emulator-model.js';
import type { Call } from './kit.emulator-subscribers.js';

const NOT_FOUND = errors(404, 'Not Found');

export function answerTags(call: Call, path: readonly string[]): Reply<Operation> {
  const { account, request } = call;
  const { method } = request;
  const [id, area, who] = path;
  if (id === undefined) {
    if (method === 'GET') return listAnswer(request, 'tags', [...account.tags.values()], tagView);
    return method === 'POST' ? findOrCreate(call) : NOT_FOUND;
  }
  const tag = account.tags.get(Number(id));
  if (tag === undefined || area !== 'subscribers') return NOT_FOUND;
  if (method === 'GET' && who === undefined) {
    const members = [...account.subscribers.values()].filter(({ tags }) => tags.has(tag.id));
    return listAnswer(request, 'subscribers', members, (one) => subscriberView(account, one, call.now));
  }
  return tagging(call, tag.id, who);
}

/** Names are compared without regard to case. */
function findOrCreate({ account, request, now }: Call): Reply<Operation> {
  const name = jsonObject(request)?.['name'];
  if (typeof name !== 'string' || name.trim() === '') return errors(422, "Name can't be blank");
  const present = [...account.tags.values()].find(
    (tag) => tag.name.toLowerCase() === name.trim().toLowerCase(),
  );
  if (present !== undefined) return jsonAnswer(200, { tag: tagView(present) });
  const tag = { id: account.lastId + 1, name: name.trim(), created: now };
  return { ...jsonAnswer(201, { tag: tagView(tag) }), operations: [{ k: 'tag', a: account.id, tag }] };
}

function tagging({ account, request, now }: Call, tag: number, who: string | undefined): Reply<Operation> {
  const email = jsonObject(request)?.['email_address'];
  if (who === undefined && typeof email !== 'string')
    return errors(422, 'Either subscriber id or email address is required to tag subscriber');
  const id = who === undefined ? account.byEmail.get(keyOfEmail(String(email))) : Number(who);
  const subscriber = id === undefined ? undefined : account.subscribers.get(id);
  if (subscriber === undefined) return NOT_FOUND;
  const held = subscriber.tags.get(tag);
  if (request.method === 'DELETE') {
    const operations: Operation[] =
      held === undefined ? [] : [{ k: 'untagged', a: account.id, id: subscriber.id, tag }];
    return { ...emptyAnswer(204), operations };
  }
  if (request.method !== 'POST') return NOT_FOUND;
  const at = held ?? now;
  const shown = { ...subscriberView(account, subscriber, now), tagged_at: new Date(at).toISOString() };
  const operations: Operation[] =
    held === undefined ? [{ k: 'tagged', a: account.id, id: subscriber.id, tag, at }] : [];
  return { ...jsonAnswer(held === undefined ? 201 : 200, { subscriber: shown }), operations };
}

export function answerFields({ account, request }: Call, path: readonly string[]): Reply<Operation> {
  if (path.length > 0) return NOT_FOUND;
  if (request.method === 'GET') return listAnswer(request, 'custom_fields', account.fields, fieldView);
  if (request.method !== 'POST') return NOT_FOUND;
  const label = jsonObject(request)?.['label'];
  if (typeof label !== 'string' || label.trim() === '') return errors(422, "Label can't be blank");
  const key = keyOfLabel(label);
  const present = account.fields.find((field) => field.key === key);
  if (present !== undefined) return jsonAnswer(200, { custom_field: fieldView(present) });
  const field = { id: account.lastId + 1, key, label: label.trim() };
  return {
    ...jsonAnswer(201, { custom_field: fieldView(field) }),
    operations: [{ k: 'field', a: account.id, field }],
  };
}

/** ASCII, lower case, underscores. */
export function keyOfLabel(label: string): string {
  const plain = label
    .trim()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '');
  return plain
    .toLowerCase()
    .replace(/[^\x20-\x7e]/g, '')
    .replace(/[^a-z0-9]+/g, '_');
}

function fieldView({ id, key, label }: CustomField): object {
  return { id, name: `ck_field_${id}_${key}`, key, label };
}

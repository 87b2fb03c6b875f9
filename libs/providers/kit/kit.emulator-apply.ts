import { fieldsAt, keyOfEmail, type Account, type Operation, type Subscriber } from './kit.emulator-model.js';

export type OnAccount = Extract<Operation, { readonly a: number }>;

/** Does to an account what an operation says; cannot fail. */
export function applyToAccount(account: Account, operation: OnAccount): void {
  switch (operation.k) {
    case 'tag':
      account.tags.set(operation.tag.id, operation.tag);
      account.lastId = Math.max(account.lastId, operation.tag.id);
      return;
    case 'tag_gone':
      account.tags.delete(operation.tag);
      for (const { tags } of account.subscribers.values()) tags.delete(operation.tag);
      return;
    case 'field':
      account.fields.push(operation.field);
      account.lastId = Math.max(account.lastId, operation.field.id);
      return;
    case 'subscriber': {
      const { id, email, state, at, listedFrom } = operation;
      const fresh = { id, email, state, created: at, listedFrom, firstName: null, later: undefined };
      account.subscribers.set(id, { ...fresh, fields: new Map(), tags: new Map() });
      account.byEmail.set(keyOfEmail(email), id);
      account.lastId = Math.max(account.lastId, id);
      return;
    }
    default: {
      const subscriber = account.subscribers.get(operation.id);
      if (subscriber === undefined) return;
      if (operation.k === 'tagged') subscriber.tags.set(operation.tag, operation.at);
      else if (operation.k === 'untagged') subscriber.tags.delete(operation.tag);
      else update(account, subscriber, operation);
    }
  }
}

function update(
  account: Account,
  subscriber: Subscriber,
  operation: Extract<Operation, { readonly k: 'update' }>,
): void {
  const { email, firstName, state, fields, fieldsAt: at } = operation;
  if (firstName !== undefined) subscriber.firstName = firstName;
  if (state !== undefined) subscriber.state = state;
  if (email !== undefined) {
    account.byEmail.delete(keyOfEmail(subscriber.email));
    subscriber.email = email;
    account.byEmail.set(keyOfEmail(email), subscriber.id);
  }
  if (fields === undefined) return;
  writeLater(subscriber);
  if (at !== undefined) subscriber.later = { at, fields };
  else for (const [key, value] of Object.entries(fields)) subscriber.fields.set(key, value);
}

/** Writes what was to be written later. */
export function writeLater(subscriber: Subscriber): void {
  for (const [key, value] of fieldsAt(subscriber, Number.POSITIVE_INFINITY))
    subscriber.fields.set(key, value);
  subscriber.later = undefined;
}

import { keyOf, tagsAt, type Brand, type Contact, type Operation } from './omnisend.emulator-model.js';

export type OnBrand = Extract<Operation, { readonly b: string }>;

/** Does to a brand what an operation says; cannot fail. */
export function applyToBrand(brand: Brand, operation: OnBrand): void {
  switch (operation.k) {
    case 'contact':
      brand.contacts.set(operation.id, newContact(operation));
      brand.byEmail.set(keyOf(operation.email), operation.id);
      return;
    case 'tag':
      brand.tags.add(operation.tag);
      return;
    case 'tag_gone':
      brand.tags.delete(operation.tag);
      for (const contact of brand.contacts.values()) {
        tagLater(contact);
        contact.tags.delete(operation.tag);
      }
      return;
    case 'tags':
      for (const id of operation.ids) brand.contacts.get(id)?.waiting.push(operation.change);
      if (operation.change.add) for (const tag of operation.change.tags) brand.tags.add(tag);
      return;
    case 'event':
      brand.contacts.get(operation.id)?.events.push(operation.event);
      for (const [key, value] of Object.entries(operation.event.data)) {
        const kind = `${operation.event.name} ${key}`;
        if (!brand.kinds.has(kind)) brand.kinds.set(kind, kindOf(value));
      }
      return;
    case 'update': {
      const contact = brand.contacts.get(operation.id);
      if (contact !== undefined) update(brand, contact, operation);
    }
  }
}

function newContact({ id, email, at }: Extract<Operation, { readonly k: 'contact' }>): Contact {
  return {
    ...{ id, email, created: at, firstName: undefined, lastName: undefined },
    ...{ status: 'nonSubscribed', statusChangedAt: at, welcomed: false },
    ...{ properties: new Map(), tags: new Set(), waiting: [], events: [] },
  };
}

function update(
  brand: Brand,
  contact: Contact,
  operation: Extract<Operation, { readonly k: 'update' }>,
): void {
  contact.firstName = operation.firstName ?? contact.firstName;
  contact.lastName = operation.lastName ?? contact.lastName;
  contact.status = operation.status ?? contact.status;
  contact.statusChangedAt = operation.statusChangedAt ?? contact.statusChangedAt;
  contact.welcomed = operation.welcomed ?? contact.welcomed;
  for (const [name, value] of Object.entries(operation.properties ?? {})) contact.properties.set(name, value);
  if (operation.tags === undefined) return;
  tagLater(contact);
  contact.tags.clear();
  for (const tag of operation.tags) {
    contact.tags.add(tag);
    brand.tags.add(tag);
  }
}

/** Applies what was taken and waits. */
export function tagLater(contact: Contact): void {
  const all = [...tagsAt(contact, Number.POSITIVE_INFINITY)];
  contact.tags.clear();
  for (const tag of all) contact.tags.add(tag);
  contact.waiting = [];
}

export function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}

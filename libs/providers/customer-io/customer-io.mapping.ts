import type {
  Clear,
  ContactChange,
  DesiredContact,
  FieldValue,
  Refused,
  Warning,
  WrittenContact,
  WrittenDelta,
} from '@rekomi/provider-contract';
import { bytes, MAXIMUM, refuseAddress, unixSeconds } from './customer-io.limits.js';
import { customerIoManifest } from './customer-io.manifest.js';

export type CreatedAtPolicy = 'always' | 'missing_only' | 'never';

export interface MappingOptions {
  readonly createdAt: CreatedAtPolicy;
  /** Whether a look at the vendor is possible at all (App API key). */
  readonly canLook: boolean;
}

/** Attributes as they are sent; null takes one of ours away. */
export type Attributes = Readonly<Record<string, FieldValue | null>>;

/** What has to be sent so that the vendor's copy becomes the desired one. */
export interface ContactPlan {
  readonly kind: 'plan';
  readonly email: string;
  /** False when the person's attributes already are as desired. */
  readonly write: boolean;
  readonly attributes: Attributes;
  /** Write only if the person exists: what is added later must not bring a deleted profile back. */
  readonly onlyIfThere: boolean;
  readonly join: readonly string[];
  readonly leave: readonly string[];
  /** Of the segments to join, those of which we do not know whether the person was in them before us. */
  readonly unknown: readonly string[];
  /** Of those, the ones that a look has shown: joined all the same, and not ours afterwards. */
  readonly found: readonly string[];
  /** What stands under another address and has to be taken back there first. */
  readonly moveFrom?: WrittenContact;
  /** What a successful write of the attributes changes in the ledger, beside the attributes themselves. */
  readonly delta: WrittenDelta;
  readonly warnings: readonly Warning[];
  readonly deferred: readonly string[];
}

const PREFIX = 'rekomi_';
const OWN_NAMES: readonly string[] = ['tags', 'status', 'tier'];

export function planContact(change: ContactChange, options: MappingOptions): ContactPlan | Refused {
  const { desired } = change;
  const wanted = desired.email.trim();
  const refused = refuseAddress(wanted);
  if (refused !== undefined) return refused;

  const moved = change.previous !== undefined && !sameAddress(change.previous.email, wanted);
  const previous = moved ? undefined : change.previous;
  const observed = sameAddress(change.observed?.email, wanted) ? change.observed : undefined;
  const warnings: Warning[] = [];
  const tags = tagList(desired.tags);
  warnings.push(...tags.warnings);

  const target: Record<string, FieldValue | null> = {};
  const texts = {
    first_name: desired.firstName,
    last_name: desired.lastName,
    rekomi_status: desired.status,
    rekomi_tier: desired.tier,
  };
  for (const [name, value] of Object.entries(texts)) {
    if (value !== undefined) assign(target, name, value, warnings);
  }
  target.rekomi_tags = tags.text === '' ? null : tags.text;
  for (const [name, value] of Object.entries(desired.attributes)) assignCustom(target, name, value, warnings);

  const created = createdAt({ desired, previous, observed }, options, warnings);
  if (created.write !== undefined) target.created_at = created.write;

  const known = previous?.fields ?? {};
  const rewrite = change.rewrite === true;
  const attributes: Record<string, FieldValue | null> = {};
  for (const [name, value] of Object.entries(target)) {
    const goes = value === null ? Object.hasOwn(known, name) : rewrite || known[name] !== value;
    if (goes) attributes[name] = value;
  }
  const changed = Object.keys(attributes);
  const desiredAudiences = [...new Set(desired.audiences)];
  const joined = previous?.audiences ?? [];
  const found = previous?.audiencesFound ?? [];
  const join = desiredAudiences.filter(
    (id) =>
      rewrite || !(joined.includes(id) || found.includes(id)) || observed?.audiences?.includes(id) === false,
  );
  return {
    kind: 'plan',
    // The letter case under which the person was written stays: the vendor ignores attempts to change an address.
    email: previous?.email ?? wanted,
    write: previous === undefined || rewrite || changed.length > 0,
    attributes,
    onlyIfThere: previous !== undefined && changed.length === 1 && changed[0] === 'created_at',
    join,
    unknown: join.filter((id) => !joined.includes(id)),
    found: [],
    leave: joined.filter((id) => !desiredAudiences.includes(id)),
    ...(moved && change.previous !== undefined ? { moveFrom: change.previous } : {}),
    delta: tagDelta(tags.written, previous?.tags ?? [], Object.hasOwn(attributes, 'rekomi_tags')),
    warnings,
    deferred: created.deferred ? ['created_at'] : [],
  };
}

/** Everything of ours under an address, to be taken away there: our prefixed attributes and the memberships we made. */
export function ownAttributes(previous: WrittenContact): Attributes {
  const names = Object.keys(previous.fields).filter(
    // What may be there is told by name alone; a name that the vendor does not take never was.
    (name) => name.startsWith(PREFIX) && bytes(name) <= MAXIMUM.attributeName,
  );
  return Object.fromEntries(names.map((name) => [name, null]));
}

/** Attributes that belong to the person in general and stay where they were written. */
export function sharedAttributes(previous: WrittenContact): Attributes {
  const names = Object.keys(previous.fields).filter((name) => !name.startsWith(PREFIX));
  return Object.fromEntries(names.map((name) => [name, null]));
}

/** Nothing is known to have been written, only feared: the engine gives what may be there an empty value. */
function isGuess(previous: WrittenContact): boolean {
  const values = Object.values(previous.fields);
  return values.length > 0 && values.every((value) => value === '');
}

export function sameAddress(one: string | undefined, other: string): boolean {
  return one !== undefined && one.trim().toLowerCase() === other.toLowerCase();
}

/**
 * Joins tag names into the one text the vendor stores. Commas inside a name would read as two tags, so they become
 * spaces; the text is cut at a whole tag.
 */
export function tagList(names: readonly string[]): {
  readonly text: string;
  readonly written: readonly string[];
  readonly warnings: readonly Warning[];
} {
  const written = new Map<string, string[]>();
  const cleaned = names.map((name) => ({ name, tag: withoutCommas(name).trim() }));
  const unique = [...new Set(cleaned.map(({ tag }) => tag))].filter((tag) => tag !== '').sort();
  const fitting = unique.filter((tag) => bytes(tag) <= MAXIMUM.attributeValue);
  let size = 0;
  for (const tag of fitting) {
    const more = bytes(tag) + (written.size === 0 ? 0 : 1);
    if (size + more > MAXIMUM.attributeValue) break;
    size += more;
    written.set(
      tag,
      cleaned.filter((entry) => entry.tag === tag).map(({ name }) => name),
    );
  }
  const left = unique.length - written.size;
  const warning: Warning = {
    code: 'field_shortened',
    field: 'rekomi_tags',
    detail: `${left} of ${unique.length} tags left out: Customer.io stores at most ${MAXIMUM.attributeValue} bytes in one attribute.`,
  };
  return {
    text: [...written.keys()].join(','),
    written: [...written.values()].flat(),
    warnings: left === 0 ? [] : [warning],
  };
}

function withoutCommas(name: string): string {
  return name.includes(',') ? name.replace(/[\s,]*,[\s,]*/g, ' ') : name;
}

function tagDelta(written: readonly string[], before: readonly string[], touched: boolean): WrittenDelta {
  if (!touched) return {};
  const added = written.filter((tag) => !before.includes(tag));
  const removed = before.filter((tag) => !written.includes(tag));
  return {
    ...(added.length > 0 ? { tagsAdded: added } : {}),
    ...(removed.length > 0 ? { tagsRemoved: removed } : {}),
  };
}

function assignCustom(
  target: Record<string, FieldValue | null>,
  name: string,
  value: FieldValue | Clear,
  warnings: Warning[],
): void {
  const field = `${PREFIX}${name}`;
  if (isReserved(name)) {
    warnings.push({
      code: 'attribute_reserved',
      field: name,
      detail: `The name "${name}" is reserved and was not written.`,
    });
  } else if (name.trim() === '' || bytes(field) > MAXIMUM.attributeName) {
    const detail = `An attribute name has 1 to ${MAXIMUM.attributeName} bytes with the prefix; this one was not written.`;
    warnings.push({ code: 'field_rejected', field, detail });
  } else if (Object.keys(target).length >= MAXIMUM.attributes - 1) {
    const detail = `Customer.io takes at most ${MAXIMUM.attributes} attributes; this one was not written.`;
    warnings.push({ code: 'field_rejected', field, detail });
  } else if (typeof value === 'object') {
    target[field] = null;
  } else {
    assign(target, field, value, warnings);
  }
}

function assign(
  target: Record<string, FieldValue | null>,
  field: string,
  value: FieldValue,
  warnings: Warning[],
): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    warnings.push({
      code: 'field_rejected',
      field,
      detail: 'The value is no finite number and was not written.',
    });
    return;
  }
  // Documented types are string, integer and boolean, so a fraction travels as text.
  const plain = typeof value === 'number' && !Number.isSafeInteger(value) ? String(value) : value;
  const sent = typeof plain === 'string' ? plain.trim() : plain;
  if (sent === '') return;
  const size = bytes(String(sent));
  if (size > MAXIMUM.attributeValue) {
    const detail = `The value has ${size} bytes; Customer.io stores at most ${MAXIMUM.attributeValue}. It was not written.`;
    warnings.push({ code: 'field_rejected', field, detail });
    return;
  }
  target[field] = sent;
}

function isReserved(name: string): boolean {
  const lower = name.trim().toLowerCase();
  return [...customerIoManifest.reservedAttributes, ...OWN_NAMES].some((reserved) =>
    reserved.endsWith('*') ? lower.startsWith(reserved.slice(0, -1)) : lower === reserved,
  );
}

interface CreatedAtFacts {
  readonly desired: DesiredContact;
  readonly previous: WrittenContact | undefined;
  readonly observed: ContactChange['observed'];
}

/** `write` is sent if it differs from what we last wrote; `deferred` asks for a look first. */
function createdAt(
  { desired, previous, observed }: CreatedAtFacts,
  { createdAt: policy, canLook }: MappingOptions,
  warnings: Warning[],
): { readonly write?: number; readonly deferred?: true } {
  if (policy === 'never' || desired.createdAt === undefined) return {};
  const seconds = unixSeconds(desired.createdAt);
  if (seconds === undefined) {
    const detail = 'The date is no moment that Customer.io takes; it was not written.';
    warnings.push({ code: 'field_rejected', field: 'created_at', detail });
    return {};
  }
  if (policy === 'always') return { write: seconds };
  if (previous !== undefined && 'created_at' in previous.fields) return {};
  if (!canLook) return previous === undefined || isGuess(previous) ? { write: seconds } : {};
  if (observed === undefined) return { deferred: true };
  return (observed.fields.created_at ?? '') === '' ? { write: seconds } : {};
}

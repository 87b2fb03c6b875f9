import type { Change } from './customer-io.emulator-apply.js';
import { asText, LIMITS } from './customer-io.emulator-limits.js';
import type { Identifier, Operation, Person } from './customer-io.emulator-model.js';
import { isRecord, parsedJson, unixSeconds } from './customer-io.emulator-parsing.js';
import type { EmulatedWorkspace } from './customer-io.emulator-workspace.js';

/** Keys of the body that steer the call and are not stored. */
const CONTROL_KEYS: ReadonlySet<string> = new Set(['_update', '_timestamp', 'cio_relationships', 'cio_id']);
const PREFERENCES = 'cio_subscription_preferences';
/** An anonymous event can be claimed for 30 days. */
const ANONYMOUS_SECONDS = 30 * 24 * 60 * 60;

type Identify = Extract<Operation, { kind: 'identify' }>;

/**
 * Creates or changes a person. Who is hit follows the vendor's text on the identify call
 * (docs.customer.io/integrations/api/track, August 2026): the path decides; an unknown path with a known identifier
 * in the body updates that person and hands over the path's identifier; two different people are never merged.
 */
export function applyIdentify(workspace: EmulatedWorkspace, operation: Identify, change: Change): void {
  const { who, attributes } = operation;
  const claims = bodyIdentifiers(workspace, attributes);
  const blocked = [who, ...claims].find((identifier) => workspace.isSuppressed(identifier));
  if (blocked !== undefined) return change.ignored('suppressed');
  if (!workspace.enabled(who.kind) || !workspace.plausible(who)) return change.ignored('not_an_identifier');

  const found = workspace.find(who);
  if (found === undefined && who.kind === 'cio_id') return change.ignored('unknown_cio_id');
  const claimed =
    found ?? claims.map((identifier) => workspace.find(identifier)).find((person) => person !== undefined);
  if (claimed === undefined && attributes['_update'] === true) return change.ignored('nobody_matches');

  const person = claimed ?? workspace.addPerson(change.nextPerson(), change.at);
  change.about(person);
  if (found === undefined) assign(workspace, person, who);
  for (const identifier of claims) takeIdentifier(workspace, operation, person, identifier, change);

  const seconds = operation.timestamp ?? unixSeconds(attributes['_timestamp']);
  const changed = writeAttributes(workspace, person, attributes, change, seconds);
  if (claimed === undefined && workspace.config.createdAtOnCreate && !person.attributes.has('created_at')) {
    person.attributes.set('created_at', { value: String(change.seconds), at: change.seconds });
    changed.push('created_at');
  }
  change.applied({ created: claimed === undefined, changed });
}

/** Identifiers in the body, as far as this workspace knows them as such. */
function bodyIdentifiers(
  workspace: EmulatedWorkspace,
  attributes: Readonly<Record<string, unknown>>,
): readonly Identifier[] {
  const found: Identifier[] = [];
  for (const kind of ['id', 'email'] as const) {
    const value = attributes[kind];
    if (value === undefined || value === null || value === '' || !workspace.enabled(kind)) continue;
    found.push({ kind, value: asText(value) });
  }
  return found;
}

function assign(workspace: EmulatedWorkspace, person: Person, identifier: Identifier): void {
  if (identifier.kind === 'id') workspace.setId(person, identifier.value);
  if (identifier.kind === 'email') workspace.setEmail(person, identifier.value);
}

function takeIdentifier(
  workspace: EmulatedWorkspace,
  operation: Identify,
  person: Person,
  identifier: Identifier,
  change: Change,
): void {
  if (!workspace.plausible(identifier)) return change.partly('not_an_identifier', identifier.kind);
  const holder = workspace.find(identifier);
  if (holder === person) return;
  if (holder !== undefined) return change.partly('identifier_belongs_to_another_person', identifier.kind);
  const present = identifier.kind === 'id' ? person.id : person.email;
  const byId = identifier.kind === 'email' && operation.who.kind === 'id' && workspace.config.emailChangeById;
  if (present === undefined || operation.who.kind === 'cio_id' || byId) {
    return assign(workspace, person, identifier);
  }
  return change.partly('identifier_is_set', identifier.kind);
}

/** @returns Names of the attributes that are different now. */
function writeAttributes(
  workspace: EmulatedWorkspace,
  person: Person,
  attributes: Readonly<Record<string, unknown>>,
  change: Change,
  seconds: number | undefined,
): string[] {
  const changed: string[] = [];
  for (const [name, value] of Object.entries(attributes)) {
    if (CONTROL_KEYS.has(name) || value === undefined) continue;
    if ((name === 'id' && workspace.usesId) || (name === 'email' && workspace.usesEmail)) {
      if (value === null && dropIdentifier(workspace, person, name)) changed.push(name);
      continue;
    }
    const before = person.attributes.get(name);
    if (before !== undefined && seconds !== undefined && before.at > seconds) {
      change.partly('older_than_what_is_there', name);
      continue;
    }
    const at = seconds ?? change.seconds;
    if (name.startsWith(`${PREFERENCES}.`)) {
      mergePreference(person, name, value, at);
      changed.push(name);
    } else if (value === null) {
      if (person.attributes.delete(name)) changed.push(name);
    } else if (before?.value !== asText(value)) {
      if (before === undefined && person.attributes.size >= LIMITS.attributes) {
        change.partly('too_many_attributes', name);
        continue;
      }
      person.attributes.set(name, { value: asText(value), at });
      changed.push(name);
    }
    if (name === 'unsubscribed') subscribe(person, value, change);
    if (name === 'anonymous_id' && value !== null) claimAnonymous(workspace, person, asText(value), change);
  }
  return changed;
}

/** A person keeps at least one identifier besides the vendor's own. */
function dropIdentifier(workspace: EmulatedWorkspace, person: Person, name: 'id' | 'email'): boolean {
  if (name === 'id' && person.id !== undefined && person.email !== undefined) {
    workspace.setId(person, undefined);
    return true;
  }
  if (name === 'email' && person.email !== undefined && person.id !== undefined) {
    workspace.setEmail(person, undefined);
    return true;
  }
  return false;
}

/** True in any letter case and 1 unsubscribe; anything else, `false` included, subscribes again. */
function subscribe(person: Person, value: unknown, change: Change): void {
  const text = value === null ? '' : asText(value).toLowerCase();
  const unsubscribed = text === 'true' || text === '1';
  if (unsubscribed === person.unsubscribed) return;
  person.unsubscribed = unsubscribed;
  change.also(unsubscribed ? 'unsubscribed' : 'subscribed');
}

/** Only below this one name a dot is a path; everywhere else it belongs to the name. */
function mergePreference(person: Person, name: string, value: unknown, at: number): void {
  const stored = parsedJson(person.attributes.get(PREFERENCES)?.value ?? '{}');
  const root: Record<string, unknown> = isRecord(stored) ? stored : {};
  const path = name.slice(PREFERENCES.length + 1).split('.');
  let place = root;
  for (const step of path.slice(0, -1)) {
    const inner = place[step];
    const next: Record<string, unknown> = isRecord(inner) ? inner : {};
    Object.defineProperty(place, step, { value: next, enumerable: true, writable: true, configurable: true });
    place = next;
  }
  const last = path.at(-1) ?? '';
  Object.defineProperty(place, last, { value, enumerable: true, writable: true, configurable: true });
  person.attributes.set(PREFERENCES, { value: JSON.stringify(root), at });
}

function claimAnonymous(
  workspace: EmulatedWorkspace,
  person: Person,
  anonymousId: string,
  change: Change,
): void {
  if (workspace.claimedAnonymousIds.has(anonymousId)) return;
  workspace.claimedAnonymousIds.add(anonymousId);
  const waiting = workspace.anonymous.get(anonymousId) ?? [];
  workspace.anonymous.delete(anonymousId);
  for (const event of waiting) {
    if (event.timestamp >= change.seconds - ANONYMOUS_SECONDS) person.events.push(event);
  }
}

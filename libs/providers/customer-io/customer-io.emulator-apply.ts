import { applyIdentify } from './customer-io.emulator-identify.js';
import { isUlid } from './customer-io.emulator-limits.js';
import type {
  Identifier,
  IncomingEvent,
  Operation,
  Person,
  StoredEvent,
} from './customer-io.emulator-model.js';
import type { EmulatedWorkspace } from './customer-io.emulator-workspace.js';

/** Why a write that was answered with success changed nothing, or not everything. */
export type SilentReason =
  | 'suppressed'
  | 'not_an_identifier'
  | 'unknown_cio_id'
  | 'nobody_matches'
  | 'nobody_there'
  | 'identifier_belongs_to_another_person'
  | 'identifier_is_set'
  | 'older_than_what_is_there'
  | 'too_many_attributes'
  | 'repeated_event'
  | 'wrong_id_type'
  | 'no_id'
  | 'segment_gone'
  | 'not_suppressed'
  | 'same_person'
  | 'not_emulated';

/** What applying one write reports, and the counters it draws on. */
export interface Change {
  /** Milliseconds. */
  readonly at: number;
  /** The same moment in whole Unix seconds. */
  readonly seconds: number;
  about(person: Person): void;
  applied(detail: Readonly<Record<string, unknown>>): void;
  /** Nothing was done. */
  ignored(reason: SilentReason, detail?: Readonly<Record<string, unknown>>): void;
  /** One part was left out while the rest is applied. */
  partly(reason: SilentReason, part: string): void;
  /** Something that happens along with it and that the vendor reports by itself. */
  also(type: string): void;
  /** An event was recorded for a person; called when everything else of it is done. */
  recorded(person: Person, event: StoredEvent): void;
  nextPerson(): number;
  nextEvent(): number;
}

/** Events merged with a person go back 30 days. */
const MERGED_EVENT_SECONDS = 30 * 24 * 60 * 60;

export function applyOperation(workspace: EmulatedWorkspace, operation: Operation, change: Change): void {
  switch (operation.kind) {
    case 'identify':
      return applyIdentify(workspace, operation, change);
    case 'event':
      return applyEvent(workspace, operation.who, operation.event, change);
    case 'anonymous_event':
      return applyAnonymousEvent(workspace, operation.anonymousId, operation.event, change);
    case 'delete':
      return applyDelete(workspace, operation.who, change);
    case 'suppress':
      return applySuppress(workspace, operation.who, change);
    case 'unsuppress':
      return workspace.unsuppress(operation.who) ? change.applied({}) : change.ignored('not_suppressed');
    case 'merge':
      return applyMerge(workspace, operation.primary, operation.secondary, change);
    case 'segment_add':
    case 'segment_remove':
      return applyMembership(workspace, operation, change);
    case 'not_emulated':
      return change.ignored('not_emulated', { action: operation.action });
  }
}

function stored(event: IncomingEvent, change: Change): StoredEvent {
  return {
    number: change.nextEvent(),
    name: event.name,
    type: event.type,
    ...(event.id === undefined ? {} : { id: event.id }),
    timestamp: event.timestamp ?? change.seconds,
    data: event.data,
  };
}

/** @returns Whether this very event was there before. Ids that are no ULID do not count. */
function repeated(workspace: EmulatedWorkspace, event: IncomingEvent): boolean {
  if (event.id === undefined || !isUlid(event.id)) return false;
  if (workspace.eventIds.has(event.id)) {
    workspace.duplicateEvents += 1;
    return true;
  }
  workspace.eventIds.add(event.id);
  return false;
}

/** An event for somebody unknown creates the person, subscribed. */
function applyEvent(
  workspace: EmulatedWorkspace,
  who: Identifier,
  event: IncomingEvent,
  change: Change,
): void {
  const detail = { name: event.name, ...(event.id === undefined ? {} : { id: event.id }) };
  if (workspace.isSuppressed(who)) return change.ignored('suppressed', detail);
  if (!workspace.enabled(who.kind) || !workspace.plausible(who)) {
    return change.ignored('not_an_identifier', detail);
  }
  const found = workspace.find(who);
  if (found === undefined && who.kind === 'cio_id') return change.ignored('unknown_cio_id', detail);
  if (repeated(workspace, event)) return change.ignored('repeated_event', detail);
  const person = found ?? createdBy(workspace, who, change);
  change.about(person);
  const kept = stored(event, change);
  person.events.push(kept);
  change.applied({ ...detail, created: found === undefined });
  change.recorded(person, kept);
}

function createdBy(workspace: EmulatedWorkspace, who: Identifier, change: Change): Person {
  const person = workspace.addPerson(change.nextPerson(), change.at);
  if (who.kind === 'email') workspace.setEmail(person, who.value);
  if (who.kind === 'id') workspace.setId(person, who.value);
  return person;
}

function applyAnonymousEvent(
  workspace: EmulatedWorkspace,
  anonymousId: string | undefined,
  event: IncomingEvent,
  change: Change,
): void {
  if (repeated(workspace, event)) return change.ignored('repeated_event', { name: event.name });
  if (anonymousId !== undefined) {
    const waiting = workspace.anonymous.get(anonymousId) ?? [];
    waiting.push(stored(event, change));
    workspace.anonymous.set(anonymousId, waiting);
  }
  change.applied({ name: event.name });
}

function applyDelete(workspace: EmulatedWorkspace, who: Identifier, change: Change): void {
  const person = workspace.find(who);
  if (person === undefined) return change.ignored('nobody_there');
  change.about(person);
  workspace.removePerson(person);
  change.applied({});
}

/** Deletes the person for good and blocks the identifiers, the ones of the person included. */
function applySuppress(workspace: EmulatedWorkspace, who: Identifier, change: Change): void {
  const person = workspace.find(who);
  const blocked: Identifier[] = who.kind === 'cio_id' ? [] : [who];
  if (person !== undefined) {
    change.about(person);
    if (person.id !== undefined) blocked.push({ kind: 'id', value: person.id });
    if (person.email !== undefined) blocked.push({ kind: 'email', value: person.email });
    workspace.removePerson(person);
  }
  if (blocked.length === 0) return change.ignored('unknown_cio_id');
  workspace.suppress(blocked);
  change.applied({ deleted: person !== undefined });
}

function applyMerge(workspace: EmulatedWorkspace, into: Identifier, from: Identifier, change: Change): void {
  const primary = workspace.find(into);
  const secondary = workspace.find(from);
  if (primary === undefined || secondary === undefined) return change.ignored('nobody_there');
  if (primary === secondary) return change.ignored('same_person');
  change.about(primary);
  for (const [name, attribute] of secondary.attributes) {
    const present = primary.attributes.get(name)?.value ?? '';
    if (present === '') primary.attributes.set(name, attribute);
  }
  for (const event of secondary.events) {
    if (event.timestamp >= change.seconds - MERGED_EVENT_SECONDS) primary.events.push(event);
  }
  for (const segment of workspace.segments.values()) {
    if (segment.members.has(secondary)) segment.members.add(primary);
  }
  const { id, email } = secondary;
  workspace.removePerson(secondary);
  if (primary.id === undefined && id !== undefined) workspace.setId(primary, id);
  if (primary.email === undefined && email !== undefined) workspace.setEmail(primary, email);
  change.applied({ merged: secondary.cioId });
}

function applyMembership(
  workspace: EmulatedWorkspace,
  operation: Extract<Operation, { kind: 'segment_add' | 'segment_remove' }>,
  change: Change,
): void {
  const segment = workspace.segments.get(operation.segment);
  if (segment === undefined) return change.ignored('segment_gone', { segment: operation.segment });
  const joining = operation.kind === 'segment_add';
  const before = segment.members.size;
  for (const who of operation.people) {
    const reason = joining
      ? join(workspace, segment.members, who, change)
      : leave(workspace, segment.members, who);
    if (reason !== undefined) change.partly(reason, who.value);
  }
  const moved = Math.abs(segment.members.size - before);
  if (moved > 0) segment.updatedAt = change.seconds;
  change.applied({ segment: segment.id, asked: operation.people.length, moved });
}

function join(
  workspace: EmulatedWorkspace,
  members: Set<Person>,
  who: Identifier,
  change: Change,
): SilentReason | undefined {
  if (!workspace.enabled(who.kind) || !workspace.plausible(who)) return 'wrong_id_type';
  if (workspace.isSuppressed(who)) return 'suppressed';
  const found = workspace.find(who);
  const creates = workspace.config.addCreatesPeople && who.kind !== 'cio_id';
  if (found === undefined && !creates) return 'nobody_there';
  const person = found ?? createdBy(workspace, who, change);
  members.add(person);
  return undefined;
}

function leave(
  workspace: EmulatedWorkspace,
  members: Set<Person>,
  who: Identifier,
): SilentReason | undefined {
  if (!workspace.enabled(who.kind) || !workspace.plausible(who)) return 'wrong_id_type';
  const person = workspace.find(who);
  if (person === undefined) return 'nobody_there';
  if (workspace.config.removalNeedsId && person.id === undefined) return 'no_id';
  members.delete(person);
  return undefined;
}

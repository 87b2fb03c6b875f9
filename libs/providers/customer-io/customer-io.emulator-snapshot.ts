import type {
  DirectEntry,
  JournalEntry,
  OperationEntry,
  SnapshotEntry,
} from './customer-io.emulator-journal.js';
import type { Segment, SegmentSeed } from './customer-io.emulator-model.js';
import type { EmulatorState } from './customer-io.emulator-state.js';
import type { EmulatedWorkspace } from './customer-io.emulator-workspace.js';

/** The whole state as journal entries: replaying them gives the same state as replaying everything that led to it. */
export function* snapshotOf(state: EmulatorState): Iterable<JournalEntry> {
  const now = state.settle();
  yield { k: 'settings', a: now, settings: state.settings };
  if (state.aheadMs > 0) yield { k: 'ahead', a: now, ms: state.aheadMs };
  for (const workspace of state.workspaces.values()) {
    yield { k: 'workspace', a: now, config: workspace.config };
    yield* workspaceEntries(workspace);
  }
  for (const entry of state.activity.after(0)) yield { k: 'activity', entry };
  yield { k: 'counters', a: now, people: state.people, events: state.events };
  const record = state.journeys.record();
  if (record !== undefined) yield { k: 'journeys', record };
  for (const { workspace, at, due, operation } of state.pending.waiting()) {
    yield { k: 'op', a: at, d: due, w: workspace, o: operation };
  }
}

function* workspaceEntries(workspace: EmulatedWorkspace): Iterable<SnapshotEntry> {
  const w = workspace.config.id;
  for (const segment of workspace.segments.values()) {
    yield {
      k: 'segment_state',
      w,
      segment: seedOf(segment),
      created: segment.createdAt,
      updated: segment.updatedAt,
    };
  }
  for (const person of workspace.people.values()) {
    yield {
      k: 'person',
      w,
      number: person.number,
      cioId: person.cioId,
      created: person.createdAt,
      ...(person.id === undefined ? {} : { id: person.id }),
      ...(person.email === undefined ? {} : { email: person.email }),
      unsubscribed: person.unsubscribed,
      attributes: [...person.attributes],
      events: person.events,
      segments: [...workspace.segments.values()]
        .filter((segment) => segment.members.has(person))
        .map((segment) => segment.id),
    };
  }
  yield {
    k: 'memory',
    w,
    suppressed: [...workspace.suppressed],
    eventIds: [...workspace.eventIds],
    anonymous: [...workspace.anonymous],
    claimed: [...workspace.claimedAnonymousIds],
    duplicates: workspace.duplicateEvents,
  };
}

function seedOf(segment: Segment): SegmentSeed {
  const { id, name, description, rule } = segment;
  return { id, name, description, ...(rule === undefined ? {} : { rule }) };
}

/** Puts one entry of a snapshot back. */
export function restoreEntry(
  state: EmulatorState,
  entry: Exclude<JournalEntry, DirectEntry | OperationEntry>,
): void {
  if (entry.k === 'activity') return state.activity.restore(entry.entry);
  if (entry.k === 'journeys') return state.journeys.restore(entry.record);
  if (entry.k === 'counters') {
    state.people = entry.people;
    state.events = entry.events;
    return;
  }
  const workspace = state.workspaces.get(entry.w);
  if (workspace === undefined) return;
  if (entry.k === 'segment_state') {
    const segment = workspace.addSegment(entry.segment, entry.created * 1000);
    segment.updatedAt = entry.updated;
  } else if (entry.k === 'person') {
    restorePerson(workspace, entry);
  } else {
    for (const [key, group] of entry.suppressed) workspace.suppressed.set(key, group);
    for (const id of entry.eventIds) workspace.eventIds.add(id);
    for (const [id, events] of entry.anonymous) workspace.anonymous.set(id, events);
    for (const id of entry.claimed) workspace.claimedAnonymousIds.add(id);
    workspace.duplicateEvents = entry.duplicates;
  }
}

function restorePerson(workspace: EmulatedWorkspace, entry: Extract<SnapshotEntry, { k: 'person' }>): void {
  const person = workspace.addPerson(entry.number, entry.created * 1000, entry.cioId);
  workspace.setId(person, entry.id);
  workspace.setEmail(person, entry.email);
  person.unsubscribed = entry.unsubscribed;
  for (const [name, attribute] of entry.attributes) person.attributes.set(name, attribute);
  person.events.push(...entry.events);
  for (const id of entry.segments) workspace.segments.get(id)?.members.add(person);
}

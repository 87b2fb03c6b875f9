import type { EmulatorOptions } from '@rekomi/provider-contract';
import type { CampaignSeed } from './customer-io.emulator-campaign-model.js';
import { ActivityLog } from './customer-io.emulator-activity.js';
import { applyOperation, type Change } from './customer-io.emulator-apply.js';
import type { DirectEntry, JournalEntry, OperationEntry } from './customer-io.emulator-journal.js';
import { Journeys } from './customer-io.emulator-journeys.js';
import {
  DEFAULT_SETTINGS,
  type EmulatorSettings,
  type Identifier,
  type Operation,
  type Person,
} from './customer-io.emulator-model.js';
import { PendingQueue } from './customer-io.emulator-queue.js';
import { restoreEntry } from './customer-io.emulator-snapshot.js';
import { EmulatedWorkspace } from './customer-io.emulator-workspace.js';

/**
 * Everything the emulator knows. Nothing changes but by a journal entry, and an entry does the same when it is
 * replayed as when it was new; so a killed emulator comes back with what it had answered, pending writes included.
 */
export class EmulatorState {
  readonly workspaces = new Map<number, EmulatedWorkspace>();
  readonly activity = new ActivityLog();
  readonly pending = new PendingQueue();
  readonly journeys = new Journeys(
    (id) => this.workspaces.get(id),
    () => this.events,
  );
  settings: EmulatorSettings = DEFAULT_SETTINGS;
  people = 0;
  events = 0;
  private clock = 0;
  private ahead = 0;

  constructor(private readonly options: EmulatorOptions) {
    for (const entry of options.journal.replay()) this.apply(entry as JournalEntry);
  }

  /** Milliseconds; never goes back, also not over a restart. */
  now(): number {
    this.clock = Math.max(this.clock, this.options.now() + this.ahead);
    return this.clock;
  }

  /** Moves time on, for good: waiting times of campaigns end, and everything from now on happens later. */
  advance(milliseconds: number): number {
    this.commit({ k: 'ahead', a: this.now(), ms: milliseconds });
    return this.settle();
  }

  /** By how many milliseconds the emulator is ahead of real time. */
  get aheadMs(): number {
    return this.ahead;
  }

  /** Lets everything happen that is due. Called before anything looks at the state. */
  settle(): number {
    const now = this.now();
    this.settleUntil(now);
    return now;
  }

  /** By id, site id or name. Every workspace when no name is given, none when nothing is called so. */
  workspacesNamed(name: string | null): readonly EmulatedWorkspace[] {
    const all = [...this.workspaces.values()];
    if (name === null) return all;
    return all.filter(
      ({ config }) => String(config.id) === name || config.siteId === name || config.name === name,
    );
  }

  /** Takes a write of the Track API, which shows after the delay. */
  accept(workspace: EmulatedWorkspace, operation: Operation): void {
    const now = this.now();
    const membership = operation.kind === 'segment_add' || operation.kind === 'segment_remove';
    const delay = membership ? this.settings.segmentDelayMs : this.settings.delayMs;
    this.commit({ k: 'op', a: now, d: now + delay, w: workspace.config.id, o: operation });
  }

  commit(entry: DirectEntry | OperationEntry): void {
    this.options.journal.append(entry);
    this.apply(entry);
  }

  private apply(entry: JournalEntry): void {
    if ('a' in entry) {
      this.clock = Math.max(this.clock, entry.a);
      this.settleUntil(entry.a);
    }
    switch (entry.k) {
      case 'op':
        return this.pending.push({ workspace: entry.w, at: entry.a, due: entry.d, operation: entry.o });
      case 'direct':
        return this.perform(entry.w, entry.o, entry.a);
      case 'reset':
        return this.clear();
      case 'settings':
        this.settings = entry.settings;
        return;
      case 'workspace':
        return this.configure(entry.config);
      case 'segment':
        this.workspaces.get(entry.w)?.addSegment(entry.segment, entry.a);
        return;
      case 'campaign':
        return this.openCampaign(entry.w, entry.campaign, entry.a);
      case 'webhook':
        return this.journeys.settle(entry.id, entry.result, entry.a);
      case 'ahead':
        this.ahead += entry.ms;
        return;
      case 'segment_gone':
        this.workspaces.get(entry.w)?.segments.delete(entry.segment);
        return;
      default:
        return restoreEntry(this, entry);
    }
  }

  private configure(config: EmulatedWorkspace['config']): void {
    const present = this.workspaces.get(config.id);
    if (present === undefined) this.workspaces.set(config.id, new EmulatedWorkspace(config));
    else present.config = config;
  }

  private openCampaign(workspaceId: number, campaign: CampaignSeed, at: number): void {
    const workspace = this.workspaces.get(workspaceId);
    if (workspace !== undefined) this.journeys.open(workspace, campaign, at);
  }

  private clear(): void {
    this.journeys.clear();
    this.workspaces.clear();
    this.activity.clear();
    this.pending.clear();
    this.settings = DEFAULT_SETTINGS;
    this.people = 0;
    this.events = 0;
  }

  /** Lets everything happen that is due by then. */
  settleUntil(now: number): void {
    for (;;) {
      const write = this.pending.nextDue() ?? Infinity;
      const waited = this.journeys.nextDue() ?? Infinity;
      if (Math.min(write, waited) > now) return;
      if (waited < write) {
        this.journeys.pass(waited);
        continue;
      }
      const next = this.pending.shift(now);
      if (next !== undefined) this.perform(next.workspace, next.operation, next.due);
    }
  }

  private perform(workspaceId: number, operation: Operation, at: number): void {
    const workspace = this.workspaces.get(workspaceId);
    if (workspace === undefined) return;
    applyOperation(workspace, operation, this.change(workspace, operation, at));
    if (this.journeys.campaigns.size === 0) return;
    for (const who of concernedBy(operation)) {
      const person = workspace.find(who);
      if (person !== undefined) this.journeys.changed(workspace, person, at);
    }
  }

  /** Writes what one operation does into the activity log. */
  private change(workspace: EmulatedWorkspace, operation: Operation, at: number): Change {
    let subject = subjectOf(operation);
    const record = (type: string, applied: boolean, detail: Readonly<Record<string, unknown>>): void => {
      this.activity.record({
        at,
        workspace: workspace.config.name,
        type,
        applied,
        ...(subject === undefined ? {} : { subject }),
        detail,
      });
    };
    return {
      at,
      seconds: Math.floor(at / 1000),
      about: (person) => {
        subject = nameOf(person);
      },
      applied: (detail) => record(operation.kind, true, detail),
      ignored: (reason, detail) => record(operation.kind, false, { reason, ...detail }),
      partly: (reason, part) => record(operation.kind, false, { reason, part }),
      also: (type) => record(type, true, {}),
      recorded: (person, event) => this.journeys.recorded(workspace, person, event, at),
      nextPerson: () => (this.people += 1),
      nextEvent: () => (this.events += 1),
    };
  }
}

function nameOf(person: Person): string {
  return person.email ?? person.id ?? `cio_${person.cioId}`;
}

function spelt(who: Identifier): string {
  return who.kind === 'cio_id' ? `cio_${who.value}` : who.value;
}

/** Whose segments may be others after it. */
function concernedBy(operation: Operation): readonly Identifier[] {
  if ('who' in operation) return [operation.who];
  if ('primary' in operation) return [operation.primary];
  return 'people' in operation ? operation.people : [];
}

function subjectOf(operation: Operation): string | undefined {
  if ('who' in operation) return spelt(operation.who);
  if ('primary' in operation) return spelt(operation.primary);
  if (operation.kind === 'not_emulated') return operation.subject;
  if ('people' in operation) {
    const [only, second] = operation.people;
    return only !== undefined && second === undefined ? spelt(only) : undefined;
  }
  return operation.anonymousId;
}

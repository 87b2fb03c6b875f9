import { journeysShown } from './customer-io.emulator-control-campaigns.js';
import type { EmulatedDoors } from './customer-io.emulator-doors.js';
import { changeState } from './customer-io.emulator-control-changes.js';
import type { ExchangeRing } from './customer-io.emulator-exchanges.js';
import type { Person } from './customer-io.emulator-model.js';
import { countParameter } from './customer-io.emulator-parsing.js';
import { snapshotOf } from './customer-io.emulator-snapshot.js';
import type { EmulatorState } from './customer-io.emulator-state.js';
import type { EmulatedWorkspace } from './customer-io.emulator-workspace.js';

const PAGE = 1000;
const LARGEST_PAGE = 50_000;

/**
 * The emulator's insides for tests and the console. Listings take `after` and `limit` and answer `next`, which is null
 * on the last page. `workspace` is an id, a site id or a name; without it every workspace is meant. A result with the
 * key `error` says what was wrong with the call.
 */
export class EmulatedControl {
  constructor(
    private readonly state: EmulatorState,
    private readonly doors: EmulatedDoors,
    private readonly exchanges: ExchangeRing,
  ) {}

  call(method: string, path: string, query: URLSearchParams, body: unknown): unknown {
    this.state.settle();
    if (method === 'GET') return this.read(path, query);
    const result = changeState(this.state, method, path, query, body);
    if (path === 'reset') this.exchanges.clear();
    this.doors.refresh();
    return result;
  }

  private read(path: string, query: URLSearchParams): unknown {
    const workspaces = this.state.workspacesNamed(query.get('workspace'));
    if (workspaces.length === 0) return { error: 'no such workspace' };
    switch (path) {
      case 'summary':
        return this.summary(workspaces);
      case 'people':
        return {
          total: totalOf(workspaces),
          ...page(peopleOf(workspaces, query.get('email')), query, 'people'),
        };
      case 'events':
        return page(eventsOf(workspaces, query.get('email')), query, 'events');
      case 'activity':
        return this.activity(query, workspaces);
      case 'segments':
        return { segments: workspaces.flatMap(segmentRows) };
      case 'exchanges':
        return this.recorded(query);
      case 'settings':
        return { ...this.state.settings };
      case 'campaigns':
      case 'journeys':
      case 'mails':
      case 'webhooks':
        return journeysShown(this.state, path, workspaces, query.get('email'));
      case 'snapshot':
        return { entries: snapshotOf(this.state) };
      default:
        return undefined;
    }
  }

  private summary(workspaces: readonly EmulatedWorkspace[]): unknown {
    return {
      workspaces: workspaces.map((workspace) => ({
        id: workspace.config.id,
        name: workspace.config.name,
        region: workspace.config.region,
        siteId: workspace.config.siteId,
        identifiers: workspace.config.identifiers,
        people: workspace.people.size,
        events: [...workspace.people.values()].reduce((sum, person) => sum + person.events.length, 0),
        repeatedEvents: workspace.duplicateEvents,
        segments: workspace.segments.size,
        suppressed: workspace.suppressed.size,
      })),
      pending: this.state.pending.size,
      activity: this.state.activity.totals,
      throttled: this.exchanges.withStatus(429),
      hits: this.exchanges.counters(),
      settings: this.state.settings,
    };
  }

  private activity(query: URLSearchParams, workspaces: readonly EmulatedWorkspace[]): unknown {
    const limit = limitOf(query);
    const name = query.has('workspace') ? workspaces[0]?.config.name : undefined;
    const activity = [];
    let more = false;
    for (const entry of this.state.activity.after(countParameter(query.get('after'), 0, Infinity), name)) {
      more = activity.length === limit;
      if (more) break;
      activity.push(entry);
    }
    return { activity, next: more ? (activity.at(-1)?.number ?? null) : null };
  }

  private recorded(query: URLSearchParams): unknown {
    const limit = limitOf(query);
    const after = countParameter(query.get('after'), 0, Infinity);
    const exchanges = this.exchanges.after(after, limit, query.get('host') ?? undefined);
    const last = exchanges.length === limit ? exchanges.at(-1)?.['number'] : undefined;
    return { exchanges, next: last ?? null, hits: this.exchanges.counters() };
  }
}

function limitOf(query: URLSearchParams): number {
  return Math.max(1, countParameter(query.get('limit'), PAGE, LARGEST_PAGE));
}

interface Row {
  readonly number: number;
  show(): Record<string, unknown>;
}

function page(rows: readonly Row[], query: URLSearchParams, name: string): Record<string, unknown> {
  const after = countParameter(query.get('after'), 0, Infinity);
  const limit = limitOf(query);
  const rest = rows.filter((row) => row.number > after).sort((one, other) => one.number - other.number);
  const shown = rest.slice(0, limit);
  return {
    [name]: shown.map((row) => row.show()),
    next: rest.length > limit ? (shown.at(-1)?.number ?? null) : null,
  };
}

function totalOf(workspaces: readonly EmulatedWorkspace[]): number {
  return workspaces.reduce((sum, workspace) => sum + workspace.people.size, 0);
}

function chosen(workspace: EmulatedWorkspace, email: string | null): Iterable<Person> {
  return email === null ? workspace.people.values() : workspace.findByAddress(email);
}

function peopleOf(workspaces: readonly EmulatedWorkspace[], email: string | null): readonly Row[] {
  return workspaces.flatMap((workspace) =>
    Array.from(chosen(workspace, email), (person) => ({
      number: person.number,
      show: () => ({
        number: person.number,
        workspace: workspace.config.name,
        cioId: person.cioId,
        id: person.id ?? null,
        email: person.email ?? null,
        attributes: Object.fromEntries([...person.attributes].map(([name, { value }]) => [name, value])),
        unsubscribed: person.unsubscribed,
        segments: workspace.segmentsOf(person).map((segment) => segment.name),
        events: person.events.length,
        createdAt: new Date(person.createdAt * 1000).toISOString(),
      }),
    })),
  );
}

function eventsOf(workspaces: readonly EmulatedWorkspace[], email: string | null): readonly Row[] {
  return workspaces.flatMap((workspace) =>
    [...chosen(workspace, email)].flatMap((person) =>
      person.events.map((event) => ({
        number: event.number,
        show: () => ({
          ...event,
          workspace: workspace.config.name,
          cioId: person.cioId,
          email: person.email ?? null,
        }),
      })),
    ),
  );
}

function segmentRows(workspace: EmulatedWorkspace): readonly Record<string, unknown>[] {
  return [...workspace.segments.values()].map((segment) => ({
    id: segment.id,
    workspace: workspace.config.name,
    name: segment.name,
    type: segment.rule === undefined ? 'manual' : 'dynamic',
    ...(segment.rule === undefined ? {} : { rule: segment.rule }),
    people: workspace.membersOf(segment).length,
  }));
}

import { advanceClock, createCampaign } from './customer-io.emulator-control-campaigns.js';
import { createDemoWorkspaces, DEFAULT_BEHAVIOUR } from './customer-io.emulator-defaults.js';
import type { Operation, SegmentRule, WorkspaceConfig } from './customer-io.emulator-model.js';
import { isRecord } from './customer-io.emulator-parsing.js';
import { onlyIdentifier } from './customer-io.emulator-track-v1.js';
import type { EmulatorState } from './customer-io.emulator-state.js';
import type { EmulatedWorkspace } from './customer-io.emulator-workspace.js';

/** What the switches of a workspace can be set to. */
const CHOICES: Readonly<Record<string, readonly unknown[]>> = {
  region: ['us', 'eu'],
  identifiers: ['email_and_id', 'id_only', 'email_only'],
  wrongRegion: ['redirect', 'proxy'],
  segmentErrorStatus: [400, 404],
  emptyList: ['list', 'null'],
  addCreatesPeople: [true, false],
  removalNeedsId: [true, false],
  emailChangeById: [true, false],
  createdAtOnCreate: [true, false],
  identifierConflict: ['silent', 'refused'],
  partialBatchStatus: [207, 200],
};

/** The control calls that change something; they take effect at once. Undefined for an unknown call. */
export function changeState(
  state: EmulatorState,
  method: string,
  path: string,
  query: URLSearchParams,
  body: unknown,
): unknown {
  const input = isRecord(body) ? body : {};
  if (method === 'DELETE') {
    const id = /^segments\/(\d+)$/.exec(path)?.[1];
    return id === undefined ? undefined : deleteSegment(state, query.get('workspace'), Number(id));
  }
  if (method !== 'POST') return undefined;
  switch (path) {
    case 'reset':
      state.commit({ k: 'reset', a: state.now() });
      createDemoWorkspaces(state);
      return { reset: true };
    case 'settings':
      return changeSettings(state, input);
    case 'workspaces':
      return createWorkspace(state, input);
    case 'revoke':
      return withWorkspace(state, input, (workspace) => revoke(state, workspace, input));
    case 'segments':
      return withWorkspace(state, input, (workspace) => createSegment(state, workspace, input));
    case 'campaigns':
      return withWorkspace(state, input, (workspace) => createCampaign(state, workspace, input));
    case 'clock':
      return advanceClock(state, input);
    case 'people':
      return withWorkspace(state, input, (workspace) => seedPeople(state, workspace, input));
    default:
      return undefined;
  }
}

function withWorkspace(
  state: EmulatorState,
  input: Readonly<Record<string, unknown>>,
  act: (workspace: EmulatedWorkspace) => unknown,
): unknown {
  const name = input['workspace'];
  const [workspace] = state.workspacesNamed(name === undefined ? null : String(name));
  return workspace === undefined ? { error: 'no such workspace' } : act(workspace);
}

function changeSettings(state: EmulatorState, input: Readonly<Record<string, unknown>>): unknown {
  const settings: Record<string, number> = { ...state.settings };
  for (const [name, value] of Object.entries(input)) {
    if (!(name in settings)) return { error: `unknown setting ${name}` };
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
      return { error: `${name} must be a whole number, 0 or more` };
    }
    settings[name] = value;
  }
  if (input['delayMs'] !== undefined && input['segmentDelayMs'] === undefined) {
    settings['segmentDelayMs'] = settings['delayMs'] ?? 0;
  }
  state.commit({
    k: 'settings',
    a: state.now(),
    settings: { ...state.settings, ...settings },
  });
  return { ...state.settings };
}

/** Creates a workspace, or changes the one with the given `id`. */
function createWorkspace(state: EmulatorState, input: Readonly<Record<string, unknown>>): unknown {
  for (const [name, choices] of Object.entries(CHOICES)) {
    if (input[name] !== undefined && !choices.includes(input[name])) {
      return { error: `${name} must be one of ${choices.join(', ')}` };
    }
  }
  const given = input['id'];
  const id = typeof given === 'number' ? given : Math.max(1000, ...state.workspaces.keys()) + 1;
  const fallback: WorkspaceConfig = state.workspaces.get(id)?.config ?? {
    ...DEFAULT_BEHAVIOUR,
    id,
    name: `Workspace ${id}`,
    region: 'us',
    siteId: `sandbox-site-${id}`,
    trackApiKeys: [`sandbox-track-${id}`],
    appApiKeys: [`sandbox-app-${id}`],
  };
  const chosen = Object.fromEntries(
    Object.keys(CHOICES).flatMap((name) => (name in input ? [[name, input[name]]] : [])),
  );
  const config: WorkspaceConfig = {
    ...fallback,
    ...chosen,
    name: textOr(input['name'], fallback.name),
    siteId: textOr(input['siteId'], fallback.siteId),
    trackApiKeys: keysOr(input['trackApiKeys'] ?? input['trackApiKey'], fallback.trackApiKeys),
    appApiKeys: keysOr(input['appApiKeys'] ?? input['appApiKey'], fallback.appApiKeys),
  };
  state.commit({ k: 'workspace', a: state.now(), config });
  return {
    id,
    name: config.name,
    region: config.region,
    siteId: config.siteId,
    identifiers: config.identifiers,
  };
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}

function keysOr(value: unknown, fallback: readonly string[]): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : fallback;
}

/** `{workspace, key?}`: takes away one key, or all keys of a `door` (`track`, `app`), or all. */
function revoke(
  state: EmulatorState,
  workspace: EmulatedWorkspace,
  input: Readonly<Record<string, unknown>>,
): unknown {
  const { key, door } = input;
  const { config } = workspace;
  const left = (keys: readonly string[], own: string): readonly string[] => {
    if (typeof key === 'string') return keys.filter((candidate) => candidate !== key);
    return door === undefined || door === own ? [] : keys;
  };
  const trackApiKeys = left(config.trackApiKeys, 'track');
  const appApiKeys = left(config.appApiKeys, 'app');
  state.commit({ k: 'workspace', a: state.now(), config: { ...config, trackApiKeys, appApiKeys } });
  return { trackApiKeys: trackApiKeys.length, appApiKeys: appApiKeys.length };
}

function createSegment(
  state: EmulatorState,
  workspace: EmulatedWorkspace,
  input: Readonly<Record<string, unknown>>,
): unknown {
  const name = input['name'];
  if (typeof name !== 'string') return { error: 'name is required' };
  const rule = input['rule'] === undefined ? undefined : ruleOf(input['rule']);
  if (input['rule'] !== undefined && rule === undefined) {
    return {
      error:
        'rule must be {kind: is_timestamp, attribute}, {kind: equals, attribute, value: text} or {kind: at_least, attribute, value: number}',
    };
  }
  const id = workspace.nextSegmentId();
  const segment = {
    id,
    name,
    description: textOr(input['description'], ''),
    ...(rule === undefined ? {} : { rule }),
  };
  state.commit({ k: 'segment', a: state.now(), w: workspace.config.id, segment });
  return segment;
}

function ruleOf(value: unknown): SegmentRule | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, attribute, value: wanted } = value;
  if (typeof attribute !== 'string') return undefined;
  if (kind === 'is_timestamp') return { kind, attribute };
  if (kind === 'at_least') return typeof wanted === 'number' ? { kind, attribute, value: wanted } : undefined;
  return kind === 'equals' && typeof wanted === 'string' ? { kind, attribute, value: wanted } : undefined;
}

function deleteSegment(state: EmulatorState, name: string | null, id: number): unknown {
  const holder = state.workspacesNamed(name).find((workspace) => workspace.segments.has(id));
  if (holder === undefined) return { error: 'no such segment' };
  state.commit({ k: 'segment_gone', a: state.now(), w: holder.config.id, segment: id });
  return { deleted: id, workspace: holder.config.name };
}

/** `people`: rows of `{id?, email?, attributes?, segments?: [id], suppressed?}`. */
function seedPeople(
  state: EmulatorState,
  workspace: EmulatedWorkspace,
  input: Readonly<Record<string, unknown>>,
): unknown {
  const rows: unknown = input['people'];
  if (!Array.isArray(rows)) return { error: 'people must be a list' };
  const seeds = rows.map((row: unknown) => (isRecord(row) ? operationsFor(row) : undefined));
  const bad = seeds.indexOf(undefined);
  if (bad >= 0) return { error: `people[${bad}] needs an email or an id` };
  const a = state.now();
  for (const operations of seeds) {
    for (const o of operations ?? []) state.commit({ k: 'direct', a, w: workspace.config.id, o });
  }
  return { seeded: rows.length };
}

function operationsFor(row: Readonly<Record<string, unknown>>): readonly Operation[] | undefined {
  const { id, email, attributes, segments, suppressed } = row;
  const who = onlyIdentifier(email === undefined ? { id } : { email });
  if (who === undefined) return undefined;
  const ids = { ...(id === undefined ? {} : { id }), ...(email === undefined ? {} : { email }) };
  const operations: Operation[] = [
    { kind: 'identify', who, attributes: { ...(isRecord(attributes) ? attributes : {}), ...ids } },
  ];
  for (const segment of Array.isArray(segments) ? segments : []) {
    operations.push({ kind: 'segment_add', segment: Number(segment), people: [who] });
  }
  if (suppressed === true) operations.push({ kind: 'suppress', who });
  return operations;
}

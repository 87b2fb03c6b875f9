import type { EmulatedAnswer, EmulatedRequest } from '@rekomi/provider-contract';
import { answered, appError } from './customer-io.emulator-answers.js';
import { LIMITS } from './customer-io.emulator-limits.js';
import type { IdentifierKind, Person, Segment } from './customer-io.emulator-model.js';
import { countParameter, decodedSegment, isRecord, parsedJson } from './customer-io.emulator-parsing.js';
import type { EmulatorState } from './customer-io.emulator-state.js';
import type { EmulatedWorkspace } from './customer-io.emulator-workspace.js';

/** Recorded with a reference that differs from call to call. */
const NOT_FOUND = appError(404, 'not found (reference 01FCCC6WTYJ24V0W2BX96BW0GT)');

/** The App API: segments and look-ups. It shows only what has been applied. */
export function appApi(
  state: EmulatorState,
  workspace: EmulatedWorkspace,
  request: EmulatedRequest,
  path: readonly string[],
): EmulatedAnswer {
  const [collection, item, view] = path;
  if (path.length > 3) return NOT_FOUND;
  if (collection === 'segments') {
    if (item === undefined) return segmentList(state, workspace, request);
    return oneSegment(state, workspace, request, item, view);
  }
  if (request.method !== 'GET') return NOT_FOUND;
  if (collection === 'workspaces' && item === undefined)
    return answered(200, { workspaces: [overview(workspace)] });
  if (collection !== 'customers') return NOT_FOUND;
  if (item !== undefined) return oneCustomer(workspace, request, item, view);
  const found = workspace.findByAddress(request.query.get('email') ?? '');
  return answered(200, { results: found.map((person) => identifiersOf(workspace, person)) });
}

function overview(workspace: EmulatedWorkspace): Record<string, unknown> {
  return {
    id: workspace.config.id,
    name: workspace.config.name,
    messages_sent: 0,
    billable_messages_sent: 0,
    people: workspace.people.size,
    object_types: 0,
    objects: 0,
  };
}

function shown(segment: Segment): Record<string, unknown> {
  return {
    id: segment.id,
    deduplicate_id: `${segment.id}:${segment.updatedAt}`,
    name: segment.name,
    description: segment.description,
    state: 'finished',
    progress: null,
    type: segment.rule === undefined ? 'manual' : 'dynamic',
    tags: null,
    created_at: segment.createdAt,
    updated_at: segment.updatedAt,
  };
}

function segmentList(
  state: EmulatorState,
  workspace: EmulatedWorkspace,
  request: EmulatedRequest,
): EmulatedAnswer {
  if (request.method === 'GET') {
    const segments = [...workspace.segments.values()].map(shown);
    const asNull = segments.length === 0 && workspace.config.emptyList === 'null';
    return answered(200, { segments: asNull ? null : segments });
  }
  if (request.method !== 'POST') return NOT_FOUND;
  const body = parsedJson(request.body);
  const wanted = isRecord(body) ? body['segment'] : undefined;
  const name = isRecord(wanted) ? wanted['name'] : undefined;
  if (!isRecord(wanted) || typeof name !== 'string' || name.trim() === '') {
    return appError(400, 'segment name is required');
  }
  const description = typeof wanted['description'] === 'string' ? wanted['description'] : '';
  const id = workspace.nextSegmentId();
  const entry = {
    k: 'segment',
    a: state.now(),
    w: workspace.config.id,
    segment: { id, name, description },
  } as const;
  state.commit(entry);
  const created = workspace.segments.get(id);
  return created === undefined ? NOT_FOUND : answered(200, { segment: shown(created) });
}

function oneSegment(
  state: EmulatorState,
  workspace: EmulatedWorkspace,
  request: EmulatedRequest,
  item: string,
  view: string | undefined,
): EmulatedAnswer {
  const segment = /^\d+$/.test(item) ? workspace.segments.get(Number(item)) : undefined;
  if (segment === undefined) return NOT_FOUND;
  const { method } = request;
  if (view === undefined && method === 'GET') return answered(200, { segment: shown(segment) });
  if (view === undefined && method === 'DELETE') {
    state.commit({ k: 'segment_gone', a: state.now(), w: workspace.config.id, segment: segment.id });
    return { status: 204, body: '' };
  }
  if (method !== 'GET') return NOT_FOUND;
  const segment_id = segment.id;
  switch (view) {
    case 'used_by':
      return answered(200, {
        segment_id,
        used_by: { campaigns: [], sent_newsletters: [], draft_newsletters: [] },
      });
    case 'customer_count':
      return answered(200, { segment_id, count: workspace.membersOf(segment).length });
    case 'membership':
      return answered(200, { segment_id, ...membersPage(workspace, segment, request.query) });
    default:
      return NOT_FOUND;
  }
}

function membersPage(
  workspace: EmulatedWorkspace,
  segment: Segment,
  query: URLSearchParams,
): Record<string, unknown> {
  const limit = countParameter(query.get('limit'), LIMITS.membershipPage, LIMITS.membershipPageMaximum);
  const start = countParameter(query.get('start'), 0, Number.MAX_SAFE_INTEGER);
  const rest = workspace.membersOf(segment).filter((person) => person.number > start);
  const page = rest.slice(0, Math.max(1, limit));
  return {
    ids: page.map((person) => person.id ?? ''),
    identifiers: page.map((person) => identifiersOf(workspace, person)),
    next: rest.length > page.length ? String(page.at(-1)?.number ?? '') : '',
  };
}

function identifiersOf(workspace: EmulatedWorkspace, person: Person): Record<string, unknown> {
  return {
    ...(workspace.usesEmail ? { email: person.email ?? null } : {}),
    id: person.id ?? null,
    cio_id: person.cioId,
  };
}

function oneCustomer(
  workspace: EmulatedWorkspace,
  request: EmulatedRequest,
  item: string,
  view: string | undefined,
): EmulatedAnswer {
  const value = decodedSegment(item);
  const kind = (request.query.get('id_type') ?? 'id') as IdentifierKind;
  if (!['id', 'email', 'cio_id'].includes(kind) || !workspace.enabled(kind)) {
    return appError(400, `id_type ${kind} is not enabled in this workspace`);
  }
  const person = value === undefined ? undefined : workspace.find({ kind, value });
  if (person === undefined || value === undefined) return NOT_FOUND;
  if (view === 'segments') return answered(200, { segments: workspace.segmentsOf(person).map(shown) });
  if (view !== 'attributes') return NOT_FOUND;
  return answered(200, { customer: { id: value, ...attributesOf(workspace, person) } });
}

function attributesOf(workspace: EmulatedWorkspace, person: Person): Record<string, unknown> {
  const stored = [...person.attributes];
  const own: [string, string][] = [['cio_id', person.cioId]];
  if (person.id !== undefined) own.push(['id', person.id]);
  if (person.email !== undefined) own.push(['email', person.email]);
  return {
    identifiers: identifiersOf(workspace, person),
    attributes: Object.fromEntries([...stored.map(([name, { value }]) => [name, value] as const), ...own]),
    timestamps: Object.fromEntries([
      ...stored.map(([name, { at }]) => [name, at] as const),
      ...own.map(([name]) => [name, person.createdAt] as const),
    ]),
    unsubscribed: person.unsubscribed,
    devices: [],
  };
}

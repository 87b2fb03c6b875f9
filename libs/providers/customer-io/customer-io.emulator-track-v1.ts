import type { EmulatedAnswer, EmulatedRequest } from '@rekomi/provider-contract';
import { TAKEN, trackError, trackRefusal } from './customer-io.emulator-answers.js';
import { incomingEvent } from './customer-io.emulator-event.js';
import { attributeFaults, LIMITS, longerThan, type AttributeFault } from './customer-io.emulator-limits.js';
import type { Identifier, IdentifierKind, Operation } from './customer-io.emulator-model.js';
import { decodedSegment, isRecord, parsedForm, parsedJson } from './customer-io.emulator-parsing.js';
import type { EmulatorState } from './customer-io.emulator-state.js';
import type { EmulatedWorkspace } from './customer-io.emulator-workspace.js';

const NOT_FOUND = trackError(404, 'not found');
const NOT_JSON = trackRefusal(['request body must be valid JSON']);

/** Track API v1: one person or one event per call. */
export function trackV1(
  state: EmulatorState,
  workspace: EmulatedWorkspace,
  request: EmulatedRequest,
  path: readonly string[],
): EmulatedAnswer {
  const { method } = request;
  const [collection, item, action] = path;
  if (path.length === 1 && method === 'POST') {
    if (collection === 'events') return anonymousEvent(state, workspace, request);
    if (collection === 'merge_customers') return merge(state, workspace, request);
  }
  if (item === undefined || path.length > 3) return NOT_FOUND;
  if (collection === 'customers') return customer(state, workspace, request, item, action);
  if (collection === 'segments' && method === 'POST') {
    if (action === 'add_customers') return membership(state, workspace, request, item, 'segment_add');
    if (action === 'remove_customers') return membership(state, workspace, request, item, 'segment_remove');
  }
  return NOT_FOUND;
}

function take(state: EmulatorState, workspace: EmulatedWorkspace, operation: Operation): EmulatedAnswer {
  state.accept(workspace, operation);
  return TAKEN;
}

function customer(
  state: EmulatorState,
  workspace: EmulatedWorkspace,
  request: EmulatedRequest,
  segment: string,
  action: string | undefined,
): EmulatedAnswer {
  const value = decodedSegment(segment);
  if (value === undefined || value === '') return NOT_FOUND;
  if (longerThan(value, LIMITS.identifierBytes)) {
    return trackRefusal([`identifier cannot be longer than ${LIMITS.identifierBytes} bytes`]);
  }
  const who = workspace.identifierOf(value);
  if (action === undefined && request.method === 'PUT')
    return identify(state, workspace, request, who, value);
  if (action === undefined && request.method === 'DELETE')
    return take(state, workspace, { kind: 'delete', who });
  if (request.method !== 'POST') return NOT_FOUND;
  if (action === 'suppress' || action === 'unsuppress') return take(state, workspace, { kind: action, who });
  if (action !== 'events') return NOT_FOUND;
  const body = eventBody(request);
  if (body === undefined) return NOT_JSON;
  const event = incomingEvent(body, body['data']);
  if ('message' in event) return trackRefusal([event.message]);
  return take(state, workspace, { kind: 'event', who, event });
}

function identify(
  state: EmulatorState,
  workspace: EmulatedWorkspace,
  request: EmulatedRequest,
  who: Identifier,
  pathValue: string,
): EmulatedAnswer {
  const attributes = request.body === '' ? {} : parsedJson(request.body);
  if (!isRecord(attributes)) return NOT_JSON;
  const errors: string[] = [];
  const id = attributes['id'];
  if (
    workspace.config.identifierConflict === 'refused' &&
    who.kind === 'id' &&
    id !== undefined &&
    String(id) !== pathValue
  ) {
    errors.push('id attribute and identifier are not the same value');
  }
  for (const fault of attributeFaults(attributes)) errors.push(explained(fault));
  for (const kind of ['id', 'email'] as const) {
    const value = attributes[kind];
    if (typeof value === 'string' && longerThan(value, LIMITS.identifierBytes)) {
      errors.push(`${kind} cannot be longer than ${LIMITS.identifierBytes} bytes`);
    }
  }
  if (errors.length > 0) return trackRefusal(errors);
  return take(state, workspace, { kind: 'identify', who, attributes });
}

function explained(fault: AttributeFault): string {
  switch (fault.problem) {
    case 'value':
      return `value for attribute '${fault.name}' cannot be longer than ${LIMITS.attributeValueBytes} bytes`;
    case 'name':
      return `attribute name '${fault.name}' cannot be longer than ${LIMITS.attributeNameBytes} bytes`;
    case 'too_many':
      return `cannot set more than ${LIMITS.attributes} attributes`;
  }
}

function eventBody(request: EmulatedRequest): Record<string, unknown> | undefined {
  const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  const body = form ? parsedForm(request.body) : parsedJson(request.body);
  return isRecord(body) ? body : undefined;
}

function anonymousEvent(
  state: EmulatorState,
  workspace: EmulatedWorkspace,
  request: EmulatedRequest,
): EmulatedAnswer {
  const body = eventBody(request);
  if (body === undefined) return NOT_JSON;
  const event = incomingEvent(body, body['data']);
  if ('message' in event) return trackRefusal([event.message]);
  const anonymousId = body['anonymous_id'];
  return take(state, workspace, {
    kind: 'anonymous_event',
    ...(typeof anonymousId === 'string' && anonymousId !== '' ? { anonymousId } : {}),
    event,
  });
}

/** Exactly one identifier in an object, or nothing. */
export function onlyIdentifier(value: unknown): Identifier | undefined {
  if (!isRecord(value)) return undefined;
  const present = (['id', 'email', 'cio_id'] as const).filter((kind) => value[kind] !== undefined);
  const [kind, second] = present;
  if (kind === undefined || second !== undefined) return undefined;
  const text = value[kind];
  if (typeof text !== 'string' && typeof text !== 'number') return undefined;
  return text === '' ? undefined : { kind, value: String(text) };
}

function merge(state: EmulatorState, workspace: EmulatedWorkspace, request: EmulatedRequest): EmulatedAnswer {
  const body = parsedJson(request.body);
  if (!isRecord(body)) return trackError(400, 'request body must be valid JSON');
  const primary = onlyIdentifier(body['primary']);
  const secondary = onlyIdentifier(body['secondary']);
  if (primary === undefined) return trackError(400, 'primary must have exactly one of id, email, cio_id');
  if (secondary === undefined) return trackError(400, 'secondary must have exactly one of id, email, cio_id');
  return take(state, workspace, { kind: 'merge', primary, secondary });
}

function membership(
  state: EmulatorState,
  workspace: EmulatedWorkspace,
  request: EmulatedRequest,
  item: string,
  kind: 'segment_add' | 'segment_remove',
): EmulatedAnswer {
  const status = workspace.config.segmentErrorStatus;
  const segment = /^\d+$/.test(item) ? workspace.segments.get(Number(item)) : undefined;
  if (segment === undefined) return trackRefusal([`segment ${item} does not exist`], status);
  if (segment.rule !== undefined) return trackRefusal([`segment ${item} is not a manual segment`], status);
  const idType = request.query.get('id_type') ?? 'id';
  if (!isIdentifierKind(idType)) return trackRefusal(['id_type must be one of id, email, cio_id']);
  const body = parsedJson(request.body);
  const ids = isRecord(body) ? body['ids'] : undefined;
  if (!Array.isArray(ids) || ids.length === 0) return trackRefusal(['ids is required']);
  if (ids.length > LIMITS.segmentIds) {
    return trackRefusal([`ids cannot have more than ${LIMITS.segmentIds} values`]);
  }
  const people = ids
    .filter((id): id is string | number => typeof id === 'string' || typeof id === 'number')
    .map((id) => ({ kind: idType, value: String(id) }));
  return take(state, workspace, { kind, segment: segment.id, people });
}

function isIdentifierKind(text: string): text is IdentifierKind {
  return text === 'id' || text === 'email' || text === 'cio_id';
}

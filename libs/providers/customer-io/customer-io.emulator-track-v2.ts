import type { EmulatedAnswer, EmulatedRequest } from '@rekomi/provider-contract';
import { entityRefusal, TAKEN, trackError, type EntityError } from './customer-io.emulator-answers.js';
import { incomingEvent } from './customer-io.emulator-event.js';
import { attributeFaults, LIMITS, longerThan } from './customer-io.emulator-limits.js';
import type { Identifier, Operation } from './customer-io.emulator-model.js';
import { isRecord, parsedJson, unixSeconds } from './customer-io.emulator-parsing.js';
import type { EmulatorState } from './customer-io.emulator-state.js';
import { onlyIdentifier } from './customer-io.emulator-track-v1.js';
import type { EmulatedWorkspace } from './customer-io.emulator-workspace.js';

/** Person actions that are taken and have no effect here, because nothing we do depends on them. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'add_relationships',
  'delete_relationships',
  'add_device',
  'delete_device',
]);
const ACTIONS =
  'must be one of identify, event, page, screen, delete, merge, suppress, unsuppress, add_relationships, delete_relationships, add_device, delete_device';

const NOT_JSON: EntityError = { reason: 'invalid', field: 'body', message: 'must be valid JSON' };

/** Track API v2: `entity` takes one item, `batch` many, and every item stands for itself. */
export function trackV2(
  state: EmulatorState,
  workspace: EmulatedWorkspace,
  request: EmulatedRequest,
  path: readonly string[],
): EmulatedAnswer {
  if (request.method !== 'POST' || path.length !== 1) return trackError(404, 'not found');
  if (path[0] === 'entity') return entity(state, workspace, request.body);
  if (path[0] === 'batch') return batch(state, workspace, request.body);
  return trackError(404, 'not found');
}

function entity(state: EmulatorState, workspace: EmulatedWorkspace, body: string): EmulatedAnswer {
  if (longerThan(body, LIMITS.entityBytes)) return entityRefusal([tooLarge('body', 32)]);
  const item = parsedJson(body);
  if (!isRecord(item)) return entityRefusal([NOT_JSON]);
  const read = operationOf(item);
  if (areErrors(read)) return entityRefusal(read);
  state.accept(workspace, read);
  return TAKEN;
}

function batch(state: EmulatorState, workspace: EmulatedWorkspace, body: string): EmulatedAnswer {
  if (longerThan(body, LIMITS.batchBytes - 1)) return entityRefusal([tooLarge('body', 500)]);
  const parsed = parsedJson(body);
  if (!isRecord(parsed)) return entityRefusal([NOT_JSON]);
  const items: unknown = parsed['batch'];
  if (!Array.isArray(items) || items.length === 0) {
    return entityRefusal([
      { reason: 'required', field: 'batch', message: 'must be a list of at least one item' },
    ]);
  }
  // Below the limit of one item no item can be above it.
  const measure = longerThan(body, LIMITS.entityBytes);
  const errors: EntityError[] = [];
  const operations: Operation[] = [];
  for (const [index, item] of items.entries()) {
    const read = readItem(item, measure);
    if (areErrors(read)) errors.push(...read.map((error) => ({ batch_index: index, ...error })));
    else operations.push(read);
  }
  for (const operation of operations) state.accept(workspace, operation);
  if (errors.length === 0) return TAKEN;
  return entityRefusal(errors, operations.length === 0 ? 400 : workspace.config.partialBatchStatus);
}

function areErrors(read: Operation | readonly EntityError[]): read is readonly EntityError[] {
  return Array.isArray(read);
}

function readItem(item: unknown, measure: boolean): Operation | readonly EntityError[] {
  if (!isRecord(item)) return [{ reason: 'invalid', field: 'body', message: 'must be an object' }];
  if (measure && longerThan(JSON.stringify(item), LIMITS.entityBytes)) return [tooLarge('body', 32)];
  return operationOf(item);
}

function tooLarge(field: string, kilobytes: number): EntityError {
  return { reason: 'invalid', field, message: `must be smaller than ${kilobytes}kb` };
}

function operationOf(item: Readonly<Record<string, unknown>>): Operation | readonly EntityError[] {
  const { type, action, attributes } = item;
  if (type === 'object' || type === 'delivery') {
    return { kind: 'not_emulated', action: String(action), subject: type };
  }
  if (type !== 'person') {
    return [
      { reason: type === undefined ? 'required' : 'invalid', field: 'type', message: 'must be person' },
    ];
  }
  if (typeof action !== 'string') return [{ reason: 'required', field: 'action', message: ACTIONS }];
  if (action === 'merge') return mergeOf(item);

  const who = onlyIdentifier(item['identifiers']);
  if (who === undefined) {
    return [
      { reason: 'required', field: 'identifiers', message: 'must have exactly one of id, email, cio_id' },
    ];
  }
  if (longerThan(who.value, LIMITS.identifierBytes)) {
    const message = `cannot be longer than ${LIMITS.identifierBytes} bytes`;
    return [{ reason: 'invalid', field: `identifiers.${who.kind}`, message }];
  }
  switch (action) {
    case 'identify':
      return identifyOf(item, who, attributes);
    case 'event':
    case 'page':
    case 'screen': {
      const event = incomingEvent({ ...item, type: action }, attributes);
      return 'message' in event ? [event] : { kind: 'event', who, event };
    }
    case 'delete':
    case 'suppress':
    case 'unsuppress':
      return { kind: action, who };
    default:
      return WITHOUT_EFFECT.has(action)
        ? { kind: 'not_emulated', action, subject: who.value }
        : [{ reason: 'invalid', field: 'action', message: ACTIONS }];
  }
}

function mergeOf(item: Readonly<Record<string, unknown>>): Operation | readonly EntityError[] {
  const primary = onlyIdentifier(item['primary']);
  const secondary = onlyIdentifier(item['secondary']);
  if (primary !== undefined && secondary !== undefined) return { kind: 'merge', primary, secondary };
  const field = primary === undefined ? 'primary' : 'secondary';
  return [{ reason: 'required', field, message: 'must have exactly one of id, email, cio_id' }];
}

function identifyOf(
  item: Readonly<Record<string, unknown>>,
  who: Identifier,
  sent: unknown,
): Operation | readonly EntityError[] {
  const attributes = sent ?? {};
  if (!isRecord(attributes))
    return [{ reason: 'invalid', field: 'attributes', message: 'must be an object' }];
  const faults = attributeFaults(attributes).map((fault): EntityError => {
    if (fault.problem === 'too_many') {
      const message = `cannot have more than ${LIMITS.attributes} properties`;
      return { reason: 'invalid', field: 'attributes', message };
    }
    const message =
      fault.problem === 'value'
        ? `property value cannot be longer than ${LIMITS.attributeValueBytes} bytes`
        : `property name cannot be longer than ${LIMITS.attributeNameBytes} bytes`;
    return { reason: 'invalid', field: `attributes.${fault.name}`, message };
  });
  if (faults.length > 0) return faults;
  const timestamp = unixSeconds(item['timestamp']);
  if (item['timestamp'] !== undefined && timestamp === undefined) {
    return [{ reason: 'invalid', field: 'timestamp', message: 'must be a unix timestamp' }];
  }
  return { kind: 'identify', who, attributes, ...(timestamp === undefined ? {} : { timestamp }) };
}

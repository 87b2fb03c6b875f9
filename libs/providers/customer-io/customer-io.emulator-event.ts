import { LIMITS, longerThan } from './customer-io.emulator-limits.js';
import type { IncomingEvent } from './customer-io.emulator-model.js';
import { isRecord, unixSeconds } from './customer-io.emulator-parsing.js';

/** What is wrong with an event: the field and the text. */
export interface EventFault {
  readonly reason: 'invalid' | 'required';
  readonly field: string;
  readonly message: string;
}

/** Reads an event of either version: v1 calls its payload `data`, v2 `attributes`. */
export function incomingEvent(
  body: Readonly<Record<string, unknown>>,
  payload: unknown,
): IncomingEvent | EventFault {
  const { id, type, timestamp } = body;
  const name = typeof body['name'] === 'string' ? body['name'].trim() : '';
  if (name === '') return { reason: 'required', field: 'name', message: 'event name must be a string' };
  if (longerThan(name, LIMITS.eventNameBytes)) {
    return {
      reason: 'invalid',
      field: 'name',
      message: `event name cannot be longer than ${LIMITS.eventNameBytes} bytes`,
    };
  }
  const seconds = unixSeconds(timestamp);
  if (timestamp !== undefined && seconds === undefined) {
    return { reason: 'invalid', field: 'timestamp', message: 'timestamp must be a unix timestamp' };
  }
  const data = payload ?? {};
  if (!isRecord(data)) return { reason: 'invalid', field: 'data', message: 'event data must be an object' };
  if (longerThan(JSON.stringify(data), LIMITS.eventDataBytes)) {
    return {
      reason: 'invalid',
      field: 'data',
      message: `event data cannot be longer than ${LIMITS.eventDataBytes} bytes`,
    };
  }
  return {
    name,
    type: type === 'page' || type === 'screen' ? type : 'event',
    ...(typeof id === 'string' && id !== '' ? { id } : {}),
    ...(seconds === undefined ? {} : { timestamp: seconds }),
    data,
  };
}

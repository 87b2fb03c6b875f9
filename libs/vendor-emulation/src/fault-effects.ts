import type { ServerResponse } from 'node:http';
import type { EmulatedAnswer } from '@rekomi/provider-contract';
import type { Fault } from './fault.js';

const RETRY_SECONDS = 2;
const SLOW_MS = 1000;

/** Sends an answer whole. */
export function send(response: ServerResponse, answer: EmulatedAnswer): void {
  const length = answer.status === 204 ? {} : { 'content-length': Buffer.byteLength(answer.body) };
  response.writeHead(answer.status, { ...answer.headers, ...length });
  response.end(answer.body);
}

function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): EmulatedAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

function numberOr(param: string | undefined, fallback: number): number {
  const value = Number(param);
  return param === undefined || !Number.isFinite(value) ? fallback : value;
}

/** The answers that stand in for the vendor's; undefined for faults that are not an answer. */
function falseAnswer(fault: Fault, path: string, now: () => number): EmulatedAnswer | undefined {
  const seconds = numberOr(fault.param, RETRY_SECONDS);
  const tooMany = { meta: { error: 'too many requests' } };
  switch (fault.name) {
    case '429':
      return json(429, tooMany);
    case '429-retry-after-seconds':
      return json(429, tooMany, { 'retry-after': String(seconds) });
    case '429-retry-after-date':
      return json(429, tooMany, { 'retry-after': new Date(now() + seconds * 1000).toUTCString() });
    case '500':
      return json(500, { meta: { error: 'internal error' } });
    case '503':
      return json(503, { meta: { error: 'service unavailable' } });
    case '502-html':
      return {
        status: 502,
        headers: { 'content-type': 'text/html; charset=UTF-8' },
        body: '<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n',
      };
    case '301':
      return {
        status: 301,
        headers: { location: `https://${fault.param ?? 'elsewhere.invalid'}${path}` },
        body: '',
      };
    case 'garbage':
      return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"truncated by a proxy' };
    case '200-ignored':
      return json(200, {});
    default:
      return undefined;
  }
}

/**
 * Acts a fault out. `apply` hands the request to the vendor and returns its answer once it is stored; faults whose
 * name does not say so never call it, so the vendor has not seen the request.
 */
export async function actOut(
  fault: Fault,
  path: string,
  response: ServerResponse,
  apply: () => Promise<EmulatedAnswer>,
  now: () => number,
): Promise<void> {
  switch (fault.name) {
    case 'hang':
      return;
    case 'apply-then-hang':
      await apply();
      return;
    case 'reset':
      return cut(response);
    case 'apply-then-reset':
      await apply();
      return cut(response);
    case 'truncate':
      return truncated(response, await apply());
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, numberOr(fault.param, SLOW_MS)).unref());
      return send(response, await apply());
    default: {
      const answer = falseAnswer(fault, path, now);
      if (answer !== undefined) send(response, answer);
    }
  }
}

/** Ends the connection with a reset instead of an answer. */
function cut(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

/** Promises the whole body, sends half of it, and ends the connection. */
function truncated(response: ServerResponse, answer: EmulatedAnswer): void {
  const body = Buffer.from(answer.body === '' ? '{}' : answer.body, 'utf8');
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
}

import type { ServerResponse } from 'node:http';
import type { EmulatedAnswer, EmulatedRequest, EmulatorProbe } from '@rekomi/provider-contract';
import { falseAnswer, numberOr } from './false-answers.js';
import type { Fault } from './fault.js';

const SLOW_MS = 1000;

/** A request that meets a fault, and everything the fault may play with. */
export interface FaultScene {
  readonly request: EmulatedRequest;
  readonly response: ServerResponse;
  readonly probe: EmulatorProbe;
  /** Hands the request to the vendor and returns its answer once it is stored. */
  readonly apply: () => Promise<EmulatedAnswer>;
  readonly now: () => number;
}

/** Sends an answer whole. */
export function send(response: ServerResponse, answer: EmulatedAnswer): void {
  const length = answer.status === 204 ? {} : { 'content-length': Buffer.byteLength(answer.body) };
  response.writeHead(answer.status, { ...answer.headers, ...length });
  response.end(answer.body);
}

/** Acts a fault out. Faults whose name does not say so never apply, so the vendor has not seen the request. */
export async function actOut(fault: Fault, scene: FaultScene): Promise<void> {
  const { request, response, probe, apply, now } = scene;
  switch (fault.name) {
    case 'hang':
      return;
    case 'hang-in-body':
      return begun(response, await apply());
    case 'apply-then-hang':
      await apply();
      return;
    case 'apply-twice':
      await apply();
      return send(response, await apply());
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
    case 'revoke-keys':
      probe.revoke(true);
      return send(response, await apply());
    case 'remove-audiences':
      for (const { id } of probe.audiences()) probe.removeAudience(id);
      return send(response, await apply());
    default: {
      const answer = falseAnswer(fault, request, now);
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
  const half = begin(response, answer);
  response.write(half, () => response.socket?.destroy());
}

/** Promises the whole body, sends half of it, and falls silent. */
function begun(response: ServerResponse, answer: EmulatedAnswer): void {
  response.write(begin(response, answer));
}

function begin(response: ServerResponse, answer: EmulatedAnswer): Buffer {
  const body = Buffer.from(answer.body === '' ? '{}' : answer.body, 'utf8');
  // A 204 has no body that could be cut.
  response.writeHead(answer.status === 204 ? 200 : answer.status, {
    ...answer.headers,
    'content-length': body.length,
  });
  return body.subarray(0, Math.max(1, Math.floor(body.length / 2)));
}

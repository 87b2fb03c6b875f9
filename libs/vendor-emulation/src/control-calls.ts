import type { EmulatedAnswer } from '@rekomi/provider-contract';
import type { FaultRules } from './fault-rules.js';
import { overviewPage } from './overview-page.js';
import type { EmulatedVendor } from './emulated-vendor.js';

export interface ControlCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

function json(status: number, body: unknown): EmulatedAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}

const UNKNOWN = json(404, { error: 'neither a vendor host nor a control call of the sandbox' });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Everything that is not meant for a vendor: the overview page and the calls under `/_sandbox`. */
export async function answerControl(
  call: ControlCall,
  vendors: ReadonlyMap<string, EmulatedVendor>,
  faults: FaultRules,
): Promise<EmulatedAnswer> {
  if (call.path === '/' && call.method === 'GET') {
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    };
    return { status: 200, headers, body: overviewPage(vendors, faults) };
  }
  const [, area, name = '', ...rest] = call.path.split('/');
  if (area !== '_sandbox') return UNKNOWN;
  const body = call.body === '' ? undefined : parsed(call.body);
  if (call.body !== '' && body === undefined) return json(400, { error: 'the body must be JSON' });
  if (name === 'health') return json(200, { status: 'ok', vendors: [...vendors.keys()] });
  if (name === 'faults') return answerFaults(call.method, rest[0], body, faults);

  const vendor = vendors.get(name);
  const path = rest.join('/');
  // The snapshot is for the journal; it holds keys.
  if (vendor === undefined || path === 'snapshot') return UNKNOWN;
  const result = await vendor.emulator.control(call.method, path, call.query, body);
  const stored = vendor.journal.flushed();
  if (stored !== undefined) await stored;
  if (result === undefined) return UNKNOWN;
  const failed = typeof result === 'object' && result !== null && 'error' in result;
  return json(failed ? 400 : 200, result);
}

function answerFaults(
  method: string,
  id: string | undefined,
  body: unknown,
  faults: FaultRules,
): EmulatedAnswer {
  if (method === 'GET') return json(200, faults.list());
  if (method === 'DELETE') {
    faults.remove(id === undefined ? undefined : Number(id));
    return json(200, faults.list());
  }
  if (method !== 'POST') return UNKNOWN;
  const rule = faults.add((body ?? {}) as Record<string, unknown>);
  return typeof rule === 'string' ? json(400, { error: rule }) : json(200, rule);
}

import { jest } from '@jest/globals';
import type { CredentialSource, VendorTransport } from '@rekomi/transport';

import type { EngineGate } from './pacer.js';
import { ScriptedVendor } from './testing/scripted-vendor.js';
import { VendorSession } from './vendor-session.js';

type Binding = Parameters<VendorTransport['open']>[0];

/** A session with a gate, and what its transport was bound to. */
function sessionWith(gate: EngineGate): { session: VendorSession; binding: Binding } {
  let binding: Binding | undefined;
  const transport = {
    open: (given: Binding) => {
      binding = given;
      return {} as ReturnType<VendorTransport['open']>;
    },
  } as unknown as VendorTransport;
  const credentials: CredentialSource = { has: () => false, reveal: () => undefined };
  const session = new VendorSession(
    {
      ...{ id: 'c', organizationId: 'o', provider: 'scripted', environment: 'live', state: 'verified' },
      ...{ settings: {}, accountKey: Buffer.from('c'), configVersion: 1, defaultTags: [] },
    },
    new ScriptedVendor(),
    credentials,
    transport,
    gate,
    { signal: new AbortController().signal, mayStillSend: () => true },
  );
  session.access(() => undefined);
  if (binding === undefined) throw new Error('The transport was not opened.');
  return { session, binding };
}

describe('a session whose key was refused', () => {
  it('lets nothing leave any more', async () => {
    const gate = {
      acquire: jest.fn(async () => ({ kind: 'go' as const })),
      release: jest.fn(),
      hadEnough: jest.fn(),
    };
    const { session, binding } = sessionWith(gate);
    const { signal } = binding;
    expect(await binding.pace.acquire('all', signal)).toEqual({ kind: 'go' });
    expect(binding.mayStillSend?.()).toBe(true);
    session.stop();
    expect(binding.mayStillSend?.()).toBe(false);
    expect(await binding.pace.acquire('all', signal)).toMatchObject({ kind: 'wait' });
    expect(gate.acquire).toHaveBeenCalledTimes(1);
    // What is in flight is not cut: its answer may still say what became of it.
    expect(signal.aborted).toBe(false);
  });

  it('sends back what waits for its turn', async () => {
    const gate: EngineGate = {
      acquire: (_, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('ended')))),
      release: () => undefined,
      hadEnough: () => undefined,
    };
    const { session, binding } = sessionWith(gate);
    const waiting = binding.pace.acquire('all', binding.signal);
    session.stop();
    expect(await waiting).toMatchObject({ kind: 'wait' });
  });
});

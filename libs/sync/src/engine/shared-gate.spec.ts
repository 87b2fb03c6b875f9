import type { ProviderManifest } from '@rekomi/provider-contract';
import type { EngineGate } from './pacer.js';

import { sharedGate } from './shared-gate.js';

const limit = { requests: 10, perMs: 1_000, kind: 'smooth' } as const;
const manifest = {
  limits: { read: { usual: limit, ceiling: limit, concurrency: 4, timeoutMs: 1_000, source: 'none' } },
} as unknown as ProviderManifest;

let clock: number;
let passed: { readonly family: string; readonly at: number }[];
const gate: EngineGate = {
  acquire: (family) => {
    passed.push({ family, at: clock });
    return Promise.resolve({ kind: 'go' });
  },
  release: () => undefined,
  hadEnough: () => undefined,
};
const shared = () =>
  sharedGate(
    gate,
    manifest,
    {},
    {
      share: 0.5,
      now: () => clock,
      wait: (milliseconds) => {
        clock += milliseconds;
        return Promise.resolve();
      },
    },
  );
const { signal } = new AbortController();

beforeEach(() => {
  clock = 1_000;
  passed = [];
});

it('No more than the share of the pace is asked for', async () => {
  const half = shared();
  for (let request = 0; request < 4; request += 1) await half.acquire('read', signal);
  expect(passed.map(({ at }) => at)).toEqual([1_000, 1_200, 1_400, 1_600]);
});

it('What was not used is not saved up', async () => {
  const half = shared();
  await half.acquire('read', signal);
  clock = 60_000;
  await half.acquire('read', signal);
  await half.acquire('read', signal);
  expect(passed.map(({ at }) => at)).toEqual([1_000, 60_000, 60_200]);
});

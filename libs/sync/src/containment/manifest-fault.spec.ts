import { manifestFault } from './manifest-fault.js';

const window = { requests: 10, perMs: 1000, kind: 'smooth' };
const limit = { usual: window, ceiling: window, concurrency: 4, timeoutMs: 1000 };
const sound = {
  capabilities: { events: 'native', bulk: { maximumItems: 100, worthwhileFrom: 10 } },
  ...{ settings: [], writes: [{ vendorField: 'email' }], limits: { main: limit } },
};

describe('a manifest', () => {
  it('that the engine can work with has no fault', () => {
    expect(manifestFault(sound)).toBeUndefined();
    expect(manifestFault({ ...sound, capabilities: { events: 'none' } })).toBeUndefined();
  });

  it.each([
    ['none', undefined],
    ['no capabilities', { ...sound, capabilities: undefined }],
    ['no settings', { ...sound, settings: undefined }],
    ['fields without names', { ...sound, writes: [{}] }],
    ['batches of nothing', { ...sound, capabilities: { bulk: { maximumItems: 0, worthwhileFrom: 1 } } }],
    [
      'batches of half an item',
      { ...sound, capabilities: { bulk: { maximumItems: 2.5, worthwhileFrom: 1 } } },
    ],
    [
      'batches from no number on',
      { ...sound, capabilities: { bulk: { maximumItems: 5, worthwhileFrom: Number.NaN } } },
    ],
    ['no limits', { ...sound, limits: undefined }],
    ['a pace of nothing', { ...sound, limits: { main: { ...limit, usual: { ...window, requests: 0 } } } }],
    [
      'an endless window',
      { ...sound, limits: { main: { ...limit, usual: { ...window, perMs: Infinity } } } },
    ],
    ['a quota of nothing', { ...sound, limits: { main: { ...limit, quotas: [{ ...window, perMs: 0 }] } } }],
    ['no request at a time', { ...sound, limits: { main: { ...limit, concurrency: 0 } } }],
    ['no time', { ...sound, limits: { main: { ...limit, timeoutMs: -1 } } }],
  ])('with %s is told of', (_, manifest) => {
    expect(manifestFault(manifest)).toEqual(expect.any(String));
  });
});

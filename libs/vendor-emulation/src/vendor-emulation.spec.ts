import type {
  EmulatedContact,
  EmulatedRequest,
  EmulatorOptions,
  EmulatorProbe,
} from '@rekomi/provider-contract';

import { emptyAnswer, jsonAnswer, jsonObject, pathSegments } from './answers.js';
import { FixedWindow } from './fixed-window.js';
import { VendorEmulation, type Reply } from './vendor-emulation.js';

type Operation = { readonly kind: 'person'; readonly email: string } | { readonly kind: 'reset' };

/** Keeps addresses; takes one by `POST /people/{email}`. */
class Addresses extends VendorEmulation<Operation> {
  readonly slug = 'addresses';
  readonly hosts = ['api.addresses.example'];
  readonly probe: EmulatorProbe = {
    accounts: [{ credentials: { apiKey: 'key' } }],
    consents: [],
    seed: ({ email }) => this.commit({ kind: 'person', email }),
    contact: (email) => (this.people.has(email) ? person(email) : undefined),
    count: () => this.people.size,
    audiences: () => [],
    addAudience: () => '1',
    removeAudience: () => undefined,
    revoke: () => undefined,
    settle: () => undefined,
    writes: () => this.writeCount,
    reset: () => {
      this.forget();
      this.people.clear();
    },
  };
  private readonly people = new Set<string>();

  protected answer(request: EmulatedRequest): Reply<Operation> {
    const [, email] = pathSegments(request) ?? [];
    if (email === undefined) return emptyAnswer(404);
    return { ...jsonAnswer(200, { email }), operations: [{ kind: 'person', email }] };
  }

  protected apply(operation: Operation): void {
    if (operation.kind === 'person') this.people.add(operation.email);
  }
}

function person(email: string): EmulatedContact {
  return { email, fields: {}, tags: [], audiences: [], consent: 'subscribed', events: [] };
}

function open(kept: unknown[] = []): Addresses {
  const journal = { replay: () => [...kept], append: (entry: unknown) => void kept.push(entry) };
  const options: EmulatorOptions = { now: () => 0, journal };
  return new Addresses(options).restored();
}

function request(rawPath: string, body = ''): EmulatedRequest {
  return {
    method: 'POST',
    host: 'api.addresses.example',
    rawPath,
    query: new URLSearchParams('page[size]=1'),
    headers: { authorization: 'Bearer secret', accept: 'application/json' },
    body,
  };
}

const none = new URLSearchParams();

describe('an emulated vendor', () => {
  it('comes back after a kill with everything it had answered', () => {
    const kept: unknown[] = [];
    open(kept).handle(request('/people/a%2Bb%40x.example'));
    expect(open(kept).probe.contact('a+b@x.example')).toBeDefined();
    const { entries } = open(kept).control('GET', 'snapshot', none, undefined) as { entries: unknown[] };
    expect(open(JSON.parse(JSON.stringify(entries)) as unknown[]).probe.count()).toBe(1);
  });

  it('counts what requests wrote, not what was put there by hand', () => {
    const vendor = open();
    vendor.probe.seed({ email: 'seeded@x.example' });
    vendor.handle(request('/nothing'));
    expect(vendor.probe.writes()).toBe(0);
    vendor.handle(request('/people/a@x.example'));
    expect([vendor.probe.writes(), vendor.probe.count()]).toEqual([1, 2]);
    vendor.probe.reset();
    expect([vendor.probe.writes(), vendor.probe.count(), vendor.seen().length]).toEqual([0, 0, 0]);
  });

  it('remembers requests as they came, without what authorises them', () => {
    const vendor = open();
    vendor.handle(request('/people/a@x.example', '{"a":1}'));
    const { exchanges } = vendor.control('GET', 'exchanges', none, undefined) as { exchanges: object[] };
    expect(exchanges).toMatchObject([
      { path: '/people/a@x.example', body: '{"a":1}', answer: { status: 200 } },
    ]);
    expect(JSON.stringify(exchanges)).not.toContain('secret');
  });

  it('is looked at and changed by control calls that are the same for every vendor', () => {
    const vendor = open();
    const call = (method: string, path: string, body?: object, query = '') =>
      vendor.control(method, path, new URLSearchParams(query), body);
    expect(call('POST', 'contacts', { email: 'a@x.example' })).toMatchObject({
      contact: { email: 'a@x.example' },
    });
    expect(call('GET', 'contacts', undefined, 'email=b@x.example')).toEqual({ contact: null });
    expect(call('GET', 'contacts')).toEqual({ count: 1 });
    expect(call('POST', 'contacts', {})).toEqual({ error: expect.any(String) });
    expect(call('GET', 'accounts')).toEqual({ accounts: [{ credentials: { apiKey: 'key' } }] });
    expect(call('POST', 'audiences', { name: 'A' })).toEqual({ id: '1' });
    expect(call('DELETE', 'audiences/')).toEqual({ error: expect.any(String) });
    expect(call('POST', 'reset')).toEqual({ count: 0 });
    expect(call('POST', 'coffee')).toBeUndefined();
  });
});

describe('reading a request', () => {
  it('decodes each segment once, and none that cannot be decoded', () => {
    expect(pathSegments(request('/people/a%252Fb%2Fc'))).toEqual(['people', 'a%2Fb/c']);
    expect(pathSegments(request('/people/%E0%A4%A'))).toBeUndefined();
  });

  it.each(['', '[]', '"x"', 'null', '{"a"'])('takes %p for no object', (body) => {
    expect(jsonObject(request('/', body))).toBeUndefined();
  });
});

describe('an allowance in blocks of time', () => {
  it('counts from the first request of a block and tells how long it takes to the next', () => {
    const window = new FixedWindow(2, 1000);
    expect([window.take(5_000), window.take(5_900), window.take(5_950)]).toEqual([undefined, undefined, 50]);
    expect([window.remaining, window.take(6_000), window.remaining]).toEqual([0, undefined, 1]);
  });
});

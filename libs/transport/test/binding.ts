import type { ProviderManifest, VendorRequest } from '@rekomi/provider-contract';
import type {
  CredentialSource,
  ExchangeRecord,
  PaceAnswer,
  PaceGate,
  PaceResult,
  VendorBinding,
} from '../src/index.js';

export const HOST = 'api.vendor.example';

export const SECRETS = {
  accountId: 'acct-51e2d84b6f9a',
  apiKey: 'canary"é/+&=7f3a9c51e2',
};

export function manifest(timeoutMs: number, hosts: readonly string[] = [HOST]): ProviderManifest {
  const window = { requests: 1000, perMs: 1000, kind: 'smooth' } as const;
  return {
    slug: 'vendor',
    name: 'Vendor',
    category: 'email',
    summary: 'A vendor for tests.',
    docs: { vendor: 'https://vendor.example', api: 'https://vendor.example/api' },
    checkedOn: '2026-01-01',
    credentials: Object.keys(SECRETS).map((name) => ({
      name,
      label: name,
      help: name,
      secret: name === 'apiKey',
      required: true,
      guideAnchor: name,
    })),
    account: ['accountId'],
    regions: hosts.map((host, index) => ({ name: `r${index}`, label: `R${index}`, hosts: { api: host } })),
    settings: [],
    audience: { singular: 'list', plural: 'lists', listingNeeds: [], creatable: false, required: true },
    capabilities: {
      events: 'native',
      eventDedupe: 'none',
      ambiguousEvents: 'do_not_repeat',
      tags: 'none',
      readBack: false,
      eraseContact: false,
      clearing: 'never',
      consent: 'untouched',
    },
    limits: { write: { ceiling: window, usual: window, concurrency: 50, timeoutMs, source: 'invented' } },
    reservedAttributes: [],
    reservedEventKeys: [],
    writes: [],
  };
}

export function credentials(values: Readonly<Record<string, string>> = SECRETS): CredentialSource {
  return { has: (name) => name in values, reveal: (name) => values[name] };
}

/** Lets everything pass and remembers what it was told. */
export class OpenGate implements PaceGate {
  readonly released: PaceResult[] = [];
  acquired = 0;

  acquire(): Promise<PaceAnswer> {
    this.acquired++;
    return Promise.resolve({ kind: 'go' });
  }

  release(_family: string, result: PaceResult): void {
    this.released.push(result);
  }
}

export interface TestBinding extends VendorBinding {
  readonly gate: OpenGate;
  readonly records: ExchangeRecord[];
  readonly controller: AbortController;
}

export function binding(change: Partial<VendorBinding> & { readonly timeoutMs?: number } = {}): TestBinding {
  const { timeoutMs = 5_000, ...rest } = change;
  const gate = new OpenGate();
  const records: ExchangeRecord[] = [];
  const controller = new AbortController();
  return {
    manifest: manifest(timeoutMs),
    environment: 'sandbox',
    credentials: credentials(),
    pace: gate,
    record: (exchange) => records.push(exchange),
    signal: controller.signal,
    gate,
    records,
    controller,
    ...rest,
  };
}

export function post(change: Partial<VendorRequest> = {}): VendorRequest {
  return {
    family: 'write',
    method: 'POST',
    host: HOST,
    path: '/v1/people',
    jsonText: '{"email":"a@example.com"}',
    authorization: { kind: 'basic', user: 'accountId', password: 'apiKey' },
    ...change,
  };
}

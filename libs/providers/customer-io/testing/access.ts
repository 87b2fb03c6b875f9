import type {
  ContactChange,
  ContactEvent,
  DesiredContact,
  Outcome,
  ProviderAccess,
  SettingValue,
  WrittenContact,
} from '@rekomi/provider-contract';
import { CustomerIoProvider } from '../customer-io.provider.js';
import { ScriptedVendor, type Step } from './scripted-vendor.js';

export const NOW = Date.parse('2026-09-03T10:00:00Z');

export interface Setup {
  readonly region?: string;
  readonly createdAt?: 'always' | 'missing_only' | 'never';
  readonly credentials?: readonly string[];
}

export const ALL_KEYS = ['siteId', 'trackApiKey', 'appApiKey'];
export const TRACK_KEYS = ['siteId', 'trackApiKey'];

const vendors: ScriptedVendor[] = [];

// A script that was not played to its end is as wrong as a request that was not in it.
afterEach(() => {
  expect(vendors.splice(0).flatMap(({ unasked }) => unasked)).toEqual([]);
});

/** A connection to a vendor that answers by script. Without an App API key unless the test gives one. */
export function connect(steps: readonly Step[], setup: Setup = {}) {
  const http = new ScriptedVendor(steps);
  vendors.push(http);
  const credentials = setup.credentials ?? TRACK_KEYS;
  const settings: Record<string, SettingValue> = {
    requestsPerSecond: 100,
    createdAt: setup.createdAt ?? 'missing_only',
  };
  const access: ProviderAccess = {
    http,
    settings,
    ...(setup.region === undefined ? {} : { region: setup.region }),
    has: (credential) => credentials.includes(credential),
    hint: () => undefined,
    memo: { get: () => undefined, set: () => undefined, forget: () => undefined },
    now: () => NOW,
  };
  return { http, access, provider: new CustomerIoProvider() };
}

export function desired(more: Partial<DesiredContact> = {}): DesiredContact {
  return { email: 'jane@example.com', tags: [], audiences: [], attributes: {}, ...more };
}

export function change(more: Partial<DesiredContact> = {}, rest: Partial<ContactChange> = {}): ContactChange {
  return { contactId: 'contact-1', desired: desired(more), ...rest };
}

export function written(more: Partial<WrittenContact> = {}): WrittenContact {
  return { email: 'jane@example.com', fields: {}, tags: [], audiences: [], ...more };
}

export const ULID = '01BX5ZZKBKACTAV9WEVGEMMVRZ';

export function event(more: Partial<ContactEvent> = {}): ContactEvent {
  return {
    contactId: 'contact-1',
    email: 'jane@example.com',
    eventId: 'event-1',
    dedupeId: ULID,
    name: 'affiliate_approved',
    occurredAt: '2024-04-05T19:32:25.900Z',
    data: {},
    ...more,
  };
}

export function codeOf(outcome: Outcome): string | undefined {
  return 'code' in outcome ? `${outcome.kind} ${outcome.code}` : outcome.kind;
}

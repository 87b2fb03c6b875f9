import type { Activity, EmulatedAnswer, VendorEmulator } from '@rekomi/provider-contract';
import { customerIoEmulator } from '../customer-io.emulator.js';

export const BASIC_US = basic('sandbox-site-us', 'sandbox-track-us');
export const BASIC_EU = basic('sandbox-site-eu', 'sandbox-track-eu');
export const BEARER_US = 'Bearer sandbox-app-us';
export const BEARER_EU = 'Bearer sandbox-app-eu';

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

export interface EmulatedPerson {
  readonly number: number;
  readonly cioId: string;
  readonly id: string | null;
  readonly email: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  readonly unsubscribed: boolean;
  readonly segments: readonly string[];
  readonly events: number;
}

/** Drives the emulator without a network, with a clock that stands still until it is moved. */
export class EmulatorDriver {
  /** Milliseconds. Starts at 1 March 2026, 00:00 UTC. */
  clock = Date.UTC(2026, 2, 1);
  readonly emulator: VendorEmulator;

  /** @param entries The journal; hand the same list to another driver to start again from it. */
  constructor(readonly entries: unknown[] = []) {
    this.emulator = customerIoEmulator({
      now: () => this.clock,
      journal: {
        replay: () => entries.map((entry) => JSON.parse(JSON.stringify(entry)) as unknown),
        append: (entry) => void entries.push(entry),
      },
    });
  }

  /** Without a delay every write shows at once. */
  static immediate(): EmulatorDriver {
    const driver = new EmulatorDriver();
    driver.post('settings', { delayMs: 0 });
    return driver;
  }

  send(method: string, url: string, body?: unknown, authorization: string = BASIC_US): EmulatedAnswer {
    const { host, search } = new URL(`https://${url}`);
    const rawPath = url.slice(host.length).split('?')[0] ?? '/';
    const answer = this.emulator.handle({
      method,
      host,
      rawPath,
      query: new URLSearchParams(search),
      headers: { authorization, 'content-type': 'application/json' },
      body: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
    });
    if (answer instanceof Promise) throw new Error('the emulator answers at once');
    return answer;
  }

  identify(identifier: string, attributes: Readonly<Record<string, unknown>>): EmulatedAnswer {
    return this.send(
      'PUT',
      `track.customer.io/api/v1/customers/${encodeURIComponent(identifier)}`,
      attributes,
    );
  }

  event(identifier: string, body: Readonly<Record<string, unknown>>): EmulatedAnswer {
    return this.send(
      'POST',
      `track.customer.io/api/v1/customers/${encodeURIComponent(identifier)}/events`,
      body,
    );
  }

  join(segment: number, ids: readonly string[], idType = 'email'): EmulatedAnswer {
    return this.send('POST', `track.customer.io/api/v1/segments/${segment}/add_customers?id_type=${idType}`, {
      ids,
    });
  }

  app(path: string): { readonly status: number; readonly body: unknown } {
    const answer = this.send('GET', `api.customer.io/v1/${path}`, undefined, BEARER_US);
    return { status: answer.status, body: JSON.parse(answer.body) as unknown };
  }

  read(path: string, query: Readonly<Record<string, string>> = {}): Record<string, unknown> {
    return this.emulator.control('GET', path, new URLSearchParams(query), undefined) as Record<
      string,
      unknown
    >;
  }

  post(path: string, body: unknown): unknown {
    return this.emulator.control('POST', path, new URLSearchParams(), body);
  }

  people(): readonly EmulatedPerson[] {
    return this.read('people')['people'] as EmulatedPerson[];
  }

  person(email: string): EmulatedPerson | undefined {
    return (this.read('people', { email })['people'] as EmulatedPerson[])[0];
  }

  /** Reasons of everything that was taken and not done. */
  silences(): readonly unknown[] {
    return (this.read('activity')['activity'] as Activity[])
      .filter((entry) => !entry.applied)
      .map((entry) => entry.detail['reason']);
  }
}

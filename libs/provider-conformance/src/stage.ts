import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  EmulatedAccount,
  EmulatedContact,
  EmulatorProbe,
  Memo,
  ProviderManifest,
  SettingValue,
} from '@rekomi/provider-contract';
import {
  credentialHint,
  VendorTransport,
  type CredentialSource,
  type ExchangeRecord,
} from '@rekomi/transport';
import { startSandbox, type Sandbox } from '@rekomi/vendor-emulation';
import { must } from './checks.js';
import { Connection, type FaultPlan } from './connection.js';
import { ObservedEmulator } from './observed-emulator.js';
import { StageClock } from './stage-clock.js';
import type { Subject } from './subject.js';
import type { Watch } from './watch.js';

export interface StageOptions {
  /** How long a request that is left hanging is waited for, in milliseconds. */
  readonly impatienceMs?: number;
}

export interface ConnectOptions {
  /** Those of the emulator's first account unless told. */
  readonly credentials?: Readonly<Record<string, string>>;
  /** Over the manifest's defaults. */
  readonly settings?: Readonly<Record<string, SettingValue>>;
  /** The region of the account unless told; `unknown` as before the first verification. */
  readonly region?: string;
  readonly fault?: FaultPlan;
}

const IMPATIENCE_MS = 500;

/** One emulated vendor behind a loopback server, reached by the transport of the product. */
export class Stage {
  readonly records: ExchangeRecord[] = [];
  private numbers = 0;
  private readonly marked = randomBytes(3).toString('hex');
  private chosen: string | undefined;
  private readonly sources = new Map<string, CredentialSource>();

  private constructor(
    private readonly subject: Subject,
    private readonly watch: Watch,
    private readonly during: string,
    private readonly impatienceMs: number,
    readonly emulator: ObservedEmulator,
    readonly clock: StageClock,
    private readonly sandbox: Sandbox,
    private readonly transport: VendorTransport,
  ) {}

  static async open(
    subject: Subject,
    watch: Watch,
    during: string,
    { impatienceMs = IMPATIENCE_MS }: StageOptions = {},
  ): Promise<Stage> {
    const { manifest } = subject.provider;
    const clock = new StageClock(manifest);
    let emulator: ObservedEmulator | undefined;
    const sandbox = await startSandbox({
      now: clock.now,
      factories: {
        [manifest.slug]: (options) => (emulator = new ObservedEmulator(subject.emulator(options))),
      },
    });
    must(emulator, 'the emulator could not be made');
    const transport = new VendorTransport({
      sandboxUrl: sandbox.url,
      userAgent: 'rekomi-conformance',
      now: clock.now,
    });
    watch.guard(
      manifest,
      emulator.probe.accounts.map(({ credentials }) => credentials),
    );
    return new Stage(subject, watch, during, impatienceMs, emulator, clock, sandbox, transport);
  }

  get manifest(): ProviderManifest {
    return this.subject.provider.manifest;
  }

  get probe(): EmulatorProbe {
    return this.emulator.probe;
  }

  /** The account that the probe speaks of. */
  get account(): EmulatedAccount {
    const [account] = this.probe.accounts;
    must(account, 'the emulator has no account');
    return account;
  }

  connect(options: ConnectOptions = {}): Connection {
    const { manifest } = this;
    const credentials = this.sourceFor(options.credentials ?? this.account.credentials);
    const region = options.region ?? this.account.region;
    const settings = {
      ...Object.fromEntries(manifest.settings.map((field) => [field.name, field.default])),
      ...options.settings,
    };
    const binding = {
      environment: 'sandbox' as const,
      credentials,
      pace: this.clock,
      record: (exchange: ExchangeRecord) => this.keep(exchange),
      signal: new AbortController().signal,
    };
    return new Connection({
      provider: this.subject.provider,
      watch: this.watch,
      during: this.during,
      ...(options.fault === undefined ? {} : { fault: options.fault }),
      http: this.transport.open({ ...binding, manifest }),
      impatient: this.transport.open({ ...binding, manifest: withTimeout(manifest, this.impatienceMs) }),
      access: {
        settings,
        ...(region === undefined || region === 'unknown' ? {} : { region }),
        has: (name) => credentials.has(name),
        hint: (name) => credentialHint(manifest, credentials, name),
        memo: memo(),
        now: this.clock.now,
      },
    });
  }

  /** A contact as the vendor holds it once everything that it took is applied. */
  look(email: string): EmulatedContact | undefined {
    this.probe.settle();
    return this.probe.contact(email);
  }

  count(): number {
    this.probe.settle();
    return this.probe.count();
  }

  /** An audience that people can be added to; the same one throughout a stage. */
  audience(): string {
    this.chosen ??= this.probe.addAudience('Conformance');
    return this.chosen;
  }

  /** An address that nobody has. */
  address(): string {
    return `affiliate-${this.marked}-${this.number()}@partners.example.net`;
  }

  /** A number that was not used on this stage. */
  number(): number {
    this.numbers += 1;
    return this.numbers;
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    await this.transport.close();
  }

  /** The same one for the same credentials: the transport makes a mask for each, and that takes long. */
  private sourceFor(credentials: Readonly<Record<string, string>>): CredentialSource {
    const key = JSON.stringify(credentials);
    const source = this.sources.get(key) ?? sourceOf(credentials);
    this.sources.set(key, source);
    return source;
  }

  private keep(exchange: ExchangeRecord): void {
    this.records.push(exchange);
    this.watch.inspect(JSON.stringify(exchange), 'a recorded exchange', this.during);
  }
}

/** A server elsewhere that nobody may call. */
export class Trap {
  visits = 0;
  private constructor(private readonly server: Server) {
    server.on('request', (_request, response) => {
      this.visits += 1;
      response.end('{}');
    });
  }

  static async set(): Promise<Trap> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Trap(server);
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export function sourceOf(values: Readonly<Record<string, string>>): CredentialSource {
  return { has: (name) => Object.hasOwn(values, name), reveal: (name) => values[name] };
}

export function memo(): Memo {
  const known = new Map<string, string>();
  return {
    get: (key) => known.get(key),
    set: (key, value) => void known.set(key, value),
    forget: (key) => void known.delete(key),
  };
}

function withTimeout(manifest: ProviderManifest, timeoutMs: number): ProviderManifest {
  const limits = Object.entries(manifest.limits).map(([family, limit]) => [family, { ...limit, timeoutMs }]);
  return { ...manifest, limits: Object.fromEntries(limits) as ProviderManifest['limits'] };
}

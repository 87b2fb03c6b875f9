import { isAllowedHost } from '@rekomi/provider-contract';
import type {
  Answered,
  EmulatedRequest,
  EmulatorFactory,
  NoAnswer,
  ProviderAccess,
  ProviderManifest,
  SettingValue,
  VendorAnswer,
  VendorEmulator,
  VendorHttp,
  VendorRequest,
} from '@rekomi/provider-contract';

/** When the in-process vendors live, unless a test moves the clock. Milliseconds since 1970. */
export const IN_PROCESS_NOW = Date.UTC(2026, 8, 3, 10);

/** A vendor with a journal in memory and a clock that stands still until it is moved. */
export interface InProcessVendor {
  readonly emulator: VendorEmulator;
  /** What the journal holds; hand it to another vendor to start again from it, as after a kill. */
  readonly entries: unknown[];
  /** Shared by vendor and access. */
  readonly clock: { now: number };
}

export function inProcessVendor(factory: EmulatorFactory, entries: unknown[] = []): InProcessVendor {
  const clock = { now: IN_PROCESS_NOW };
  const journal = {
    // Through JSON, as on disk: an entry that would not survive that is found.
    replay: () => entries.map((entry) => JSON.parse(JSON.stringify(entry)) as unknown),
    append: (entry: unknown) => void entries.push(entry),
  };
  return { emulator: factory({ now: () => clock.now, journal }), entries, clock };
}

type Substitute = (request: VendorRequest) => VendorAnswer;

/** The way to an emulator without a network, as strict as the real one. */
export interface InProcessHttp extends VendorHttp {
  /** As the provider asked, oldest first. */
  readonly requests: VendorRequest[];
  /** As they reached the vendor, authorisation included; one that was answered otherwise is not among them. */
  readonly sent: EmulatedRequest[];
  /** Answers the next request otherwise, or the one after `later` more. The vendor does not see it. */
  next(answer: VendorAnswer | Substitute, later?: number): void;
  /** Answers every request that matches otherwise, until told again with undefined. */
  whenever(matches: (request: VendorRequest) => boolean, answer: VendorAnswer | Substitute | undefined): void;
  /** Forgets what was recorded. */
  clear(): void;
}

export interface InProcessAccess extends ProviderAccess {
  readonly http: InProcessHttp;
}

/**
 * A connection to an emulated vendor. It refuses hosts that the manifest does not allow, puts credentials in, encodes
 * bodies and reads answers as the transport does, and throws for what is a mistake in a provider's code. Settings that
 * are not named have the manifest's defaults.
 */
export function inProcessAccess(
  manifest: ProviderManifest,
  vendor: InProcessVendor,
  credentials: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, SettingValue>> = {},
  region?: string,
): InProcessAccess {
  const remembered = new Map<string, string>();
  return {
    http: new EmulatorHttp(manifest, vendor.emulator, credentials),
    settings: {
      ...Object.fromEntries(manifest.settings.map((field) => [field.name, field.default])),
      ...settings,
    },
    ...(region === undefined ? {} : { region }),
    has: (name) => (credentials[name] ?? '') !== '',
    hint(name) {
      const field = manifest.credentials.find((one) => one.name === name);
      const value = credentials[name];
      if (field === undefined || value === undefined || value === '') return undefined;
      if (!field.secret) return value;
      return field.publicPart === undefined ? undefined : new RegExp(field.publicPart).exec(value)?.[1];
    },
    memo: {
      get: (key) => remembered.get(key),
      set: (key, value) => void remembered.set(key, value),
      forget: (key) => void remembered.delete(key),
    },
    now: () => vendor.clock.now,
  };
}

class EmulatorHttp implements InProcessHttp {
  readonly requests: VendorRequest[] = [];
  readonly sent: EmulatedRequest[] = [];
  private readonly substitutes = new Map<number, VendorAnswer | Substitute>();
  private standing: (readonly [(request: VendorRequest) => boolean, VendorAnswer | Substitute])[] = [];
  private count = 0;

  constructor(
    private readonly manifest: ProviderManifest,
    private readonly emulator: VendorEmulator,
    private readonly credentials: Readonly<Record<string, string>>,
  ) {}

  next(answer: VendorAnswer | Substitute, later = 0): void {
    this.substitutes.set(this.count + later, answer);
  }

  whenever(
    matches: (request: VendorRequest) => boolean,
    answer: VendorAnswer | Substitute | undefined,
  ): void {
    this.standing = answer === undefined ? [] : [...this.standing, [matches, answer]];
  }

  clear(): void {
    this.requests.length = 0;
    this.sent.length = 0;
  }

  async request(request: VendorRequest): Promise<VendorAnswer> {
    if (this.manifest.limits[request.family] === undefined) {
      throw new TypeError(`The manifest has no family "${request.family}".`);
    }
    const wire = this.onTheWire(request);
    this.requests.push(request);
    const substitute =
      this.substitutes.get(this.count) ?? this.standing.find(([matches]) => matches(request))?.[1];
    this.count += 1;
    if (!isAllowedHost(this.manifest, request.host)) {
      return { kind: 'withheld', reason: 'host_not_allowed', detail: `${request.host} is not allowed` };
    }
    if (substitute !== undefined) return typeof substitute === 'function' ? substitute(request) : substitute;
    this.sent.push(wire);
    const { status, headers = {}, body } = await this.emulator.handle(wire);
    return answeredText(status, body, headers);
  }

  private onTheWire(request: VendorRequest): EmulatedRequest {
    if (!/^\/[\x21\x22\x24-\x7e]*$/.test(request.path)) {
      throw new TypeError('A path starts with "/" and is percent-encoded.');
    }
    const [rawPath = '/', inPath = ''] = request.path.split('?', 2);
    const query = new URLSearchParams(inPath);
    for (const [name, value] of Object.entries(request.query ?? {})) query.append(name, value);
    const body = this.bodyOf(request);
    const type = request.form === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
    const headers: Record<string, string> = {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': type }),
    };
    for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
    const { method, host } = request;
    return {
      method,
      host,
      rawPath,
      query,
      headers: { ...headers, ...this.authorization(request) },
      body: body ?? '',
    };
  }

  private bodyOf({ json, jsonText, form, authorization }: VendorRequest): string | undefined {
    if ([json, jsonText, form].filter((body) => body !== undefined).length > 1) {
      throw new TypeError('A request has one of json, jsonText and form.');
    }
    if (authorization.kind !== 'body') {
      if (form !== undefined) return new URLSearchParams(form).toString();
      return json === undefined ? jsonText : JSON.stringify(json);
    }
    const secrets = Object.fromEntries(
      Object.entries(authorization.credentials).map(([name, credential]) => [name, this.reveal(credential)]),
    );
    if (form !== undefined) return new URLSearchParams({ ...form, ...secrets }).toString();
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw new TypeError('Credentials can join a form or a JSON object only.');
    }
    return JSON.stringify({ ...json, ...secrets });
  }

  private authorization({ authorization }: VendorRequest): Readonly<Record<string, string>> {
    switch (authorization.kind) {
      case 'none':
      case 'body':
        return {};
      case 'basic':
      case 'basic_literal': {
        const { kind, user, password } = authorization;
        const pair = `${kind === 'basic' ? this.reveal(user) : user}:${this.reveal(password)}`;
        return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
      }
      case 'bearer':
        return { authorization: `Bearer ${this.reveal(authorization.credential)}` };
      case 'header': {
        const { name, credential, prefix = '' } = authorization;
        return { [name.toLowerCase()]: `${prefix}${this.reveal(credential)}` };
      }
    }
  }

  private reveal(name: string): string {
    const value = this.credentials[name];
    if (value === undefined || value === '') throw new Error(`The credential "${name}" is not present.`);
    return value;
  }
}

/** An answer of the vendor, read as the transport reads it. */
export function answeredText(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Answered {
  const lower = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const declared = /\bjson\b/i.test(lower['content-type'] ?? '');
  const body = declared || /^\s*[[{]/.test(text) ? parsed(text) : undefined;
  return { kind: 'answered', status, headers: lower, body, text };
}

export function answeredJson(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answered {
  return answeredText(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
}

/** A page of a proxy or of a maintenance. */
export function answeredPage(status: number): Answered {
  return answeredText(status, '<!doctype html><title>Maintenance</title>', { 'content-type': 'text/html' });
}

/** The request was sent and no answer came. */
export const TIMED_OUT: NoAnswer = {
  kind: 'no_answer',
  maybeSent: true,
  reason: 'timeout',
  detail: 'no complete answer within 10000 ms',
};

/** Nothing was sent. */
export const CONNECTION_REFUSED: NoAnswer = {
  kind: 'no_answer',
  maybeSent: false,
  reason: 'refused',
  detail: 'connection refused',
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Garbage is an answer without a readable body.
    return undefined;
  }
}

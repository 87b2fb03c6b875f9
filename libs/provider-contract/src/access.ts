import type { SettingValue } from './manifest.js';

/** How a request authenticates. Credentials are named, never handed out: the transport puts the secrets in. */
export type Authorization =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  /** HTTP Basic with a user name that is the same for everybody; `password` names the credential. */
  | { readonly kind: 'basic_literal'; readonly user: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly credential: string }
  | { readonly kind: 'header'; readonly name: string; readonly credential: string; readonly prefix?: string }
  /** Members that join the body, for vendors that read their key there: name in the body → credential. */
  | { readonly kind: 'body'; readonly credentials: Readonly<Record<string, string>> }
  | { readonly kind: 'none' };

/** One HTTP request to a vendor. */
export interface VendorRequest {
  /** Endpoint family of the manifest's `limits`; the pace of that family is kept before the request is sent. */
  readonly family: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /**
   * It only asks, though it is no GET: a search whose conditions stand in the body. A preview makes such requests, and
   * every GET; it makes none that could change something.
   */
  readonly onlyReads?: true;
  /** Host name without scheme; must be one of the manifest's hosts. Always HTTPS. */
  readonly host: string;
  /** Starts with `/`; every variable segment already percent-encoded, once (see `pathSegment`). */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Serialised as JSON in UTF-8. */
  readonly json?: unknown;
  /** A body that is JSON already (bulk calls serialise each item once); excludes `json` and `form`. */
  readonly jsonText?: string;
  /** Sent as `application/x-www-form-urlencoded`; excludes `json` and `jsonText`. */
  readonly form?: Readonly<Record<string, string>>;
  /** `basic` names the credential fields of user and password (for instance `siteId`, `trackApiKey`). */
  readonly authorization: Authorization;
}

/** The vendor answered. Any status, 3xx included: redirects are never followed. */
export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed body when it was JSON, otherwise `undefined`; look at `text` then. */
  readonly body: unknown;
  readonly text: string;
}

/** No complete answer came. */
export interface NoAnswer {
  readonly kind: 'no_answer';
  /** False only when it is certain that no byte of the request reached the vendor. */
  readonly maybeSent: boolean;
  readonly reason:
    'timeout' | 'unresolved' | 'refused' | 'reset' | 'tls' | 'too_large' | 'aborted' | 'malformed';
  readonly detail: string;
}

/** We did not send it. */
export interface Withheld {
  readonly kind: 'withheld';
  /**
   * `paced`: the vendor's limits leave no room before `until`. `aborted`: the lease or the process ends. `preview`: it
   * is shown and not made.
   */
  readonly reason: 'paced' | 'aborted' | 'host_not_allowed' | 'preview';
  readonly until?: Date;
  readonly detail: string;
}

export type VendorAnswer = Answered | NoAnswer | Withheld;

/**
 * The only way out to a vendor. It waits for the pace, sends over pooled connections with a time-out and a size cap,
 * refuses hosts that the manifest does not list, records the exchange with secrets masked, and returns whatever
 * happened as a value: it never throws for anything that a network or a vendor can do.
 */
export interface VendorHttp {
  request(request: VendorRequest): Promise<VendorAnswer>;
}

/** Remembers resolved ids (of tags, lists) for a connection for a while, so that not every contact asks again. */
export interface Memo {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  /** What was remembered turned out to be wrong: the vendor no longer knows the id. */
  forget(key: string): void;
}

/** What a provider may use while it acts for one connection. */
export interface ProviderAccess {
  readonly http: VendorHttp;
  /** The region that verification found; absent before. */
  readonly region?: string;
  /** Values of the manifest's `settings`, defaults filled in. */
  readonly settings: Readonly<Record<string, SettingValue>>;
  /** Whether a credential of the manifest is present. Its value stays in the transport. */
  has(credential: string): boolean;
  /**
   * What may be known of a credential: the whole value of one that the manifest does not call secret, the public part
   * of one that is (`CredentialField.publicPart`); undefined when it is absent or has no such part.
   */
  hint(credential: string): string | undefined;
  readonly memo: Memo;
  /** Now, in milliseconds since 1970, UTC. Providers have no clock of their own. */
  now(): number;
}

/**
 * Encodes one path segment a single time. `encodeURIComponent` leaves a lone dot alone, and `.` and `..` would vanish
 * when the URL is normalised, so those two are spelt out.
 */
export function pathSegment(value: string): string {
  if (value === '.') return '%2E';
  if (value === '..') return '%2E%2E';
  return encodeURIComponent(value);
}

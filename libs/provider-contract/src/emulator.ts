/** A request as it reaches a vendor's host, before any of the vendor's own parsing. */
export interface EmulatedRequest {
  readonly method: string;
  /** The vendor's host name the request was meant for. */
  readonly host: string;
  /** Raw path as sent, still percent-encoded, without the query. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface EmulatedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One thing the vendor did (or silently did not do), as its own activity log would show it. */
export interface Activity {
  /** Counts from 1 within one emulator. */
  readonly number: number;
  /** ISO 8601. */
  readonly at: string;
  /** The vendor's account or workspace. */
  readonly workspace: string;
  readonly type: string;
  /** Whether it was applied; `false` for what was accepted with a success status and then ignored. */
  readonly applied: boolean;
  readonly subject?: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Somewhere to keep what was applied, so that a killed emulator comes back with the same state. */
export interface EmulatorJournal {
  /** Entries of earlier runs, oldest first. */
  replay(): Iterable<unknown>;
  /** Returns once the entry is safely stored. */
  append(entry: unknown): void;
}

export interface EmulatorOptions {
  readonly now: () => number;
  readonly journal: EmulatorJournal;
}

/** What a person's consent can be at an emulated vendor. */
export type EmulatedConsent =
  'subscribed' | 'unsubscribed' | 'bounced' | 'complained' | 'suppressed' | 'archived' | 'pending' | 'none';

/** A contact as the emulated vendor holds it, in words that are the same for every vendor. */
export interface EmulatedContact {
  readonly email: string;
  /** By the vendor's names; what the vendor would show of them. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Names; empty at a vendor without tags. A vendor that keeps tags in a field shows them here as well. */
  readonly tags: readonly string[];
  /** Ids of the audiences the contact is in. */
  readonly audiences: readonly string[];
  readonly consent: EmulatedConsent;
  /** In the order in which they were recorded. */
  readonly events: readonly EmulatedEvent[];
}

export interface EmulatedEvent {
  readonly name: string;
  /** ISO 8601, UTC, as exactly as the vendor keeps it; absent at a vendor that takes no time. */
  readonly at?: string;
  readonly dedupeId?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An account that the emulator has from the start. */
export interface EmulatedAccount {
  /** Every credential of the manifest, by field name. */
  readonly credentials: Readonly<Record<string, string>>;
  /** The region that verification has to find; absent at a vendor with one. */
  readonly region?: string;
  /** What verification has to say the account is called, where the vendor tells it. */
  readonly accountName?: string;
}

/**
 * The insides of an emulated vendor in words that are the same for every vendor: what the conformance suite, the
 * sandbox and the demo look at and change. All of it is about the first of `accounts` unless said otherwise. Calls
 * are free: they cost no allowance, appear in no log of exchanges, and never fail.
 */
export interface EmulatorProbe {
  readonly accounts: readonly EmulatedAccount[];
  /** What a person's consent can be here beside the usual. */
  readonly consents: readonly EmulatedConsent[];
  /** Puts a contact there as if the merchant had; what is not named is as the vendor would create it. */
  seed(contact: Partial<EmulatedContact> & { readonly email: string }): void;
  /**
   * The person leaves one audience by themselves and keeps every other consent. Absent where a vendor knows no such thing, or
   * where consent is the audience's anyway, so that `seed` can say it.
   */
  leave?(email: string, audience: string): void;
  contact(email: string): EmulatedContact | undefined;
  /** How many contacts there are: proves that a call created none. */
  count(): number;
  /** Of those that the API can add people to. */
  audiences(): readonly { readonly id: string; readonly name: string }[];
  /** @returns its id. */
  addAudience(name: string): string;
  removeAudience(id: string): void;
  /**
   * Makes room for an attribute of ours (its name without a prefix), where a vendor takes values only into fields that
   * exist. Absent where it takes any.
   */
  addField?(attribute: string): void;
  /** From now on no credential of any account is accepted, as if all keys had been deleted; `false` gives them back. */
  revoke(revoked: boolean): void;
  /** What was taken and is applied later is applied now. */
  settle(): void;
  /** Changes of state that requests have made so far: proves that a call wrote nothing. */
  writes(): number;
  /** Everything as it was at first. */
  reset(): void;
}

/** One request that reached an emulated vendor, and its answer. */
export interface EmulatedExchange {
  /** ISO 8601. */
  readonly at: string;
  readonly method: string;
  readonly host: string;
  /** As it was sent, still encoded. */
  readonly path: string;
  readonly query: string;
  /** Without what authorises. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly answer: { readonly status: number; readonly body: string };
}

/** A request that the vendor sends by itself, for instance a webhook of a campaign. */
export interface OutgoingRequest {
  /** Of the delivery; the same for every attempt. */
  readonly id: string;
  readonly method: string;
  readonly url: string;
  /** As they go out, in the vendor's spelling. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** How long the vendor waits for an answer. */
  readonly timeoutMs: number;
}

export type OutgoingResult =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  /** In words: `connection refused`. */
  | { readonly kind: 'unanswered'; readonly reason: string };

/** What a vendor sends of its own accord. The emulator decides what and when; the sandbox does the sending. */
export interface EmulatedOutbox {
  /** What is due now. Each attempt is handed out once; after a restart, what has no result yet comes again. */
  take(): readonly OutgoingRequest[];
  /** Tells what became of an attempt. */
  settle(id: string, result: OutgoingResult): void;
}

/**
 * A vendor as its documentation describes it, quirks and silences included. It keeps its state in memory, writes
 * every applied change to the journal before it answers, and offers its insides to tests and the console through
 * `control`. Faults are injected by the sandbox around it, on every vendor alike, unless a fault is the vendor's own.
 */
export interface VendorEmulator {
  readonly slug: string;
  /** The hosts it answers for; the same as in the manifest. `*.suffix` stands for the manifest's `accountHosts`. */
  readonly hosts: readonly string[];
  readonly probe: EmulatorProbe;
  handle(request: EmulatedRequest): EmulatedAnswer | Promise<EmulatedAnswer>;
  /**
   * Control calls under `/_sandbox/{slug}/…`, for instance `GET people`, `GET activity`, `POST workspaces`,
   * `POST reset`. Returns undefined for an unknown one.
   */
  control(method: string, path: string, query: URLSearchParams, body: unknown): unknown;
  /** For vendors that call others. */
  readonly outbox?: EmulatedOutbox;
}

/** Each provider folder exports one of these from `<slug>.emulator.ts`. */
export type EmulatorFactory = (options: EmulatorOptions) => VendorEmulator;

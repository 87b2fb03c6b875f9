/** The emulated vendor's data, as compact as it can be while still answering every documented question. */

export type EmulatedRegion = 'us' | 'eu';

export interface EmulatedHost {
  readonly name: string;
  readonly door: 'track' | 'app';
  readonly region: EmulatedRegion;
}

export const EMULATED_HOSTS: readonly EmulatedHost[] = [
  { name: 'track.customer.io', door: 'track', region: 'us' },
  { name: 'track-eu.customer.io', door: 'track', region: 'eu' },
  { name: 'api.customer.io', door: 'app', region: 'us' },
  { name: 'api-eu.customer.io', door: 'app', region: 'eu' },
];

export function hostOf(door: EmulatedHost['door'], region: EmulatedRegion): string {
  const host = EMULATED_HOSTS.find((candidate) => candidate.door === door && candidate.region === region);
  return host === undefined ? '' : host.name;
}

/** Which identifiers a workspace knows. New workspaces use both; those from before June 2021 may use one. */
export type IdentifierMode = 'email_and_id' | 'id_only' | 'email_only';

/**
 * One workspace. The switches at the end choose between behaviours of which the vendor's pages do not say which one
 * is real (August 2026), so that a provider can be tried against each.
 */
export interface WorkspaceConfig {
  /** The vendor's `environment_id`. */
  readonly id: number;
  readonly name: string;
  readonly region: EmulatedRegion;
  readonly siteId: string;
  readonly trackApiKeys: readonly string[];
  readonly appApiKeys: readonly string[];
  readonly identifiers: IdentifierMode;
  /** EU credentials write to the US Track host: a 301 to the EU host, or passed on inside the vendor. */
  readonly wrongRegion: 'redirect' | 'proxy';
  /** Status for adding people to a segment that is unknown or rule-based. */
  readonly segmentErrorStatus: 400 | 404;
  /** How a workspace without segments lists them. */
  readonly emptyList: 'list' | 'null';
  readonly addCreatesPeople: boolean;
  readonly removalNeedsId: boolean;
  /** The workspace setting "Allow updates to email using ID". */
  readonly emailChangeById: boolean;
  /** Whether a new person without `created_at` gets the present time. */
  readonly createdAtOnCreate: boolean;
  /** A body `id` that differs from the path: 200 and an activity entry (today), or the 400 recorded in 2023. */
  readonly identifierConflict: 'silent' | 'refused';
  /** Status of a batch in which some items failed. */
  readonly partialBatchStatus: 207 | 200;
}

export type SegmentRule =
  | { readonly kind: 'is_timestamp'; readonly attribute: string }
  | { readonly kind: 'equals'; readonly attribute: string; readonly value: string }
  /** The attribute is a number, and as large as that or larger. */
  | { readonly kind: 'at_least'; readonly attribute: string; readonly value: number };

/** As it is created; a segment without a rule is manual. */
export interface SegmentSeed {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly rule?: SegmentRule;
}

export interface StoredAttribute {
  readonly value: string;
  /** Unix seconds of the last change. */
  readonly at: number;
}

export interface StoredEvent {
  /** Counts through all events of the emulator; the cursor of listings. */
  readonly number: number;
  readonly name: string;
  readonly type: 'event' | 'page' | 'screen';
  readonly id?: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Person {
  /** Counts through all people of the emulator; the cursor of listings. */
  readonly number: number;
  readonly cioId: string;
  /** Unix seconds. */
  readonly createdAt: number;
  id: string | undefined;
  email: string | undefined;
  unsubscribed: boolean;
  readonly attributes: Map<string, StoredAttribute>;
  readonly events: StoredEvent[];
}

export interface Segment {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly rule: SegmentRule | undefined;
  /** Unix seconds. */
  readonly createdAt: number;
  updatedAt: number;
  /** Empty for rule-based segments, whose members are computed when somebody asks. */
  readonly members: Set<Person>;
}

export type IdentifierKind = 'id' | 'email' | 'cio_id';

export interface Identifier {
  readonly kind: IdentifierKind;
  readonly value: string;
}

export interface IncomingEvent {
  readonly name: string;
  readonly type: StoredEvent['type'];
  readonly id?: string;
  readonly timestamp?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A write that was answered with success. Whether it changes anything shows only when it is applied. */
export type Operation =
  | {
      readonly kind: 'identify';
      readonly who: Identifier;
      readonly attributes: Readonly<Record<string, unknown>>;
      readonly timestamp?: number;
    }
  | { readonly kind: 'event'; readonly who: Identifier; readonly event: IncomingEvent }
  | { readonly kind: 'anonymous_event'; readonly anonymousId?: string; readonly event: IncomingEvent }
  | { readonly kind: 'delete' | 'suppress' | 'unsuppress'; readonly who: Identifier }
  | { readonly kind: 'merge'; readonly primary: Identifier; readonly secondary: Identifier }
  | {
      readonly kind: 'segment_add' | 'segment_remove';
      readonly segment: number;
      readonly people: readonly Identifier[];
    }
  | { readonly kind: 'not_emulated'; readonly action: string; readonly subject: string };

/** What tests may change while the emulator runs. */
export interface EmulatorSettings {
  /** Time between the answer and the moment the write shows, in milliseconds. */
  readonly delayMs: number;
  /** The same for segment membership. Smaller than `delayMs`, a join overtakes the person it is about. */
  readonly segmentDelayMs: number;
  /** Requests a second and workspace; 0 lifts the limit. */
  readonly trackPerSecond: number;
  readonly appPerSecond: number;
}

export const DEFAULT_SETTINGS: EmulatorSettings = {
  delayMs: 150,
  segmentDelayMs: 150,
  trackPerSecond: 1000,
  appPerSecond: 10,
};

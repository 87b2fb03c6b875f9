import type { EventNameRules } from './event-names.js';

/** Data about a vendor, readable without running code. From it come form, docs page, pacing and conformance cases. */
export interface ProviderManifest {
  /** Kebab case, also the folder's name. Never changes. */
  readonly slug: string;
  readonly name: string;
  readonly category: 'marketing_automation' | 'email' | 'crm' | 'newsletter' | 'messaging' | 'commerce';
  /** One sentence a merchant reads in the catalogue. */
  readonly summary: string;
  readonly docs: {
    /** The vendor's own site and API reference. */
    readonly vendor: string;
    readonly api: string;
  };
  /** The day on which the facts of this manifest were last compared with the vendor's pages. ISO date. */
  readonly checkedOn: string;
  /** The vendor's API version and the date it ends, where it has such things. */
  readonly apiVersion?: { readonly name: string; readonly sunset?: string };
  /** The least expensive plan with API access, in the vendor's words, where it matters. */
  readonly minimumPlan?: string;

  readonly credentials: readonly CredentialField[];
  /** Names of credential fields whose values together name the vendor account; they key the shared pace. */
  readonly account: readonly string[];
  readonly regions: readonly Region[];
  /** Hosts that differ from account to account and cannot be listed. They belong to the allow-list too. */
  readonly accountHosts?: readonly AccountHost[];
  readonly settings: readonly SettingField[];

  readonly audience: {
    /** What the vendor calls it, in the merchant's language: "manual segment", "list". */
    readonly singular: string;
    readonly plural: string;
    /** Credential fields that listing needs beyond those required; empty when none. */
    readonly listingNeeds: readonly string[];
    readonly creatable: boolean;
    readonly required: boolean;
    /**
     * Audiences are names that need not exist beforehand and that the vendor's API does not list (tags at some vendors):
     * whatever a person types may be chosen, and is the id as well. `listAudiences` still tells the rule-based ones.
     */
    readonly typed?: true;
  };

  readonly capabilities: Capabilities;
  /**
   * What the vendor takes with every sign of success and does not apply, in a sentence for the merchant: the likely cause
   * where reading back shows that something did not arrive. Absent: nothing that is known.
   */
  readonly silences?: string;
  /** Per endpoint family. Every request names its family. */
  readonly limits: Readonly<Record<string, RateLimit>>;
  /**
   * Headers of the vendor's own that tell, beside a 429, when there is room again (see `resetAt`), in lower case and in
   * the order in which they count. `Retry-After` always comes first.
   */
  readonly resetHeaders?: readonly string[];
  /** Names that must never be used for custom attributes, in lower case; a trailing `*` stands for any rest. */
  readonly reservedAttributes: readonly string[];
  /** What the vendor asks of the names of events. Absent: nothing that is known, or it has no events. */
  readonly eventNames?: EventNameRules;
  /** Keys that must never be passed in event data. */
  readonly reservedEventKeys: readonly string[];
  /** What the connection writes, for the console and the guide: vendor's field name → our words. */
  readonly writes: readonly WrittenField[];
}

export interface CredentialField {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly secret: boolean;
  readonly required: boolean;
  /** What is lost without it; needed when `required` is false. */
  readonly without?: string;
  /** A regular expression that well-formed values usually match. A mismatch warns and never blocks. */
  readonly pattern?: string;
  /** An invented value of the usual shape. */
  readonly example?: string;
  /** Anchor of the heading in `guide.md` that says where to find it. */
  readonly guideAnchor: string;
  /**
   * `host`: an address of the account, pasted with or without scheme and path. It is stored as the bare host name in
   * lower case, and refused unless it is on the allow-list. Never secret. `text` unless told.
   */
  readonly kind?: 'text' | 'host';
  /** Blanks inside belong to it (names in a list). Elsewhere one is a mistake made in copying, and is refused. */
  readonly mayHoldBlanks?: true;
  /**
   * Of a secret: a regular expression whose one group matches the part that is no secret and that a provider needs to
   * build a request (the data centre at the end of a Mailchimp key). See `ProviderAccess.hint`.
   */
  readonly publicPart?: string;
}

/** Host names of one shape: one label in front of a fixed suffix. */
export interface AccountHost {
  /** Begins with a dot: `.api.mailchimp.com`. */
  readonly suffix: string;
  /** A regular expression for the whole label in front of it: `[a-z]{2,}[0-9]{1,3}`. It never matches a dot. */
  readonly label: string;
}

export interface Region {
  readonly name: string;
  readonly label: string;
  /** Purpose → host name. All hosts of all regions together are the allow-list. */
  readonly hosts: Readonly<Record<string, string>>;
}

export type SettingValue = string | number | boolean;

export interface SettingField {
  readonly name: string;
  readonly label: string;
  /** What each choice means for the merchant's data, in words. */
  readonly help: string;
  readonly type: 'choice' | 'integer' | 'boolean' | 'text';
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default: SettingValue;
}

export interface Capabilities {
  readonly events: 'native' | 'tag' | 'attribute' | 'none';
  /**
   * What an event becomes at a vendor without native events, in one sentence for the merchant. Needed with `tag` and
   * `attribute`; with `native` it is what happens without the credential that events need.
   */
  readonly eventSubstitute?: string;
  /** Whether events carry an id by which the vendor drops repeats, and in which format. */
  readonly eventDedupe: 'ulid' | 'uuid' | 'text' | 'none';
  /** What the engine does after an ambiguous event when `eventDedupe` is `none`. */
  readonly ambiguousEvents: 'send_again' | 'do_not_repeat';
  /**
   * The vendor creates a contact for an event about somebody it does not know, and no part of its API prevents that: only
   * the engine's order (contact before event) does.
   */
  readonly eventsCreateContacts?: boolean;
  readonly tags: 'native' | 'attribute' | 'none';
  readonly readBack: boolean;
  readonly eraseContact: boolean;
  /** How a single field is emptied: not at all, by null, by an empty string. */
  readonly clearing: 'never' | 'null' | 'empty_string';
  /** Whether creating a contact subscribes it, and whether the API can lower or raise consent at all. */
  readonly consent: 'subscribed_on_create' | 'untouched' | 'explicit';
  /**
   * The vendor does not show what a contact has before we add to it, so that a tag or a membership of the merchant's own
   * is not told from ours. A setting decides what becomes of both when they are taken back.
   */
  readonly unseenBefore?: {
    /** Name of the choice. */
    readonly setting: string;
    /** The value with which everything stays that may have been there before us. */
    readonly stays: string;
    /** Name of the credential without which it is so; absent where it always is. */
    readonly without?: string;
  };
  /** Bulk calls, where the vendor has them. `worthwhileFrom`: with fewer items, single calls are the better choice. */
  readonly bulk?: {
    readonly maximumItems: number;
    readonly maximumBytes: number;
    readonly maximumItemBytes: number;
    readonly worthwhileFrom: number;
    /** Name of the boolean setting with which a connection does without them. */
    readonly setting?: string;
    /**
     * `per_item`: the answer says of each item what became of it. `job`: the vendor takes the whole call and works on
     * it later, so that an item's outcome is `accepted` at best. `per_item` unless told.
     */
    readonly results?: 'per_item' | 'job';
  };
}

/** One allowance. Several may hold at the same time (10 a second and 30,000 a day). */
export interface RateWindow {
  readonly requests: number;
  /** Length of the window in milliseconds. */
  readonly perMs: number;
  /**
   * How the vendor counts. `smooth`: keep an even distance, which fits every way of counting. The others may be used at
   * once: `fixed` counts in blocks that start with the first request or whenever the vendor likes, `sliding` over the
   * latest such time, `calendar` in blocks that start at full multiples of the length in UTC (days at midnight).
   */
  readonly kind: 'smooth' | 'fixed' | 'sliding' | 'calendar';
}

export interface RateLimit {
  /** The vendor's published ceiling; a connection's own setting can't exceed it. */
  readonly ceiling: RateWindow;
  /** What we use unless the merchant decides otherwise. */
  readonly usual: RateWindow;
  /** Name of the integer setting (requests a second) with which a connection changes `usual`. */
  readonly setting?: string;
  /** Further windows that hold as well, for instance a daily quota. */
  readonly quotas?: readonly RateWindow[];
  /** Requests under way at the same time from all our processes together. */
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** Vendor page and date. */
  readonly source: string;
}

export interface WrittenField {
  readonly vendorField: string;
  readonly from: string;
  readonly note?: string;
}

/** Every host of the vendor that has a fixed name. */
export function fixedHosts(manifest: ProviderManifest): readonly string[] {
  return [...new Set(manifest.regions.flatMap((region) => Object.values(region.hosts)))];
}

/** Whether the vendor's provider may speak to this host: a fixed one, or one of the shape of an account's. */
export function isAllowedHost(manifest: ProviderManifest, host: string): boolean {
  if (fixedHosts(manifest).includes(host)) return true;
  return (manifest.accountHosts ?? []).some(
    ({ suffix, label }) =>
      host.endsWith(suffix) &&
      /^[a-z0-9-]{1,63}$/.test(host.slice(0, -suffix.length)) &&
      new RegExp(`^(?:${label})$`).test(host.slice(0, -suffix.length)),
  );
}

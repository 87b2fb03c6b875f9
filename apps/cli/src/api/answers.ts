/** What the commands read of the API's answers. */

export interface CodeText {
  readonly code: string;
  readonly title: string;
  readonly cause: string;
  readonly fix: string;
}

export interface CredentialCheck {
  readonly credentials: readonly string[];
  readonly result: string;
  readonly reason?: CodeText;
  readonly detail?: string;
}

export interface Right {
  readonly name: string;
  readonly granted: boolean;
  readonly detail?: string;
}

export interface Verification {
  readonly result: 'valid' | 'rejected' | 'unreachable' | 'untestable';
  readonly reason?: CodeText;
  readonly vendorMessage?: string;
  readonly checks: readonly CredentialCheck[];
}

/** Counted up to a thousand. */
export interface Backlog {
  readonly count: number;
  readonly atLeast: boolean;
}

export interface Connection {
  readonly id: string;
  readonly provider: string;
  readonly label: string;
  readonly environment: 'live' | 'sandbox';
  readonly state: string;
  readonly reason?: CodeText;
  readonly stateDetail?: string;
  readonly publicCredentials: Readonly<Record<string, string>>;
  readonly accountId?: string;
  readonly accountName?: string;
  readonly region?: string;
  readonly rights: readonly Right[];
  readonly checks: readonly CredentialCheck[];
  readonly defaultAudience?: string;
  readonly defaultAudienceName?: string;
  readonly pending: Backlog;
  readonly held: Backlog;
  readonly verifiedAt?: string;
}

export interface ConnectionOutcome extends Connection {
  readonly warnings?: readonly string[];
  readonly verification?: Verification;
}

export interface Totals {
  readonly conservation: {
    readonly created: number;
    readonly settled: number;
    readonly open: number;
    readonly holds: boolean;
  };
}

export interface Audience {
  readonly id: string;
  readonly name: string;
}

export interface Campaign {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

export interface Destination {
  readonly connection: { readonly id: string };
  readonly enabled: boolean;
}

export interface Affiliate {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly enrolments: readonly {
    readonly campaign: { readonly id: string; readonly name: string };
    readonly status: 'applied' | 'approved' | 'rejected';
    readonly decidedAt: string | null;
  }[];
}

export interface Delivery {
  readonly affiliateId: string;
  readonly kind: 'contact' | 'event' | 'erasure';
  readonly cause: string;
  readonly event?: { readonly name: string };
  readonly state: string;
  readonly reason?: CodeText;
  readonly detail?: string;
  readonly attempts: number;
  readonly nextAttemptAt?: string;
  readonly createdAt: string;
  readonly settledAt?: string;
}

export interface Timeline {
  readonly email: string;
  readonly connections: readonly {
    readonly label: string;
    readonly present: boolean;
    readonly explanation: string;
    readonly reason?: CodeText;
    /** What did not make it although the contact did. */
    readonly warnings: readonly { readonly code: string; readonly detail: string }[];
    readonly written?: {
      readonly fields?: Readonly<Record<string, unknown>>;
      readonly tags?: readonly string[];
      readonly audiences?: readonly string[];
    };
    readonly writtenAt?: string;
    readonly confirmedAt?: string;
  }[];
  readonly data: readonly (Delivery & { readonly target: { readonly label: string } })[];
}

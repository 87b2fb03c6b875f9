/** What the tests read of the API's answers. */

export interface CodeText {
  readonly code: string;
  readonly cause: string;
  readonly fix: string;
}

export interface Problem extends CodeText {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly {
    readonly pointer?: string;
    readonly parameter?: string;
    readonly header?: string;
    readonly code: string;
    readonly detail: string;
  }[];
}

export interface Connection {
  readonly id: string;
  readonly label: string;
  readonly state: string;
  readonly reason?: CodeText;
  readonly region?: string;
  readonly accountName?: string;
  readonly pending: { readonly count: number };
  readonly held: { readonly count: number };
  readonly warnings?: readonly string[];
  readonly contactsToTakeBack?: number;
  readonly contactsQueued?: number;
}

export interface Campaign {
  readonly id: string;
  readonly slug: string;
}

export interface Affiliate {
  readonly id: string;
  readonly email: string;
}

export interface Attempt {
  readonly number: number;
  readonly outcome: string;
  readonly reason?: CodeText;
  readonly nextAttemptAt?: string;
  readonly exchanges: readonly Readonly<Record<string, unknown>>[];
}

export interface Delivery {
  readonly id: string;
  readonly affiliateId: string;
  readonly kind: string;
  readonly cause: string;
  readonly state: string;
  readonly attempts: number;
  readonly reason?: CodeText;
  readonly event?: { readonly name: string; readonly dedupeId: string };
  readonly nextAttemptAt?: string;
}

export interface Timeline {
  readonly connections: readonly {
    readonly present: boolean;
    readonly standing: string;
    readonly explanation: string;
    readonly reason?: CodeText;
    readonly written?: Readonly<Record<string, unknown>>;
  }[];
  readonly data: readonly (Delivery & { readonly attemptLog: readonly Attempt[] })[];
}

export interface Totals {
  readonly settled: readonly { readonly kind: string; readonly state: string; readonly deliveries: number }[];
  readonly conservation: {
    readonly created: number;
    readonly settled: number;
    readonly open: number;
    readonly holds: boolean;
  };
}

import type { Environment } from './connection-settings.js';

/** Credentials that are not stored (yet). Values come from a request body, hence unknown. */
export interface UnsavedCredentials {
  readonly provider: string;
  readonly environment: Environment;
  readonly credentials: Readonly<Record<string, unknown>>;
}

export interface CreateConnection extends UnsavedCredentials {
  /** Absent: named after the verified account. */
  readonly label?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The vendor's id of the audience that campaigns inherit. */
  readonly defaultAudience?: string;
  readonly defaultTags?: readonly string[];
}

/** Absent keeps, null removes, a value replaces. */
export interface UpdateConnection {
  readonly label?: string;
  /** Named settings only; null goes back to the manifest's default. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly defaultAudience?: string | null;
  /** 0 to 100; null goes back to the usual sample. */
  readonly receiptPercent?: number | null;
  readonly defaultTags?: readonly string[];
  readonly credentials?: Readonly<Record<string, unknown>>;
  /**
   * The person says that the new credentials are of the account that this connection writes to. Counts only where the
   * vendor does not tell which account a key opens.
   */
  readonly sameAccount?: boolean;
}

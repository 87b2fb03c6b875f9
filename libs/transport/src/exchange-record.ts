import type { NoAnswer } from '@rekomi/provider-contract';

/**
 * One exchange with a vendor, secrets masked as `[masked:FIELD]`. Bodies are kept to their first 16,384 characters,
 * with a note of how many were cut, and without NUL, which PostgreSQL text cannot hold.
 */
export interface ExchangeRecord {
  /** When the request was handed to the network. ISO 8601, UTC. */
  readonly at: string;
  readonly durationMs: number;
  readonly family: string;
  readonly method: string;
  /** The vendor's address, in the sandbox too. */
  readonly url: string;
  /** Names in lower case. */
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody?: string;
  readonly status?: number;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly responseBody?: string;
  /** Why there is no complete answer. */
  readonly failure?: Pick<NoAnswer, 'reason' | 'maybeSent' | 'detail'>;
}

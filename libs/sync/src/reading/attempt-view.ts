/** One try at one delivery. Times are ISO 8601, UTC. */
export interface AttemptView {
  readonly id: string;
  readonly deliveryId: string;
  readonly number: number;
  readonly at: string;
  readonly durationMs: number;
  /** What became of it: the outcome's kind in the provider contract. */
  readonly outcome: string;
  readonly code?: string;
  readonly detail?: string;
  /** When the next one was planned, seen from then. */
  readonly nextAttemptAt?: string;
  /** Requests and answers, secrets masked. For bulk calls only this contact's part. */
  readonly exchanges: readonly unknown[];
}

export interface AttemptRow {
  readonly id: string;
  readonly delivery_id: string;
  readonly number: number;
  readonly at: Date;
  readonly duration_ms: number;
  readonly outcome: string;
  readonly code: string | null;
  readonly detail: string | null;
  readonly next_attempt_at: Date | null;
  readonly exchanges: readonly unknown[];
}

/** `exchanges` holds what was logged before there was a text. */
export const ATTEMPT_COLUMNS = `id, delivery_id, number, at, duration_ms, outcome, code, detail, next_attempt_at,
  coalesce(exchange_text::json, exchanges::json) AS exchanges`;

export function attemptView(row: AttemptRow): AttemptView {
  return {
    id: row.id,
    deliveryId: row.delivery_id,
    number: row.number,
    at: row.at.toISOString(),
    durationMs: row.duration_ms,
    outcome: row.outcome,
    ...(row.code === null ? {} : { code: row.code }),
    ...(row.detail === null ? {} : { detail: row.detail }),
    ...(row.next_attempt_at === null ? {} : { nextAttemptAt: row.next_attempt_at.toISOString() }),
    exchanges: row.exchanges,
  };
}

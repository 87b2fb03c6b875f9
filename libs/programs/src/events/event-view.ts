export interface EventView {
  readonly id: string;
  readonly affiliateId: string;
  /** The campaign it is about; null: whatever the affiliate takes part in. */
  readonly campaignId: string | null;
  readonly externalId: string | null;
  readonly name: string;
  readonly occurredAt: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly receivedAt: string;
  /** Seconds between the two times: how late it came. */
  readonly lateSeconds: number;
}

export interface EventRow extends Omit<EventView, 'occurredAt' | 'receivedAt' | 'lateSeconds'> {
  readonly occurredAt: Date;
  readonly receivedAt: Date;
}

export const EVENT_COLUMNS = `id, affiliate_id AS "affiliateId", campaign_id AS "campaignId", external_id AS "externalId",
  name, occurred_at AS "occurredAt", data, received_at AS "receivedAt"`;

export function eventView(row: EventRow): EventView {
  const late = row.receivedAt.getTime() - row.occurredAt.getTime();
  return {
    ...row,
    occurredAt: row.occurredAt.toISOString(),
    receivedAt: row.receivedAt.toISOString(),
    lateSeconds: Math.max(0, Math.floor(late / 1_000)),
  };
}

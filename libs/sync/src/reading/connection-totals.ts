import type { EntityManager } from 'typeorm';

export interface DeliveryCount {
  readonly kind: string;
  readonly state: string;
  readonly deliveries: number;
}

/** Counters of a connection since it was made, and whether they add up. */
export interface ConnectionTotals {
  readonly settled: readonly DeliveryCount[];
  readonly open: readonly { readonly kind: string; readonly deliveries: number }[];
  /** Every delivery that was ever created is open or settled, once: created = settled + open. */
  readonly conservation: {
    readonly created: number;
    readonly settled: number;
    readonly open: number;
    readonly holds: boolean;
  };
  /** Of what is delivered, what came of reading it back: a fact beside the delivery, which stays delivered. */
  readonly receipts: {
    readonly owed: number;
    readonly confirmed: number;
    readonly ignored: number;
    readonly undecided: number;
  };
}

interface CountRow {
  readonly part: 'total' | 'open' | 'tails' | 'receipts';
  readonly kind: string;
  readonly state: string;
  readonly deliveries: string;
}

/** One statement, hence one moment: between two, a delivery could settle and be counted twice or not at all. */
const COUNTS = `
  SELECT 'total' AS part, kind, state, sum(deliveries) AS deliveries FROM delivery_total
   WHERE organization_id = $1 AND connection_id = $2 GROUP BY kind, state
  UNION ALL
  SELECT 'open', kind, 'open', count(*) FROM delivery
   WHERE organization_id = $1 AND connection_id = $2 GROUP BY kind
  UNION ALL
  SELECT 'tails', 'any', 'created', coalesce(sum(tail_seq), 0) FROM lane
   WHERE organization_id = $1 AND connection_id = $2
  UNION ALL
  SELECT 'receipts', 'contact', state, sum(receipts) FROM receipt_total
   WHERE organization_id = $1 AND connection_id = $2 GROUP BY state
  UNION ALL
  SELECT 'receipts', 'contact', 'owed', count(*) FROM receipt
   WHERE organization_id = $1 AND connection_id = $2 AND state = 'owed'
  ORDER BY 1, 2, 3`;

export async function connectionTotals(
  tx: EntityManager,
  organizationId: string,
  connectionId: string,
): Promise<ConnectionTotals> {
  const rows: CountRow[] = await tx.query(COUNTS, [organizationId, connectionId]);
  const counts = rows.map((row) => ({ ...row, deliveries: Number(row.deliveries) }));
  const settled = counts.filter((row) => row.part === 'total' && row.state !== 'created');
  const open = counts.filter((row) => row.part === 'open');
  const conservation = {
    created: sum(counts.filter((row) => row.state === 'created')),
    settled: sum(settled),
    open: sum(open),
  };
  const receipts = (state: string): number =>
    sum(counts.filter((row) => row.part === 'receipts' && row.state === state));
  return {
    settled: settled.map(({ kind, state, deliveries }) => ({ kind, state, deliveries })),
    open: open.map(({ kind, deliveries }) => ({ kind, deliveries })),
    conservation: {
      ...conservation,
      holds: conservation.created === conservation.settled + conservation.open,
    },
    receipts: {
      owed: receipts('owed'),
      confirmed: receipts('confirmed'),
      ignored: receipts('ignored'),
      undecided: receipts('undecided'),
    },
  };
}

function sum(counts: readonly { readonly deliveries: number }[]): number {
  return counts.reduce((total, { deliveries }) => total + deliveries, 0);
}

import type { EntityManager } from 'typeorm';

import { deliveriesByIdQuery } from '../reading/delivery-query.js';
import { deliveryView, type DeliveryRow, type DeliveryView } from '../reading/delivery-view.js';
import { deadLettersQuery, type DeadLetterFilter, type DeadLetterRow } from './dead-letter-query.js';
import { discardDeadLetters, type Discarding } from './discard.js';

/** A delivery that did not arrive and will not by itself. Times are ISO 8601, UTC. */
export interface DeadLetter extends DeliveryView {
  /** Events that wait behind it. */
  readonly waiting: number;
  readonly discarded?: { readonly at: string; readonly by: string; readonly note: string };
}

/** What was refused, given up, or waits for somebody: to be looked at, brought again, or let go with a note. */
export class DeadLetterService {
  /** Newest first, those that come after the given id; one more than `limit`. */
  async list(
    tx: EntityManager,
    organizationId: string,
    filter: DeadLetterFilter,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly DeadLetter[]> {
    const { sql, parameters } = deadLettersQuery(organizationId, filter, { ...page, limit: page.limit + 1 });
    const rows: DeadLetterRow[] = await tx.query(sql, [...parameters]);
    const query = deliveriesByIdQuery(
      organizationId,
      rows.map(({ id }) => id),
    );
    const deliveries: DeliveryRow[] = await tx.query(query.sql, [...query.parameters]);
    const views = new Map(deliveries.map((row) => [row.id, deliveryView(row)]));
    return rows.flatMap((row) => {
      const view = views.get(row.id);
      return view === undefined ? [] : [deadLetter(view, row)];
    });
  }

  /** @returns ids of those that are discarded now. */
  discard(tx: EntityManager, wanted: Discarding): Promise<ReadonlySet<string>> {
    return discardDeadLetters(tx, wanted);
  }
}

function deadLetter(view: DeliveryView, row: DeadLetterRow): DeadLetter {
  const { waiting, discarded_at: at, discarded_by: by, note } = row;
  return {
    ...view,
    waiting,
    ...(at === null ? {} : { discarded: { at: at.toISOString(), by: by ?? '', note: note ?? '' } }),
  };
}

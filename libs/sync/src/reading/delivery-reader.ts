import type { Tenancy } from '@rekomi/database';

import type { AttemptView } from './attempt-view.js';
import { connectionTotals, type ConnectionTotals } from './connection-totals.js';
import { deliveriesQuery, deliveryQuery, type DeliveryFilter } from './delivery-query.js';
import { deliveryView, type DeliveryRow, type DeliveryView } from './delivery-view.js';
import { selectAttempts } from './select-attempts.js';

/** Shows what was, is and will be delivered. Another organisation's ids are not found. */
export class DeliveryReader {
  constructor(private readonly tenancy: Tenancy) {}

  /** Newest first, those that come after the given id. */
  async list(
    organizationId: string,
    filter: DeliveryFilter,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly DeliveryView[]> {
    const { sql, parameters } = deliveriesQuery(organizationId, filter, page);
    const rows: DeliveryRow[] = await this.tenancy.run(organizationId, (tx) =>
      tx.query(sql, [...parameters]),
    );
    return rows.map(deliveryView);
  }

  async get(organizationId: string, deliveryId: string): Promise<DeliveryView | undefined> {
    const { sql, parameters } = deliveryQuery(organizationId, deliveryId);
    const rows: DeliveryRow[] = await this.tenancy.run(organizationId, (tx) =>
      tx.query(sql, [...parameters]),
    );
    return rows[0] === undefined ? undefined : deliveryView(rows[0]);
  }

  /** Newest first. */
  async attempts(organizationId: string, deliveryId: string): Promise<readonly AttemptView[]> {
    const found = await this.tenancy.run(organizationId, (tx) =>
      selectAttempts(tx, organizationId, [deliveryId]),
    );
    return found.get(deliveryId) ?? [];
  }

  /** Of a connection or an endpoint. */
  async totals(organizationId: string, connectionId: string): Promise<ConnectionTotals> {
    return this.tenancy.run(organizationId, (tx) => connectionTotals(tx, organizationId, connectionId));
  }
}

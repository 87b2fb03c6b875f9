import { Injectable } from '@nestjs/common';
import type { EventView } from '@rekomi/programs';
import { DeliveryReader, type DeliveryView } from '@rekomi/sync';

const PAGE = 200;
/** Deliveries of an event come up in its own transaction, which is over by then. */
const LONGEST_MS = 60 * 60 * 1_000;

/** Where events went. */
@Injectable()
export class EventDeliveries {
  constructor(private readonly deliveries: DeliveryReader) {}

  /** Ids tell the time, so only what came up around the event's arrival is looked through. */
  async of(
    organizationId: string,
    { id, affiliateId, receivedAt }: EventView,
  ): Promise<readonly DeliveryView[]> {
    const arrival = Date.parse(receivedAt);
    const oldest = firstIdOf(arrival - LONGEST_MS);
    const found: DeliveryView[] = [];
    for (let after = firstIdOf(arrival + LONGEST_MS); ;) {
      const page = await this.deliveries.list(
        organizationId,
        { contactId: affiliateId, kind: 'event' },
        { limit: PAGE, after },
      );
      found.push(...page.filter(({ event }) => event?.id === id));
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE || last.id < oldest) return found;
      after = last.id;
    }
  }
}

/** No UUID v7 of this millisecond is smaller. */
function firstIdOf(time: number): string {
  const hex = Math.max(0, time).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

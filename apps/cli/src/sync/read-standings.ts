import type { ApiClient } from '../api/api-client.js';
import type { Delivery } from '../api/answers.js';
import { DeliveryStandings, isOpen } from './delivery-standings.js';

export const APPROVED_EVENT = 'affiliate_approved';

export interface Standings {
  readonly contacts: DeliveryStandings;
  /** Of the event that tells of the approval. */
  readonly events: DeliveryStandings;
}

export async function readStandings(
  api: ApiClient,
  connectionId: string,
  affiliateIds: readonly string[],
): Promise<Standings> {
  const read = async (filter: Readonly<Record<string, string>>): Promise<DeliveryStandings> => {
    const standings = new DeliveryStandings(new Set(affiliateIds));
    for await (const delivery of api.rows<Delivery>('deliveries', { connection: connectionId, ...filter })) {
      standings.take(delivery);
      if (standings.complete) break;
    }
    return standings;
  };
  return {
    contacts: await read({ kind: 'contact' }),
    events: await read({ kind: 'event', event: APPROVED_EVENT }),
  };
}

/** Whether nobody's contact or event is on its way any more. */
export function areSettled({ contacts, events }: Standings, affiliateIds: readonly string[]): boolean {
  return affiliateIds.every((id) => !isOpen(contacts.of(id)) && !isOpen(events.of(id)));
}

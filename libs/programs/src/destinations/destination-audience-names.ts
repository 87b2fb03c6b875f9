import type { AudienceNames } from '@rekomi/sync';
import type { EntityManager } from 'typeorm';

/** Destinations of campaigns show an audience by the name that the vendor has for it now; the id is what counts. */
export class DestinationAudienceNames implements AudienceNames {
  async seen(
    tx: EntityManager,
    { organizationId, connectionId }: { readonly organizationId: string; readonly connectionId: string },
    audiences: readonly { readonly id: string; readonly name: string }[],
  ): Promise<void> {
    await tx.query(
      `UPDATE campaign_destination d SET audience_name = seen.name
         FROM unnest($3::text[], $4::text[]) AS seen(id, name)
        WHERE d.organization_id = $1 AND d.connection_id = $2 AND d.audience = seen.id
          AND d.audience_name IS DISTINCT FROM seen.name`,
      [organizationId, connectionId, audiences.map(({ id }) => id), audiences.map(({ name }) => name)],
    );
  }
}

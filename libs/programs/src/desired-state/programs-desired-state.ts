import { Injectable } from '@nestjs/common';
import type { ConnectionDefaults, Desired, DesiredState } from '@rekomi/sync';
import type { EntityManager } from 'typeorm';

import { InviteLinks } from '../invites/invite-links.js';
import { type DesiredRow, mergeDesired } from './merge-desired.js';

/**
 * Enrolments in order of application, so that of tags that differ in letter case only the same spelling always wins.
 * The same goes for attributes. The latest consent is the one that is quoted. Invited people count where their links are
 * wanted, as long as the link works and the address may be written to.
 *
 * Each contact is looked up by itself, by its keys (OFFSET 0 keeps the planner from reordering): right after thousands
 * were taken in, statistics know of none of them, and a join in another order reads everybody once for each.
 */
const READ = `
  SELECT a.id, a.email, a.full_name, a.first_name, a.last_name, a.joined_at, e.status, i.id AS invite_id,
         EXISTS (SELECT FROM invite WHERE organization_id = $1 AND affiliate_id = a.id) AS ever_invited,
         e.tier, e.extra_tags AS enrolment_tags, d.extra_tags AS destination_tags,
         d.audience_mode, d.audience, d.extra_attributes,
         ARRAY(SELECT name FROM connection_attribute WHERE organization_id = $1 AND connection_id = $2) AS ever_written,
         c.basis AS consent_basis, c.recorded_at AS consent_at
    FROM unnest($3::uuid[]) AS wanted(id)
   CROSS JOIN LATERAL (SELECT * FROM affiliate WHERE organization_id = $1 AND id = wanted.id OFFSET 0) a
   CROSS JOIN LATERAL (
      SELECT * FROM enrolment
       WHERE organization_id = $1 AND affiliate_id = wanted.id AND status IN ('approved', 'invited') OFFSET 0) e
   CROSS JOIN LATERAL (
      SELECT * FROM campaign_destination
       WHERE organization_id = $1 AND campaign_id = e.campaign_id AND connection_id = $2
         AND (enabled OR $4) AND (e.status = 'approved' OR invite_links) OFFSET 0) d
    LEFT JOIN LATERAL (
      SELECT id FROM invite
       WHERE e.status = 'invited' AND organization_id = $1 AND campaign_id = e.campaign_id
         AND affiliate_id = wanted.id AND state = 'open' AND expires_at > now()
         AND NOT EXISTS (SELECT FROM suppression s
                          WHERE s.organization_id = $1 AND s.email_key = a.email_key AND s.lifted_at IS NULL)
      OFFSET 0) i ON true
    LEFT JOIN LATERAL (
      SELECT basis, recorded_at FROM consent
       WHERE organization_id = $1 AND affiliate_id = wanted.id
       ORDER BY recorded_at DESC, id DESC LIMIT 1) c ON true
   ORDER BY a.id, e.applied_at, e.id`;

/** Answers the engine's question from campaigns, destinations and enrolments, in one statement. */
@Injectable()
export class ProgramsDesiredState implements DesiredState {
  constructor(private readonly links: Pick<InviteLinks, 'invite'>) {}

  async read(
    tx: EntityManager,
    connection: ConnectionDefaults,
    contactIds: readonly string[],
    asIf?: 'switched_on',
  ): Promise<ReadonlyMap<string, Desired>> {
    const rows: DesiredRow[] = await tx.query(READ, [
      connection.organizationId,
      connection.id,
      contactIds,
      asIf === 'switched_on',
    ]);
    const byContact = new Map<string, DesiredRow[]>();
    for (const row of rows) {
      const known = byContact.get(row.id);
      if (known === undefined) byContact.set(row.id, [row]);
      else known.push(row);
    }
    const linkOf = (inviteId: string): string => this.links.invite(inviteId);
    return new Map(contactIds.map((id) => [id, mergeDesired(connection, byContact.get(id) ?? [], linkOf)]));
  }
}

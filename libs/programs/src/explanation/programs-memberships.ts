import { Injectable } from '@nestjs/common';
import type { MembershipReader, PersonMemberships } from '@rekomi/sync';
import type { EntityManager } from 'typeorm';

const READ = `
  SELECT a.email, coalesce((
           SELECT jsonb_agg(jsonb_build_object(
                    'campaign', k.name, 'status', e.status,
                    'connectionIds', ARRAY(SELECT d.connection_id FROM campaign_destination d
                                            WHERE d.organization_id = $1 AND d.campaign_id = k.id AND d.enabled))
                  ORDER BY k.name, k.id)
             FROM enrolment e JOIN campaign k ON k.organization_id = $1 AND k.id = e.campaign_id
            WHERE e.organization_id = $1 AND e.affiliate_id = a.id), '[]') AS memberships
    FROM affiliate a WHERE a.organization_id = $1 AND a.id = $2`;

/** Tells the engine's timeline why somebody should, or should not, be in a tool. */
@Injectable()
export class ProgramsMemberships implements MembershipReader {
  async read(
    tx: EntityManager,
    organizationId: string,
    contactId: string,
  ): Promise<PersonMemberships | undefined> {
    const rows: PersonMemberships[] = await tx.query(READ, [organizationId, contactId]);
    return rows[0];
  }
}

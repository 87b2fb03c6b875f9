import { isUUID } from 'class-validator';
import type { EntityManager } from 'typeorm';

import { Campaign } from '../entities/index.js';
import { denied, granted, type ProgramResult } from '../program-problem.js';
import type { UnitOfWork } from '../unit-of-work.js';

type InTenant = Pick<UnitOfWork, 'tx' | 'organizationId'>;

/**
 * Finds a campaign by id or slug. `lock` keeps what the fan-out relies on in place until the end of the transaction:
 * who changes a destination takes `destinations`, who approves takes `enrolments`. The one waits for the other,
 * otherwise a person approved in the same moment as a destination appears would be missed by both.
 *
 * @param pointer where the reference stood in the body.
 */
export async function findCampaign(
  { tx, organizationId }: InTenant,
  reference: string,
  options: { readonly lock?: 'destinations' | 'enrolments'; readonly pointer?: string } = {},
): Promise<ProgramResult<Campaign>> {
  if (!/^[0-9a-z-]+$/i.test(reference)) return unknownCampaign(reference, options.pointer);
  const query = tx
    .createQueryBuilder(Campaign, 'c')
    .where('c.organizationId = :organizationId', { organizationId })
    .andWhere(isUUID(reference) ? 'c.id = :reference' : 'c.slug = :reference', { reference });
  if (options.lock === 'destinations') query.setLock('for_no_key_update');
  if (options.lock === 'enrolments') query.setLock('pessimistic_read');
  const campaign = await query.getOne();
  return campaign === null ? unknownCampaign(reference, options.pointer) : granted(campaign);
}

function unknownCampaign(id: string, pointer: string | undefined): ProgramResult<never> {
  return denied({
    reason: 'not_found',
    what: 'campaign',
    id,
    ...(pointer === undefined ? {} : { pointer }),
  });
}

/** Locks several campaigns as {@link findCampaign} does for `enrolments`. */
export async function lockCampaigns(
  { tx, organizationId }: { readonly tx: EntityManager; readonly organizationId: string },
  ids: readonly string[],
): Promise<void> {
  await tx.query(
    `SELECT id FROM campaign WHERE organization_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id FOR SHARE`,
    [organizationId, ids],
  );
}

import { Injectable } from '@nestjs/common';
import { v7 as newId } from 'uuid';

import { Campaign } from '../entities/index.js';
import { cleanText } from '../names/clean-text.js';
import { denied, granted, type ProgramResult } from '../program-problem.js';
import { storableText } from '../text.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { campaignSlug, numberedSlug } from './campaign-slug.js';
import { findCampaign } from './find-campaign.js';

export interface NewCampaign {
  readonly name: string;
  readonly description?: string | null;
}

/** Absent keeps. A description of null or blank removes it. */
export type CampaignChange = Partial<NewCampaign>;

const LONGEST_NAME = 200;

@Injectable()
export class CampaignService {
  async create(work: UnitOfWork, input: NewCampaign): Promise<ProgramResult<Campaign>> {
    const name = readName(input.name);
    if (!name.ok) return name;
    const slug = campaignSlug(name.value);
    for (let number = 1; ; number += 1) {
      const rows: { id: string }[] = await work.tx.query(
        `INSERT INTO campaign (id, organization_id, name, slug, description) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (organization_id, slug) DO NOTHING RETURNING id`,
        [
          newId(),
          work.organizationId,
          name.value,
          numberedSlug(slug, number),
          readDescription(input.description),
        ],
      );
      if (rows[0] !== undefined) return findCampaign(work, rows[0].id);
    }
  }

  get(work: UnitOfWork, reference: string): Promise<ProgramResult<Campaign>> {
    return findCampaign(work, reference);
  }

  /** Newest first; one row more than `limit`, which tells whether there is more. */
  async list(
    work: UnitOfWork,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<readonly Campaign[]> {
    const query = work.tx
      .createQueryBuilder(Campaign, 'c')
      .where('c.organizationId = :organizationId', { organizationId: work.organizationId })
      .orderBy('c.id', 'DESC')
      .limit(page.limit + 1);
    if (page.after !== undefined) query.andWhere('c.id < :after', { after: page.after });
    return query.getMany();
  }

  /** The slug stays as it is: it stands in links. */
  async change(
    work: UnitOfWork,
    reference: string,
    change: CampaignChange,
  ): Promise<ProgramResult<Campaign>> {
    const name = change.name === undefined ? undefined : readName(change.name);
    if (name !== undefined && !name.ok) return name;
    const found = await findCampaign(work, reference);
    if (!found.ok) return found;
    await work.tx.query(
      `UPDATE campaign SET name = coalesce($3, name), description = CASE WHEN $4 THEN $5 ELSE description END,
              updated_at = now()
        WHERE organization_id = $1 AND id = $2`,
      [
        work.organizationId,
        found.value.id,
        name?.value ?? null,
        change.description !== undefined,
        readDescription(change.description),
      ],
    );
    return findCampaign(work, found.value.id);
  }
}

function readName(given: string): ProgramResult<string> {
  const name = cleanText(given);
  if (name !== '' && [...name].length <= LONGEST_NAME) return granted(name);
  const detail = `A name has 1 to ${LONGEST_NAME} characters.`;
  return denied({ reason: 'invalid', errors: [{ pointer: '#/name', code: 'invalid_value', detail }] });
}

function readDescription(given: string | null | undefined): string | null {
  const text = storableText(given ?? '').trim();
  return text === '' ? null : text;
}

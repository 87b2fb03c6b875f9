import { Injectable } from '@nestjs/common';
import { v7 as newId } from 'uuid';

import type { DestinationInput } from '../destinations/destination-input.js';
import type { DestinationValues } from '../destinations/destination-statements.js';
import { DestinationService } from '../destinations/destination.service.js';
import { Campaign } from '../entities/index.js';
import { denied, type ProgramProblem, type ProgramResult } from '../program-problem.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { type AutoApproveInput, CampaignReading } from './campaign-input.js';
import { campaignSlug, numberedSlug } from './campaign-slug.js';
import { findCampaign } from './find-campaign.js';

interface CampaignValues {
  readonly name: string;
  /** Null or blank removes it. */
  readonly description?: string | null;
  /** Null or blank removes it. */
  readonly termsUrl?: string | null;
  readonly autoApprove?: AutoApproveInput;
}

export interface NewCampaign extends CampaignValues {
  /** Made from the name unless given. */
  readonly slug?: string;
  /** Where its affiliates go from the start. */
  readonly destinations?: readonly (DestinationInput & { readonly connectionId: string })[];
}

/** Absent keeps. */
export interface CampaignChange extends Partial<CampaignValues> {
  /** Only the one it has: it stands in links. */
  readonly slug?: string;
}

const INSERT = `
  INSERT INTO campaign (id, organization_id, name, slug, description, terms_url, auto_approve, rules)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (organization_id, slug) DO NOTHING RETURNING id`;

const UPDATE = `
  UPDATE campaign SET name = $3, description = $4, terms_url = $5, auto_approve = $6, rules = $7, updated_at = now()
   WHERE organization_id = $1 AND id = $2`;

@Injectable()
export class CampaignService {
  constructor(private readonly destinations: DestinationService) {}

  async create(work: UnitOfWork, input: NewCampaign): Promise<ProgramResult<Campaign>> {
    const reading = new CampaignReading();
    const name = reading.name(input.name);
    const slug = input.slug === undefined ? undefined : reading.slug(input.slug);
    const values = [
      reading.description(input.description ?? null),
      reading.termsUrl(input.termsUrl ?? null),
      input.autoApprove?.enabled ?? false,
      JSON.stringify(reading.rules(input.autoApprove?.rules ?? {}, {})),
    ];
    const destinations = input.destinations ?? [];
    for (const [place, { connectionId }] of destinations.entries()) {
      if (destinations.findIndex((one) => one.connectionId === connectionId) === place) continue;
      const detail = 'This connection is named twice.';
      reading.errors.push({ pointer: `#/destinations/${place}/connectionId`, code: 'repeated', detail });
    }
    if (reading.errors.length > 0) return denied({ reason: 'invalid', errors: reading.errors });

    const wanted: [string, DestinationValues][] = [];
    for (const [place, { connectionId, ...destination }] of destinations.entries()) {
      const pointer = `#/destinations/${place}`;
      const body = { pointer, idPointer: `${pointer}/connectionId` };
      const read = await this.destinations.read(work, connectionId, destination, body);
      if (!read.ok) return read;
      wanted.push([connectionId, read.value]);
    }
    const id = await this.#insert(work, name, slug, values);
    if (id === undefined) return denied(slugTaken(slug ?? ''));
    for (const [connectionId, destination] of wanted) {
      await this.destinations.store(work, id, connectionId, destination);
    }
    return findCampaign(work, id);
  }

  get(work: UnitOfWork, reference: string): Promise<ProgramResult<Campaign>> {
    return findCampaign(work, reference);
  }

  /** Newest first; one row more than `limit`, which tells whether there is more. */
  async list(
    work: UnitOfWork,
    page: { readonly limit: number; readonly after?: string; readonly archived?: boolean },
  ): Promise<readonly Campaign[]> {
    const query = work.tx
      .createQueryBuilder(Campaign, 'c')
      .where('c.organizationId = :organizationId', { organizationId: work.organizationId })
      .orderBy('c.id', 'DESC')
      .limit(page.limit + 1);
    if (page.after !== undefined) query.andWhere('c.id < :after', { after: page.after });
    if (page.archived !== undefined)
      query.andWhere(page.archived ? 'c.archivedAt IS NOT NULL' : 'c.archivedAt IS NULL');
    return query.getMany();
  }

  async change(
    work: UnitOfWork,
    reference: string,
    change: CampaignChange,
  ): Promise<ProgramResult<Campaign>> {
    const found = await findCampaign(work, reference, { lock: 'destinations' });
    if (!found.ok) return found;
    const before = found.value;
    const reading = new CampaignReading();
    const values = [
      change.name === undefined ? before.name : reading.name(change.name),
      change.description === undefined ? before.description : reading.description(change.description),
      change.termsUrl === undefined ? before.termsUrl : reading.termsUrl(change.termsUrl),
      change.autoApprove?.enabled ?? before.autoApprove,
      JSON.stringify(reading.rules(change.autoApprove?.rules ?? {}, before.rules)),
    ];
    if (change.slug !== undefined && change.slug !== before.slug) {
      const detail = `A slug is permanent, because it stands in links. This campaign’s is ${before.slug}.`;
      reading.errors.push({ pointer: '#/slug', code: 'immutable', detail });
    }
    if (reading.errors.length > 0) return denied({ reason: 'invalid', errors: reading.errors });
    await work.tx.query(UPDATE, [work.organizationId, before.id, ...values]);
    return findCampaign(work, before.id);
  }

  /** Nobody comes in any more; who is in stays, and so does what was sent. Twice is the same as once. */
  archive(work: UnitOfWork, reference: string): Promise<ProgramResult<Campaign>> {
    return this.#setArchived(work, reference, true);
  }

  restore(work: UnitOfWork, reference: string): Promise<ProgramResult<Campaign>> {
    return this.#setArchived(work, reference, false);
  }

  async #setArchived(
    work: UnitOfWork,
    reference: string,
    archived: boolean,
  ): Promise<ProgramResult<Campaign>> {
    const found = await findCampaign(work, reference, { lock: 'destinations' });
    if (!found.ok) return found;
    if ((found.value.archivedAt !== null) === archived) return found;
    await work.tx.query(
      `UPDATE campaign SET archived_at = CASE WHEN $3 THEN now() END, updated_at = now()
        WHERE organization_id = $1 AND id = $2`,
      [work.organizationId, found.value.id, archived],
    );
    return findCampaign(work, found.value.id);
  }

  /** @returns undefined when the slug that was given is taken. */
  async #insert(
    work: UnitOfWork,
    name: string,
    given: string | undefined,
    values: readonly unknown[],
  ): Promise<string | undefined> {
    const slug = given ?? campaignSlug(name);
    for (let number = 1; ; number += 1) {
      const rows: { id: string }[] = await work.tx.query(INSERT, [
        newId(),
        work.organizationId,
        name,
        numberedSlug(slug, number),
        ...values,
      ]);
      if (rows[0] !== undefined) return rows[0].id;
      if (given !== undefined) return undefined;
    }
  }
}

function slugTaken(slug: string): ProgramProblem {
  const detail = `Another campaign has the slug ${slug}.`;
  return { reason: 'conflict', errors: [{ pointer: '#/slug', code: 'slug_taken', detail }] };
}

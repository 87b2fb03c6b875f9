import { Injectable } from '@nestjs/common';

import { findCampaign } from '../campaigns/find-campaign.js';
import { chunks } from '../chunks.js';
import { DecisionFanOut } from '../enrolments/decision-fan-out.js';
import { denied, granted, type InputProblem, type ProgramResult } from '../program-problem.js';
import { uniteTags } from '../tags/tags.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { type AffiliateInput, readAffiliate } from './affiliate-input.js';
import {
  addConsents,
  insertNew,
  lockExisting,
  type Placed,
  type StoredAffiliate,
  updateAffiliates,
} from './affiliate-statements.js';
import { enrol, type WantedEnrolment } from './enrolment-intake.js';

export interface Intake {
  readonly affiliates: readonly AffiliateInput[];
  /** Id or slug of the campaign to enrol everybody in; without it people are only stored. */
  readonly campaign?: string;
  /** `applied` unless told. */
  readonly status?: 'applied' | 'approved';
  /** Pointer of the row at an index; `#/affiliates/<index>` unless told. */
  readonly pointer?: (index: number) => string;
}

/** What became of one row, in the order of the rows. */
export type IntakeOutcome =
  | {
      readonly outcome: 'created' | 'updated' | 'already_exists';
      readonly affiliateId: string;
    }
  | { readonly outcome: 'invalid'; readonly errors: readonly InputProblem[] };

/**
 * Takes affiliates in, any number at once. People are recognised by their address in any letter case; what comes in for
 * someone known fills gaps and replaces values, but blank never erases and the date of joining never changes. Rows
 * that cannot be accepted are reported and do not touch the others.
 */
@Injectable()
export class AffiliateIntakeService {
  constructor(private readonly fanOut: DecisionFanOut) {}

  async take(work: UnitOfWork, intake: Intake): Promise<ProgramResult<readonly IntakeOutcome[]>> {
    let campaignId: string | undefined;
    if (intake.campaign !== undefined) {
      const campaign = await findCampaign(work, intake.campaign, {
        lock: 'enrolments',
        pointer: '#/campaign',
      });
      if (!campaign.ok) return campaign;
      campaignId = campaign.value.id;
    }
    const pointer = intake.pointer ?? ((index: number) => `#/affiliates/${index}`);
    const errors = campaignId === undefined ? enrolmentWithoutCampaign(intake, pointer) : [];
    if (errors.length > 0) return denied({ reason: 'invalid', errors });

    const now = new Date();
    const outcomes: IntakeOutcome[] = [];
    const rows: Placed[] = [];
    for (const [place, input] of intake.affiliates.entries()) {
      const reading = readAffiliate(input, pointer(place), now);
      if (reading.ok) rows.push({ place, value: reading.value });
      else outcomes[place] = { outcome: 'invalid', errors: reading.errors };
    }
    for (const chunk of chunks(rows)) {
      for (const [place, outcome] of await this.#takeChunk(
        work,
        chunk,
        campaignId,
        intake.status ?? 'applied',
      )) {
        outcomes[place] = outcome;
      }
    }
    return granted(outcomes);
  }

  async #takeChunk(
    work: UnitOfWork,
    rows: readonly Placed[],
    campaignId: string | undefined,
    status: 'applied' | 'approved',
  ): Promise<readonly (readonly [number, IntakeOutcome])[]> {
    const created = await insertNew(work, rows);
    const others = rows.filter(({ place }) => !created.has(place));
    const existing =
      others.length === 0 ? new Map<number, StoredAffiliate>() : await lockExisting(work, others);
    const idOf = ({ place }: Placed): string => {
      const id = created.get(place) ?? existing.get(place)?.id;
      if (id === undefined) throw new Error('An address was neither new nor known.');
      return id;
    };
    const updated = await this.#update(work, others, existing);
    const withId = rows.map((row) => ({ ...row, affiliateId: idOf(row) }));
    await addConsents(work, withId);

    const enrolled =
      campaignId === undefined ? undefined : await enrol(work, campaignId, status, wantedOf(withId));
    await this.fanOut.approved(work, enrolled?.approved ?? []);
    await this.fanOut.changed(work, [...new Set([...updated, ...(enrolled?.changed ?? [])])]);

    const isNew = new Set(created.values());
    return withId.map(({ place, affiliateId }) => {
      const touched =
        !isNew.has(affiliateId) && (updated.has(affiliateId) || enrolled?.touched.has(affiliateId));
      const outcome = created.has(place) ? 'created' : touched === true ? 'updated' : 'already_exists';
      return [place, { outcome, affiliateId }];
    });
  }

  /** Applies the rows one after the other to the people they are about. @returns ids of those that changed. */
  async #update(
    work: UnitOfWork,
    rows: readonly Placed[],
    existing: ReadonlyMap<number, StoredAffiliate>,
  ): Promise<ReadonlySet<string>> {
    const before = new Map([...existing.values()].map((one) => [one.id, one]));
    const after = new Map(before);
    for (const { place, value } of rows) {
      const affiliate = after.get(existing.get(place)?.id ?? '');
      if (affiliate === undefined) continue;
      after.set(affiliate.id, {
        ...affiliate,
        ...(value.name === undefined
          ? {}
          : {
              full_name: value.name.full,
              first_name: value.name.given ?? null,
              last_name: value.name.family ?? null,
            }),
        external_id: value.externalId ?? affiliate.external_id,
      });
    }
    const changed = [...after.values()].filter(
      (one) => JSON.stringify(one) !== JSON.stringify(before.get(one.id)),
    );
    if (changed.length > 0) await updateAffiliates(work, changed);
    return new Set(changed.map((one) => one.id));
  }
}

/** One wish per affiliate: tags of several rows are united, of tiers the last one counts. */
function wantedOf(rows: readonly (Placed & { readonly affiliateId: string })[]): readonly WantedEnrolment[] {
  const wanted = new Map<string, WantedEnrolment>();
  for (const { affiliateId, value } of rows) {
    const earlier = wanted.get(affiliateId);
    const tier = value.tier ?? earlier?.tier;
    wanted.set(affiliateId, {
      affiliateId,
      tags: uniteTags(earlier?.tags ?? [], value.tags),
      ...(tier === undefined ? {} : { tier }),
    });
  }
  return [...wanted.values()];
}

/** Tags, tier and status belong to the part in a campaign. */
function enrolmentWithoutCampaign(
  intake: Intake,
  pointer: (index: number) => string,
): readonly InputProblem[] {
  const detail = 'Status, tier and tags belong to a campaign. Name the campaign.';
  const wrong = (place: string): InputProblem => ({ pointer: place, code: 'campaign_needed', detail });
  return [
    ...(intake.status === undefined ? [] : [wrong('#/status')]),
    ...intake.affiliates.flatMap((row, index) => [
      ...((row.tier ?? '').trim() === '' ? [] : [wrong(`${pointer(index)}/tier`)]),
      ...((row.tags ?? []).length === 0 ? [] : [wrong(`${pointer(index)}/tags`)]),
    ]),
  ];
}

import { Injectable } from '@nestjs/common';

import { AutoApprovalService } from '../approval/auto-approval.service.js';
import { findCampaign } from '../campaigns/find-campaign.js';
import { chunks } from '../chunks.js';
import { DecisionFanOut } from '../enrolments/decision-fan-out.js';
import { type ImportChange, recordChanges } from '../imports/undo/import-change.js';
import { denied, granted, type InputProblem, type ProgramResult } from '../program-problem.js';
import { uniteTags } from '../tags/tags.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { type AffiliateInput, type IntakeStatus, readAffiliate } from './affiliate-input.js';
import {
  addConsents,
  findExisting,
  insertNew,
  insertOne,
  type Placed,
  type StoredAffiliate,
  updateAffiliates,
} from './affiliate-statements.js';
import { type AffiliateView, findAffiliate } from './affiliate-view.js';
import { claimSlugs, type IntakeNote } from './claim-slugs.js';
import { enrol, type EnrolmentIntake, previewEnrolment, type WantedEnrolment } from './enrolment-intake.js';
import { isOfInterest, type KnownPeople, mergeAffiliate } from './merge-affiliate.js';

export interface Intake {
  readonly affiliates: readonly AffiliateInput[];
  /** Id or slug of the campaign to enrol everybody in; without it people are only stored. */
  readonly campaign?: string;
  /** Of rows that name none of their own; `applied` unless told. */
  readonly status?: IntakeStatus;
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

/** {@link IntakeOutcome} with what is known of the person without reading it again. */
type Taken = IntakeOutcome & Pick<TakenRow, 'affiliate'>;

/** Rows that are read already, and how to take them. */
export interface ReadIntake {
  readonly rows: readonly Placed[];
  /** Found and locked for enrolments by the caller. */
  readonly campaignId?: string;
  readonly status: IntakeStatus;
  readonly known: KnownPeople;
  /** Approving turns round what was rejected or archived before. */
  readonly overturns: boolean;
  /** The import that these rows come from. */
  readonly importId?: string;
}

export interface TakenRow {
  readonly place: number;
  /** `skipped`: the person is known, and known people were to be left alone. */
  readonly outcome: 'created' | 'updated' | 'already_exists' | 'skipped';
  /** Absent for people that a preview would create. */
  readonly affiliateId?: string;
  /** As it was stored, where that is known without reading: somebody who came alone, is new, and is in no campaign. */
  readonly affiliate?: AffiliateView;
}

export interface TakenRows {
  readonly rows: readonly TakenRow[];
  readonly notes: readonly IntakeNote[];
}

/** What becomes of people who are known. */
interface Update {
  readonly changed: readonly StoredAffiliate[];
  /** Of whom a CRM may have to hear. */
  readonly interesting: readonly string[];
}

/**
 * Takes affiliates in, any number at once. People are recognised by their address in any letter case; what comes in for
 * someone known fills gaps and replaces values, but blank never erases and the date of joining never changes. Rows
 * that cannot be accepted are reported and do not touch the others.
 */
@Injectable()
export class AffiliateIntakeService {
  constructor(
    private readonly fanOut: DecisionFanOut,
    private readonly autoApproval: AutoApprovalService,
  ) {}

  async take(work: UnitOfWork, intake: Intake): Promise<ProgramResult<readonly IntakeOutcome[]>> {
    const taken = await this.#take(work, intake);
    return taken.ok ? granted(taken.value.map(({ affiliate: _, ...outcome }) => outcome)) : taken;
  }

  /** {@link take} for one, told as it is stored afterwards. */
  async takeOne(
    work: UnitOfWork,
    { affiliate, ...intake }: Omit<Intake, 'affiliates' | 'pointer'> & { readonly affiliate: AffiliateInput },
  ): Promise<ProgramResult<{ readonly created: boolean; readonly affiliate: AffiliateView }>> {
    const taken = await this.#take(work, { ...intake, affiliates: [affiliate], pointer: () => '#' });
    if (!taken.ok) return taken;
    const [one] = taken.value;
    if (one === undefined) throw new Error('One row gave no outcome.');
    if (one.outcome === 'invalid') return denied({ reason: 'invalid', errors: one.errors });
    const stored = one.affiliate ?? (await findAffiliate(work, one.affiliateId));
    if (stored === undefined) throw new Error('An affiliate that was taken in is not there.');
    return granted({ created: one.outcome === 'created', affiliate: stored });
  }

  async #take(work: UnitOfWork, intake: Intake): Promise<ProgramResult<readonly Taken[]>> {
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
    const outcomes: Taken[] = [];
    const rows: Placed[] = [];
    for (const [place, input] of intake.affiliates.entries()) {
      const reading = readAffiliate(input, pointer(place), now);
      if (reading.ok) rows.push({ place, value: reading.value });
      else outcomes[place] = { outcome: 'invalid', errors: reading.errors };
    }
    for (const chunk of chunks(rows)) {
      const taken = await this.takeRead(work, {
        rows: chunk,
        status: intake.status ?? 'applied',
        known: 'update',
        overturns: true,
        ...(campaignId === undefined ? {} : { campaignId }),
      });
      for (const { place, outcome, affiliateId, affiliate } of taken.rows) {
        if (affiliateId === undefined || outcome === 'skipped') throw new Error('A row was not taken.');
        outcomes[place] = { outcome, affiliateId, ...(affiliate === undefined ? {} : { affiliate }) };
      }
    }
    return granted(outcomes);
  }

  /** Takes rows that are read already: as many as one statement may hold. */
  async takeRead(work: UnitOfWork, intake: ReadIntake): Promise<TakenRows> {
    const { rows, notes } = await claimSlugs(work, intake.rows, { lock: true });
    const { created, alone } = await insert(work, rows, intake.importId ?? null);
    const others = rows.filter(({ place }) => !created.has(place));
    const existing =
      others.length === 0
        ? new Map<number, StoredAffiliate>()
        : await findExisting(work, others, { lock: true });
    const isNew = new Set(created.values());
    const isSkipped = (affiliateId: string): boolean => intake.known === 'skip' && !isNew.has(affiliateId);
    const withId = rows.map((row) => ({ ...row, affiliateId: idOf(row, created, existing) }));
    const kept = withId.filter(({ affiliateId }) => !isSkipped(affiliateId));

    const update = updateOf(others, existing, intake.known);
    if (update.changed.length > 0) await updateAffiliates(work, update.changed);
    if (intake.importId !== undefined)
      await recordChanges(work, intake.importId, changesOf(update, existing));
    for (const fresh of [true, false]) {
      const people = kept.filter(({ affiliateId }) => isNew.has(affiliateId) === fresh);
      await addConsents(work, people, { fresh });
    }
    const enrolled =
      intake.campaignId === undefined || kept.length === 0
        ? undefined
        : await enrol(
            work,
            intake.campaignId,
            wantedOf(kept, intake.status),
            rulesOf(intake),
            intake.importId ?? null,
          );
    await this.#tell(work, intake.campaignId, update, enrolled);

    const changed = new Set(update.changed.map(({ id }) => id));
    return {
      rows: withId.map(({ place, affiliateId }) => {
        const touched =
          !isNew.has(affiliateId) && (changed.has(affiliateId) || enrolled?.touched.has(affiliateId));
        const known = touched === true ? 'updated' : 'already_exists';
        return {
          place,
          affiliateId,
          outcome: created.has(place) ? 'created' : isSkipped(affiliateId) ? 'skipped' : known,
          ...(alone === undefined || enrolled !== undefined ? {} : { affiliate: alone }),
        };
      }),
      notes: [...notes, ...statusNotes(kept, enrolled)],
    };
  }

  /** What {@link takeRead} would do, without doing it. At most one row per address. */
  async previewRead(work: UnitOfWork, intake: ReadIntake): Promise<TakenRows> {
    const { rows, notes } = await claimSlugs(work, intake.rows, { lock: false });
    const existing = await findExisting(work, rows, { lock: false });
    const known = rows.flatMap((row) => {
      const stored = existing.get(row.place);
      return stored === undefined ? [] : [{ ...row, affiliateId: stored.id }];
    });
    const skips = intake.known === 'skip';
    const changed = new Set(updateOf(known, existing, intake.known).changed.map(({ id }) => id));
    const enrolled =
      intake.campaignId === undefined || skips
        ? undefined
        : await previewEnrolment(work, intake.campaignId, wantedOf(known, intake.status), rulesOf(intake));
    return {
      rows: rows.map(({ place }) => {
        const affiliateId = existing.get(place)?.id;
        if (affiliateId === undefined) return { place, outcome: 'created' };
        if (skips) return { place, affiliateId, outcome: 'skipped' };
        const touched = changed.has(affiliateId) || enrolled?.touched.has(affiliateId) === true;
        return { place, affiliateId, outcome: touched ? 'updated' : 'already_exists' };
      }),
      notes: [...notes, ...statusNotes(known, enrolled)],
    };
  }

  async #tell(
    work: UnitOfWork,
    campaignId: string | undefined,
    update: Update,
    enrolled: EnrolmentIntake | undefined,
  ): Promise<void> {
    await this.fanOut.approved(work, enrolled?.approved ?? []);
    await this.fanOut.changed(work, [...new Set([...update.interesting, ...(enrolled?.changed ?? [])])]);
    if (campaignId !== undefined && enrolled !== undefined && enrolled.applied.length > 0) {
      const applied = enrolled.applied.map((affiliateId) => ({ affiliateId, campaignId, tier: null }));
      await this.fanOut.applied(work, applied);
      await this.autoApproval.consider(work, campaignId, enrolled.applied);
    }
  }
}

/** Those who are new, by place, and the person itself where only one came. */
async function insert(
  work: UnitOfWork,
  rows: readonly Placed[],
  importId: string | null,
): Promise<{ readonly created: ReadonlyMap<number, string>; readonly alone?: AffiliateView }> {
  const [row] = rows;
  if (row === undefined || rows.length > 1) return { created: await insertNew(work, rows, importId) };
  const alone = await insertOne(work, row.value, importId);
  return alone === undefined ? { created: new Map() } : { created: new Map([[row.place, alone.id]]), alone };
}

function idOf(
  { place }: Placed,
  created: ReadonlyMap<number, string>,
  existing: ReadonlyMap<number, StoredAffiliate>,
): string {
  const id = created.get(place) ?? existing.get(place)?.id;
  if (id === undefined) throw new Error('An address was neither new nor known.');
  return id;
}

/** Applies the rows one after the other to the people they are about. */
function updateOf(
  rows: readonly Placed[],
  existing: ReadonlyMap<number, StoredAffiliate>,
  known: KnownPeople,
): Update {
  if (known === 'skip') return { changed: [], interesting: [] };
  const before = new Map([...existing.values()].map((one) => [one.id, one]));
  const after = new Map(before);
  for (const { place, value } of rows) {
    const affiliate = after.get(existing.get(place)?.id ?? '');
    if (affiliate !== undefined) after.set(affiliate.id, mergeAffiliate(affiliate, value, known));
  }
  const changed = [...after.values()].filter(
    (one) => JSON.stringify(one) !== JSON.stringify(before.get(one.id)),
  );
  return {
    changed,
    interesting: changed.flatMap((one) => {
      const was = before.get(one.id);
      return was !== undefined && isOfInterest(was, one) ? [one.id] : [];
    }),
  };
}

/** How people were who are changed now. */
function changesOf(
  { changed }: Update,
  existing: ReadonlyMap<number, StoredAffiliate>,
): readonly ImportChange[] {
  const before = new Map([...existing.values()].map((one) => [one.id, one]));
  return changed.flatMap((after) => {
    const was = before.get(after.id);
    return was === undefined ? [] : [{ what: 'affiliate', affiliateId: after.id, before: was, after }];
  });
}

function rulesOf({ known, overturns }: ReadIntake): Parameters<typeof previewEnrolment>[3] {
  return { overturns, fills: known === 'fill' };
}

/** One wish per affiliate: tags of several rows are united, of tiers and statuses the last one counts. */
function wantedOf(
  rows: readonly (Placed & { readonly affiliateId: string })[],
  status: IntakeStatus,
): readonly WantedEnrolment[] {
  const wanted = new Map<string, WantedEnrolment>();
  for (const { affiliateId, value } of rows) {
    const earlier = wanted.get(affiliateId);
    const tier = value.tier ?? earlier?.tier;
    wanted.set(affiliateId, {
      affiliateId,
      status: value.status ?? status,
      tags: uniteTags(earlier?.tags ?? [], value.tags),
      ...(tier === undefined ? {} : { tier }),
    });
  }
  return [...wanted.values()];
}

function statusNotes(
  rows: readonly (Placed & { readonly affiliateId: string })[],
  enrolled: EnrolmentIntake | undefined,
): readonly IntakeNote[] {
  if (enrolled === undefined || enrolled.kept.size === 0) return [];
  return rows.flatMap(({ place, affiliateId }) => {
    const status = enrolled.kept.get(affiliateId);
    return status === undefined
      ? []
      : [
          {
            place,
            field: 'status' as const,
            code: 'status_kept',
            detail: `The affiliate is ${status} here and stays so. Decide by hand if that is to change.`,
          },
        ];
  });
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
      ...(row.status == null ? [] : [wrong(`${pointer(index)}/status`)]),
      ...((row.tier ?? '').trim() === '' ? [] : [wrong(`${pointer(index)}/tier`)]),
      ...((row.tags ?? []).length === 0 ? [] : [wrong(`${pointer(index)}/tags`)]),
    ]),
  ];
}

import { Injectable } from '@nestjs/common';

import { findCampaign } from '../campaigns/find-campaign.js';
import type { Campaign } from '../entities/index.js';
import { denied, granted, type InputProblem, type ProgramResult } from '../program-problem.js';
import { uniteTags } from '../tags/tags.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { InviteFanOut } from './invite-fan-out.js';
import { readInvite } from './invite-input.js';
import { InviteMailer } from './invite-mailer.js';
import { DEFAULT_DAYS, type InviteOutcome, type InviteRequest, MOST_DAYS } from './invite-request.js';
import {
  addInvites,
  addPeople,
  lockPeople,
  type OpenInvite,
  type PersonStanding,
  type PlacedInvite,
  readAddresses,
  renewInvites,
} from './invite-statements.js';

type Standing = 'new' | 'open' | 'already_affiliate' | 'already_applied' | 'rejected' | 'archived';

/**
 * Invites people, any number at once in a handful of statements. Who is invited is an affiliate whose part in the campaign
 * has the status `invited`: no event, no approval, and nothing at a vendor unless a destination wants the links. Doing it
 * twice invites nobody twice: the open invite stays the same, with the same link.
 */
@Injectable()
export class InviteService {
  constructor(
    private readonly fanOut: InviteFanOut,
    private readonly mailer: InviteMailer,
  ) {}

  async invite(work: UnitOfWork, request: InviteRequest): Promise<ProgramResult<readonly InviteOutcome[]>> {
    const found = await findCampaign(work, request.campaign, { lock: 'enrolments', pointer: '#/campaign' });
    if (!found.ok) return found;
    const defaults = readDefaults(request);
    if (!defaults.ok) return defaults;
    const campaign = found.value;
    if (campaign.archivedAt !== null) return denied(archived(campaign));
    const mailable =
      request.mail === undefined ? granted(undefined) : this.mailer.check(request.mail, '#/mail');
    if (!mailable.ok) return mailable;

    const outcomes: InviteOutcome[] = [];
    const candidates = await this.#candidates(work, request, defaults.value, outcomes);
    const open = await this.#inviteAll(work, campaign, request, candidates, outcomes);
    await this.#mail(work, campaign, request, open, outcomes);
    return granted(outcomes);
  }

  /** Rows that can be read, each address once, without suppressed ones. The others' outcomes are noted. */
  async #candidates(
    work: UnitOfWork,
    request: InviteRequest,
    defaults: Defaults,
    outcomes: InviteOutcome[],
  ): Promise<readonly PlacedInvite[]> {
    const pointer = request.pointer ?? ((index: number) => `#/invites/${index}`);
    const rows = new Map<number, PlacedInvite>();
    for (const [place, person] of request.people.entries()) {
      const reading = readInvite(person, pointer(place));
      if (!reading.ok) {
        outcomes[place] = { outcome: 'invalid', errors: reading.errors };
        continue;
      }
      const { value } = reading;
      const tier = value.tier ?? defaults.tier;
      rows.set(place, {
        place,
        value: {
          ...value,
          tags: uniteTags(defaults.tags, value.tags),
          ...(tier === undefined ? {} : { tier }),
        },
      });
    }
    const candidates: PlacedInvite[] = [];
    for (const { place, first, suppressed } of await readAddresses(work, [...rows.values()])) {
      const row = rows.get(place);
      if (row === undefined) continue;
      const { email } = row.value;
      if (first !== place) outcomes[place] = { outcome: 'duplicate', email, of: first };
      else if (suppressed !== null) outcomes[place] = { outcome: 'suppressed', email, reason: suppressed };
      else candidates.push(row);
    }
    return candidates;
  }

  async #inviteAll(
    work: UnitOfWork,
    campaign: Campaign,
    request: InviteRequest,
    candidates: readonly PlacedInvite[],
    outcomes: InviteOutcome[],
  ): Promise<ReadonlyMap<string, Invited>> {
    const made = await addPeople(work, candidates);
    const people = await lockPeople(work, campaign.id, candidates);
    const rowAt = new Map(candidates.map((row) => [row.place, row]));
    const invited = new Map<string, Invited>();
    const fresh: (PersonStanding & { readonly row: PlacedInvite })[] = [];
    const known: KnownInvite[] = [];
    for (const person of people) {
      const row = rowAt.get(person.place);
      if (row === undefined) continue;
      const standing = standingOf(person);
      if (standing === 'new') fresh.push({ ...person, row });
      else if (standing === 'open' && isKnown(person)) known.push(person);
      else if (standing !== 'open') {
        outcomes[person.place] = {
          outcome: standing,
          email: row.value.email,
          affiliateId: person.affiliateId,
        };
      }
    }
    const days = request.expiresInDays ?? DEFAULT_DAYS;
    const writesLinks = await this.fanOut.writesLinks(work, campaign.id);
    const deliveredBy = writesLinks ? 'crm' : (request.deliveredBy ?? 'none');
    const added = await addInvites(
      work,
      {
        campaignId: campaign.id,
        approveOnAccept: request.approveOnAccept ?? true,
        deliveredBy,
        source: request.source,
        days,
      },
      fresh.map(({ affiliateId, row }) => ({
        affiliateId,
        tier: row.value.tier ?? null,
        tags: row.value.tags,
        madeAffiliate: made.has(affiliateId),
      })),
      fresh.flatMap(({ inviteId }) => (inviteId === null ? [] : [inviteId])),
    );
    const renews = ({ deliveredBy: before }: KnownInvite): boolean =>
      request.extend === true || (before === 'none' && deliveredBy !== 'none');
    const renewed = await renewInvites(
      work,
      known.filter(renews).map((one) => one.inviteId),
      request.extend === true ? days : undefined,
      deliveredBy,
    );
    const note = (outcome: Invited['outcome'], invites: readonly OpenInvite[]): void => {
      for (const invite of invites) {
        const { affiliateId, inviteId, expiresAt } = invite;
        invited.set(affiliateId, { outcome, affiliateId, inviteId, expiresAt });
      }
    };
    note('invited', added);
    note('already_invited', known);
    note('already_invited', renewed);
    for (const { place, affiliateId } of people) {
      const one = invited.get(affiliateId);
      const email = rowAt.get(place)?.value.email;
      if (one === undefined || email === undefined) continue;
      const { outcome, inviteId, expiresAt } = one;
      outcomes[place] = {
        outcome,
        email,
        affiliateId,
        inviteId,
        expiresAt: expiresAt.toISOString(),
        mailed: false,
      };
    }
    await this.fanOut.changed(
      work,
      added.map(({ affiliateId }) => ({ campaignId: campaign.id, affiliateId })),
      'affiliate_invited',
    );
    return invited;
  }

  async #mail(
    work: UnitOfWork,
    campaign: Campaign,
    { mail }: InviteRequest,
    invited: ReadonlyMap<string, Invited>,
    outcomes: InviteOutcome[],
  ): Promise<void> {
    if (mail === undefined) return;
    const wanted = [...invited.values()].filter(
      ({ outcome }) => outcome === 'invited' || mail.resend === true,
    );
    const mailed = new Set(
      await this.mailer.send(
        work,
        campaign,
        mail,
        wanted.map((one) => one.inviteId),
      ),
    );
    for (const [place, outcome] of outcomes.entries()) {
      if ('inviteId' in outcome && mailed.has(outcome.inviteId))
        outcomes[place] = { ...outcome, mailed: true };
    }
  }
}

interface KnownInvite extends PersonStanding, OpenInvite {
  readonly inviteId: string;
  readonly expiresAt: Date;
}

function isKnown(person: PersonStanding): person is KnownInvite {
  return person.inviteId !== null && person.expiresAt !== null;
}

interface Invited extends OpenInvite {
  readonly outcome: 'invited' | 'already_invited';
}

interface Defaults {
  readonly tier?: string;
  readonly tags: readonly string[];
}

/** What holds for everybody is read like a row, so that it obeys the same bounds. */
function readDefaults(request: InviteRequest): ProgramResult<Defaults> {
  const reading = readInvite({ email: 'a@example.com', tier: request.tier, tags: request.tags }, '#');
  const errors: InputProblem[] = reading.ok ? [] : [...reading.errors];
  const days = request.expiresInDays;
  if (days !== undefined && !(Number.isInteger(days) && days >= 1 && days <= MOST_DAYS)) {
    const detail = `A whole number of days from 1 to ${MOST_DAYS}.`;
    errors.push({ pointer: '#/expiresInDays', code: 'invalid_value', detail });
  }
  if (errors.length > 0 || !reading.ok) return denied({ reason: 'invalid', errors });
  return granted(reading.value);
}

function standingOf({ status, archivedFrom, live }: PersonStanding): Standing {
  switch (status) {
    case null:
      return 'new';
    case 'invited':
      return live ? 'open' : 'new';
    case 'applied':
      return 'already_applied';
    case 'approved':
      return 'already_affiliate';
    case 'rejected':
      return 'rejected';
    case 'archived':
      return archivedFrom === 'invited' ? 'new' : 'archived';
  }
}

function archived({ slug }: Campaign): Parameters<typeof denied>[0] {
  const detail = `The campaign ${slug} is archived: nobody comes in any more. Restore it first.`;
  return { reason: 'conflict', errors: [{ pointer: '#/campaign', code: 'campaign_archived', detail }] };
}

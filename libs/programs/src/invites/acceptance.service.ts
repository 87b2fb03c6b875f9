import { Injectable } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';

import { AffiliateIntakeService } from '../affiliates/affiliate-intake.service.js';
import { lockCampaigns } from '../campaigns/find-campaign.js';
import { LONGEST_NAME } from '../affiliates/affiliate-input.js';
import { cleanText } from '../names/clean-text.js';
import { denied, granted, type InputProblem, type ProgramResult } from '../program-problem.js';
import type { UnitOfWork } from '../unit-of-work.js';
import {
  type InvitationRow,
  lockInvitation,
  noteAccepted,
  noteJoined,
  readInvitation,
} from './acceptance-statements.js';
import { InviteFanOut } from './invite-fan-out.js';
import { InviteLinks } from './invite-links.js';

/**
 * Whether an invitation can be accepted, and if not, why. `member`: the person takes part already. `closed`: the person was
 * turned down meanwhile, or the campaign takes nobody in any more.
 */
export type InvitationState = 'open' | 'accepted' | 'revoked' | 'expired' | 'member' | 'closed';

/** What the person sees who opened the link. */
export interface Invitation {
  readonly state: InvitationState;
  readonly email: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly organization: string;
  readonly campaign: string;
  readonly description: string | null;
  readonly termsUrl: string | null;
  /** What the person agrees to by accepting, word for word. */
  readonly wording: string;
  readonly expiresAt: string;
}

export interface Acceptance {
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  /** The wording was agreed to. */
  readonly agreed: boolean;
  /** Where, for the evidence: the page’s address without the token. */
  readonly source: string;
}

export type AcceptanceResult =
  /** `approved`: takes part from now on. `applied`: a decision is still to be made. */
  | { readonly accepted: true; readonly status: 'approved' | 'applied'; readonly invitation: Invitation }
  | { readonly accepted: false; readonly invitation: Invitation };

export interface InvitePlace {
  readonly organizationId: string;
  readonly inviteId: string;
}

/** Acceptance of invitations by whoever holds the link. Looking changes nothing: mail scanners open links as well. */
@Injectable()
export class AcceptanceService {
  constructor(
    private readonly links: InviteLinks,
    private readonly intake: AffiliateIntakeService,
    private readonly fanOut: InviteFanOut,
    private readonly tenancy: Tenancy,
  ) {}

  /** @returns undefined for a token that we did not make. */
  async find(token: string): Promise<InvitePlace | undefined> {
    const inviteId = this.links.readInvite(token);
    return inviteId === undefined ? undefined : this.#placeOf(inviteId);
  }

  /** The same for the link that unsubscribes. */
  async findUnsubscribing(token: string): Promise<InvitePlace | undefined> {
    const inviteId = this.links.readUnsubscribe(token);
    return inviteId === undefined ? undefined : this.#placeOf(inviteId);
  }

  async read(work: UnitOfWork, inviteId: string): Promise<Invitation | undefined> {
    const row = await readInvitation(work, inviteId);
    return row === undefined ? undefined : invitationOf(row);
  }

  /**
   * Accepts once, however many try at the same time. The address counts as confirmed when the link went to that very
   * address, by our mail or by the merchant's tool.
   *
   * @returns undefined when there is no such invitation; `denied` for input that is at fault.
   */
  async accept(
    work: UnitOfWork,
    inviteId: string,
    acceptance: Acceptance,
  ): Promise<ProgramResult<AcceptanceResult> | undefined> {
    const found = await readInvitation(work, inviteId);
    if (found === undefined) return undefined;
    await lockCampaigns(work, [found.campaignId]);
    await lockInvitation(work, found);
    const row = (await readInvitation(work, inviteId)) ?? found;
    const invitation = invitationOf(row);
    if (invitation.state !== 'open') return granted({ accepted: false, invitation });
    const errors = problemsOf(acceptance);
    if (errors.length > 0) return denied({ reason: 'invalid', errors });

    await noteJoined(work, row.id);
    // Before the rules look at the person: an invitation that was accepted confirms an application, too.
    await noteAccepted(work, row.id);
    await this.#takeIn(work, row, acceptance, invitation.wording);
    await this.fanOut.changed(work, [row], 'invite_ended');
    const after = (await readInvitation(work, inviteId)) ?? row;
    return granted({
      accepted: true,
      status: after.status === 'approved' ? 'approved' : 'applied',
      invitation: invitationOf(after),
    });
  }

  /** The way everybody comes in: events, rules and connections follow from it. */
  async #takeIn(
    work: UnitOfWork,
    row: InvitationRow,
    { firstName, lastName, source }: Acceptance,
    wording: string,
  ): Promise<void> {
    const confirmed = row.deliveredBy !== 'none' && row.sameAddress;
    const taken = await this.intake.take(work, {
      campaign: row.campaignId,
      status: row.approveOnAccept ? 'approved' : 'applied',
      affiliates: [
        {
          email: row.email,
          ...nameOf(firstName, lastName),
          tags: row.tags,
          consent: { basis: 'invitation', wording, source },
          ...(row.tier === null ? {} : { tier: row.tier }),
          ...(confirmed ? { emailConfirmedAt: new Date() } : {}),
        },
      ],
    });
    const [outcome] = taken.ok ? taken.value : [];
    if (outcome === undefined || outcome.outcome === 'invalid') {
      throw new Error(`An invited person is refused: ${JSON.stringify(outcome ?? taken)}`);
    }
  }

  async #placeOf(inviteId: string): Promise<InvitePlace | undefined> {
    const rows = await this.tenancy.lookup<{ organization: string | null }>(
      'SELECT invite_organization($1) AS organization',
      [inviteId],
    );
    const organizationId = rows[0]?.organization;
    return organizationId === null || organizationId === undefined ? undefined : { organizationId, inviteId };
  }
}

function invitationOf(row: InvitationRow): Invitation {
  return {
    state: stateOf(row),
    email: row.email,
    firstName: row.firstName,
    lastName: row.lastName,
    organization: row.organizationName,
    campaign: row.campaignName,
    description: row.campaignDescription,
    termsUrl: row.termsUrl,
    wording: wordingOf(row),
    expiresAt: row.expiresAt.toISOString(),
  };
}

function stateOf(row: InvitationRow): InvitationState {
  if (row.state !== 'open') return row.state;
  if (row.status === 'approved') return 'member';
  if (!row.live) return 'expired';
  if (row.campaignArchived || (row.status !== 'invited' && row.status !== 'applied')) return 'closed';
  return 'open';
}

function wordingOf({ organizationName, campaignName, termsUrl }: InvitationRow): string {
  const terms = termsUrl === null ? '' : ` I accept the terms at ${termsUrl}.`;
  return `I want to take part in ${campaignName}. ${organizationName} may keep my name and e-mail address and write to me about it.${terms}`;
}

function nameOf(
  firstName: string | null | undefined,
  lastName: string | null | undefined,
): { readonly firstName?: string; readonly lastName?: string } {
  const [first, last] = [cleanText(firstName ?? ''), cleanText(lastName ?? '')];
  return { ...(first === '' ? {} : { firstName: first }), ...(last === '' ? {} : { lastName: last }) };
}

function problemsOf({ firstName, lastName, agreed }: Acceptance): readonly InputProblem[] {
  const errors: InputProblem[] = [];
  for (const [field, value] of [
    ['firstName', firstName],
    ['lastName', lastName],
  ] as const) {
    if ([...(value ?? '')].length > LONGEST_NAME) {
      errors.push({ pointer: `#/${field}`, code: 'too_long', detail: `At most ${LONGEST_NAME} characters.` });
    }
  }
  if (!agreed) {
    errors.push({
      pointer: '#/agreed',
      code: 'agreement_needed',
      detail: 'Agree to the text above the button to accept.',
    });
  }
  return errors;
}

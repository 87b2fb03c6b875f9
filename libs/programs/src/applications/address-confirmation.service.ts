import { createHash, randomBytes } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';
import { MailOutbox } from '@rekomi/mail';

import { addConsents } from '../affiliates/affiliate-statements.js';
import { completeRules } from '../approval/approval-rules.js';
import { AutoApprovalService } from '../approval/auto-approval.service.js';
import type { Campaign } from '../entities/index.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { GivenConsent } from './answer.js';
import {
  type ConfirmationRow,
  lockConfirmation,
  readConfirmation,
  setConfirmed,
  takeMailTurn,
} from './confirmation-statements.js';
import { confirmationMail } from './confirmation-mail.js';
import { readConsents } from './consents.js';
import { PageAddresses } from './page-addresses.js';

export const CONFIRMATION_DAYS = 7;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** What a person sees who opened the link of a mail. */
export interface Confirmation {
  readonly state: 'open' | 'expired' | 'done';
  readonly email: string;
  readonly campaignName: string;
  readonly organizationName: string;
  /** What the person agreed to when applying. */
  readonly wordings: readonly string[];
}

/** Where a link leads. */
export interface ConfirmationPlace {
  readonly organizationId: string;
  readonly applicationId: string;
}

/** Lets applicants prove that the address is theirs: a mail with a link, and a button behind the link. */
@Injectable()
export class AddressConfirmationService {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly approval: AutoApprovalService,
    private readonly addresses: PageAddresses,
    private readonly mail: MailOutbox,
  ) {}

  /** Whether applicants of this campaign get a mail. */
  asks(campaign: Pick<Campaign, 'rules'>): boolean {
    return this.mail.configured && completeRules(campaign.rules).confirmedAddress;
  }

  /** Leaves the mail, unless one has just been sent: nobody's mailbox can be flooded through a public form. */
  async ask(
    work: UnitOfWork,
    applicationId: string,
    campaign: Pick<Campaign, 'rules' | 'name'>,
    email: string,
  ): Promise<void> {
    if (!this.asks(campaign)) return;
    const token = randomBytes(32).toString('base64url');
    const organizationName = await takeMailTurn(work, applicationId, hashOf(token), email, CONFIRMATION_DAYS);
    if (organizationName === undefined) return;
    await this.mail.record(work.tx, work.organizationId, [
      confirmationMail({
        to: email,
        organizationName,
        campaignName: campaign.name,
        link: this.addresses.url(`/p/confirm/${token}`),
        days: CONFIRMATION_DAYS,
      }),
    ]);
  }

  async locate(token: string): Promise<ConfirmationPlace | undefined> {
    if (!TOKEN.test(token)) return undefined;
    const rows = await this.tenancy.lookup<ConfirmationPlace>(
      'SELECT organization_id AS "organizationId", application_id AS "applicationId" FROM find_confirmation($1)',
      [hashOf(token)],
    );
    return rows[0];
  }

  /** Changes nothing: programs that check mail open links too. */
  async look(work: UnitOfWork, applicationId: string): Promise<Confirmation | undefined> {
    const row = await readConfirmation(work, applicationId);
    return row === undefined ? undefined : confirmationOf(row);
  }

  /**
   * Confirms the address, once; again is harmless. Then everybody's rules are looked at again, and what was agreed to when
   * applying counts as the person's own consent.
   */
  async confirm(work: UnitOfWork, applicationId: string): Promise<Confirmation | undefined> {
    const row = await lockConfirmation(work, applicationId);
    if (row === undefined) return undefined;
    const before = confirmationOf(row);
    if (before.state !== 'open') return before;
    const campaigns = await setConfirmed(work, applicationId, row.affiliate_id);
    const consent = readConsents(row.consents, row.source);
    if (consent.basis === 'application') {
      await addConsents(work, [
        { affiliateId: row.affiliate_id, value: { email: row.email, tags: [], consent } },
      ]);
    }
    for (const campaignId of campaigns) await this.approval.consider(work, campaignId, [row.affiliate_id]);
    return { ...before, state: 'done' };
  }
}

function confirmationOf(row: ConfirmationRow): Confirmation {
  return {
    state: row.confirmed ? 'done' : row.open ? 'open' : 'expired',
    email: row.email,
    campaignName: row.campaign,
    organizationName: row.organization,
    wordings: wordingsOf(row.consents),
  };
}

function wordingsOf(consents: readonly GivenConsent[]): readonly string[] {
  return consents.filter(({ given }) => given).map(({ wording }) => wording);
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

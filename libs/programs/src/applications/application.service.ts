import { createHash } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import type { AffiliateInput } from '../affiliates/affiliate-input.js';
import { AffiliateIntakeService } from '../affiliates/affiliate-intake.service.js';
import { findCampaign } from '../campaigns/find-campaign.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { AddressConfirmationService } from './address-confirmation.service.js';
import {
  addSubmission,
  findApplicant,
  hasSubmission,
  type KnownApplicant,
  lockAddress,
  putApplication,
} from './application-statements.js';
import { readConsents } from './consents.js';
import { EMAIL_KEY } from './form.js';
import type { FilledForm } from './read-answers.js';

export interface Submission {
  readonly campaignId: string;
  readonly filled: FilledForm;
  /** {@link formRevision} of what was answered. */
  readonly revision: string;
  /** As linked on the page. */
  readonly termsUrl: string | null;
  /** Address of the page, for the evidence. */
  readonly source: string;
}

const MOST_SUBMISSIONS = 10;

/**
 * Takes applications from the public page, whose senders are unknown: whoever knows somebody's address could send one in
 * their name. Hence
 *
 * - the profile of a person follows the form only as long as the form is all that is known of them: once anybody confirmed
 *   the address, decided, imported or edited, it changes neither name nor country nor recorded consent;
 * - answers are replaced while the application waits for a decision and is not confirmed; what comes later is kept beside
 *   them;
 * - an address that was confirmed for another campaign says nothing about who fills in this one's form, so this application
 *   needs a confirmation of its own;
 * - no decision is ever turned round: who was approved, rejected or archived stays so;
 * - nothing in what is returned tells whether the address was known.
 */
@Injectable()
export class ApplicationService {
  constructor(
    private readonly intake: AffiliateIntakeService,
    private readonly confirmation: AddressConfirmationService,
  ) {}

  async submit(work: UnitOfWork, submission: Submission): Promise<void> {
    const { campaignId, filled } = submission;
    const campaign = await findCampaign(work, campaignId, { lock: 'enrolments' });
    if (!campaign.ok) throw new Error('The campaign of an open page is gone.');
    await lockAddress(work, filled.email);
    const known = await findApplicant(work, filled.email, campaignId);
    // Of somebody known it has to be there before the rules look at the person, because they look for it.
    const earlier =
      known === undefined ? undefined : await putApplication(work, campaignId, known.affiliateId, false);
    const affiliateId = await this.#enrol(work, submission, known);

    const application = earlier ?? (await putApplication(work, campaignId, affiliateId, true));
    const pending = known === undefined || known.status === null || known.status === 'applied';
    const replaces = pending && known?.applicationConfirmed !== true;
    const digest = digestOf(submission);
    if (application.fresh || !(await hasSubmission(work, application.id, digest))) {
      await addSubmission(
        work,
        {
          applicationId: application.id,
          current: application.fresh || replaces,
          answers: filled.answers,
          consents: filled.consents,
          termsUrl: submission.termsUrl,
          revision: submission.revision,
          source: submission.source,
          digest,
        },
        MOST_SUBMISSIONS,
      );
    }
    const proves = known?.applicationConfirmed === true || (!pending && known?.addressConfirmed);
    if (!proves) {
      await this.confirmation.ask(work, application.id, campaign.value, filled.email);
    }
  }

  async #enrol(
    work: UnitOfWork,
    { campaignId, filled, source }: Submission,
    known: KnownApplicant | undefined,
  ): Promise<string> {
    const mayShape = known === undefined || known.onlyApplied;
    const affiliate: AffiliateInput = {
      email: filled.email,
      ...(mayShape ? { ...profileOf(filled), consent: readConsents(filled.consents, source) } : {}),
    };
    const taken = await this.intake.take(work, { campaign: campaignId, affiliates: [affiliate] });
    const [outcome] = taken.ok ? taken.value : [];
    if (outcome === undefined || outcome.outcome === 'invalid') {
      throw new Error(`An application that was checked is refused: ${JSON.stringify(outcome ?? taken)}`);
    }
    return outcome.affiliateId;
  }
}

function profileOf({ person }: FilledForm): Partial<AffiliateInput> {
  const { fullName: name, ...parts } = person;
  return name === undefined ? parts : { ...parts, name };
}

/** Letter case of the applicant's address makes no other application. */
function digestOf({ filled, revision }: Submission): Buffer {
  const answers = filled.answers.map(({ key, value }) => [
    key,
    key === EMAIL_KEY ? filled.email.toLowerCase() : value,
  ]);
  return createHash('sha256')
    .update(JSON.stringify([revision, answers, filled.consents]))
    .digest();
}

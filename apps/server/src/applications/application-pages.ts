import { Injectable } from '@nestjs/common';
import { problem, type ProblemException } from '@rekomi/http';
import { OrganizationService } from '@rekomi/identity';
import {
  AddressConfirmationService,
  type AnswerFault,
  type ApplicationForm,
  ApplicationFormService,
  ApplicationService,
  type Campaign,
  CampaignService,
  formRevision,
  type GivenAnswers,
  ProgramWork,
  readAnswers,
  type UnitOfWork,
} from '@rekomi/programs';

import { PublicUrl } from '../resources/public-url.js';

/** The public page of one campaign. */
export interface ApplicationPageView {
  readonly organizationSlug: string;
  readonly organizationName: string;
  readonly campaign: Campaign;
  readonly form: ApplicationForm;
  readonly revision: string;
  /** Applicants get a mail to confirm their address with. */
  readonly asksForConfirmation: boolean;
}

export interface SentForm {
  /** Of the form that was filled in. */
  readonly revision: string;
  readonly answers: (view: ApplicationPageView) => GivenAnswers;
}

/** What became of a sent form. Whether the address was known before is never told. */
export type Sending = { readonly view: ApplicationPageView } & (
  | { readonly outcome: 'taken' }
  /** The form was changed while it was being filled in. */
  | { readonly outcome: 'changed'; readonly answers: GivenAnswers }
  | { readonly outcome: 'faulty'; readonly answers: GivenAnswers; readonly faults: readonly AnswerFault[] }
);

const SLUG = /^[a-z0-9-]{1,63}$/;

/** Finds the page behind an address and takes what is sent with it. */
@Injectable()
export class ApplicationPages {
  constructor(
    private readonly organizations: OrganizationService,
    private readonly work: ProgramWork,
    private readonly campaigns: CampaignService,
    private readonly forms: ApplicationFormService,
    private readonly applications: ApplicationService,
    private readonly confirmation: AddressConfirmationService,
    private readonly addresses: PublicUrl,
  ) {}

  /** @throws ProblemException `page_not_found` */
  async view(organization: string, campaign: string): Promise<ApplicationPageView> {
    const { id, slug } = await this.#organization(organization);
    return this.work.run(id, (unit) => this.#read(unit, slug, campaign));
  }

  /** @throws ProblemException `page_not_found`, `applications_closed` */
  async send(organization: string, campaign: string, sent: SentForm): Promise<Sending> {
    const { id, slug } = await this.#organization(organization);
    return this.work.run(id, async (unit): Promise<Sending> => {
      const view = await this.#read(unit, slug, campaign);
      if (!isOpen(view)) throw closed(view);
      const answers = sent.answers(view);
      if (sent.revision !== view.revision) return { outcome: 'changed', view, answers };
      const reading = readAnswers(view.form.fields, answers);
      if (!reading.ok) return { outcome: 'faulty', view, answers, faults: reading.faults };
      await this.applications.submit(unit, {
        campaignId: view.campaign.id,
        filled: reading.value,
        revision: view.revision,
        termsUrl: view.campaign.termsUrl,
        source: this.addresses.url(pagePath(view)),
      });
      return { outcome: 'taken', view };
    });
  }

  /** Path of the page as browsers see it, with what a proxy puts in front. */
  pathOf(view: ApplicationPageView): string {
    return new URL(this.addresses.url(pagePath(view))).pathname;
  }

  async #organization(given: string): Promise<{ readonly id: string; readonly slug: string }> {
    const slug = given.toLowerCase();
    const id = SLUG.test(slug) ? await this.organizations.findBySlug(slug) : undefined;
    if (id === undefined) throw problem('page_not_found');
    return { id, slug };
  }

  async #read(
    unit: UnitOfWork,
    organizationSlug: string,
    campaignSlug: string,
  ): Promise<ApplicationPageView> {
    const found = await this.campaigns.get(unit, campaignSlug.toLowerCase());
    if (!found.ok) throw problem('page_not_found');
    const campaign = found.value;
    const { form, organizationName } = await this.forms.read(unit, campaign.id);
    return {
      organizationSlug,
      organizationName,
      campaign,
      form,
      revision: formRevision(form.fields, campaign.termsUrl),
      asksForConfirmation: this.confirmation.asks(campaign),
    };
  }
}

/** Whether the page takes applications. */
export function isOpen({ campaign, form }: ApplicationPageView): boolean {
  return form.enabled && campaign.archivedAt === null;
}

export function closed({ campaign, organizationName }: ApplicationPageView): ProblemException {
  return problem('applications_closed', {
    detail: `${organizationName} takes no applications for “${campaign.name}” at the moment.`,
  });
}

export function pagePath({ organizationSlug, campaign }: ApplicationPageView): string {
  return `/p/${organizationSlug}/${campaign.slug}`;
}

import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ResourceId } from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import {
  AddressConfirmationService,
  type ApplicationForm,
  ApplicationFormService,
  CampaignService,
  completeRules,
  ProgramWork,
  type UnitOfWork,
} from '@rekomi/programs';

import { ProgramCalls } from '../programs/program-calls.js';
import { valueOf } from '../programs/program-problems.js';
import { PublicUrl } from '../resources/public-url.js';
import { ApplicationFormAnswer } from './application-form.answer.js';
import type { FormWarningAnswer } from './form-warning.answer.js';
import { PutFormRequest } from './put-form.request.js';

const MAIL_MISSING: FormWarningAnswer = {
  code: 'mail_not_configured',
  detail:
    'The campaign approves only people who confirmed their address, and this server has no mail server to ask them with. Set SMTP_URL, or switch the rule off; until then they wait for your decision.',
};
const ARCHIVED: FormWarningAnswer = {
  code: 'campaign_archived',
  detail: 'The campaign is archived, so its page takes no applications. Restore it to open the page again.',
};

/** What a campaign's public page asks for. */
@ApiTags('Applications')
@Controller('campaigns/:id/form')
export class ApplicationFormsController {
  constructor(
    private readonly forms: ApplicationFormService,
    private readonly campaigns: CampaignService,
    private readonly confirmation: AddressConfirmationService,
    private readonly work: ProgramWork,
    private readonly calls: ProgramCalls,
    private readonly addresses: PublicUrl,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Read the form of a campaign’s public page',
    description: 'Every campaign has one: until somebody changes it, the built-in form.',
  })
  @ApiOkResponse({ type: ApplicationFormAnswer })
  getApplicationForm(
    @ResourceId('campaign') id: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<ApplicationFormAnswer> {
    return this.work.run(tenant.organizationId, async (unit) =>
      this.answer(unit, id, valueOf(await this.forms.get(unit, id))),
    );
  }

  @Put()
  @Audited('campaign.form_changed')
  @ApiOperation({
    summary: 'Replace the form of a campaign’s public page',
    description:
      'The whole form. Applications that are there keep the questions they were answered with, and whoever is filling in the old form is asked to look again.',
  })
  @ApiOkResponse({ type: ApplicationFormAnswer })
  putApplicationForm(
    @ResourceId('campaign') id: string,
    @Body() body: PutFormRequest,
    @CurrentTenant() tenant: Tenant,
  ): Promise<ApplicationFormAnswer> {
    return this.calls.change(tenant, async (unit) => ({
      ok: true,
      value: await this.answer(unit, id, valueOf(await this.forms.put(unit, id, body))),
    }));
  }

  private async answer(unit: UnitOfWork, id: string, form: ApplicationForm): Promise<ApplicationFormAnswer> {
    const campaign = valueOf(await this.campaigns.get(unit, id));
    const organization = await this.forms.organizationSlug(unit);
    const unanswerable = completeRules(campaign.rules).confirmedAddress && !this.confirmation.asks(campaign);
    return {
      url: this.addresses.url(`/p/${organization}/${campaign.slug}`),
      ...form,
      warnings: [
        ...(unanswerable ? [MAIL_MISSING] : []),
        ...(campaign.archivedAt === null ? [] : [ARCHIVED]),
      ],
    };
  }
}

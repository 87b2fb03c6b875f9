import { Injectable } from '@nestjs/common';

import { findCampaign } from '../campaigns/find-campaign.js';
import { granted, type ProgramResult } from '../program-problem.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { defaultForm } from './default-form.js';
import { type FormInput, readForm } from './form-input.js';
import type { ApplicationForm, FormField, FormTexts } from './form.js';

interface FormRow {
  readonly organization: string;
  readonly enabled: boolean | null;
  readonly fields: readonly FormField[] | null;
  readonly texts: FormTexts | null;
  readonly updated_at: Date | null;
}

const READ = `
  SELECT o.name AS organization, f.enabled, f.fields, f.texts, f.updated_at
    FROM organization o LEFT JOIN campaign_form f ON f.organization_id = o.id AND f.campaign_id = $2
   WHERE o.id = $1`;

const PUT = `
  INSERT INTO campaign_form (organization_id, campaign_id, enabled, fields, texts) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (campaign_id) DO UPDATE SET enabled = excluded.enabled, fields = excluded.fields,
         texts = excluded.texts, updated_at = now()`;

/** What the public page of a campaign asks for. */
@Injectable()
export class ApplicationFormService {
  /** @param reference id or slug of the campaign. */
  async get(work: UnitOfWork, reference: string): Promise<ProgramResult<ApplicationForm>> {
    const campaign = await findCampaign(work, reference);
    return campaign.ok ? granted((await this.read(work, campaign.value.id)).form) : campaign;
  }

  /** Replaces the whole form. Applications that are there keep the questions they were answered with. */
  async put(work: UnitOfWork, reference: string, input: FormInput): Promise<ProgramResult<ApplicationForm>> {
    const form = readForm(input);
    if (!form.ok) return form;
    const campaign = await findCampaign(work, reference);
    if (!campaign.ok) return campaign;
    const { enabled, fields, texts } = form.value;
    await work.tx.query(PUT, [
      work.organizationId,
      campaign.value.id,
      enabled,
      JSON.stringify(fields),
      JSON.stringify(texts),
    ]);
    return granted((await this.read(work, campaign.value.id)).form);
  }

  /** What stands in the addresses of the organisation's pages. */
  async organizationSlug({ tx, organizationId }: UnitOfWork): Promise<string> {
    const rows: { slug: string }[] = await tx.query('SELECT slug FROM organization WHERE id = $1', [
      organizationId,
    ]);
    const [row] = rows;
    if (row === undefined) throw new Error('An organisation cannot read itself.');
    return row.slug;
  }

  /** The form of a campaign that exists, with the name of its organisation. */
  async read(
    { tx, organizationId }: UnitOfWork,
    campaignId: string,
  ): Promise<{ readonly form: ApplicationForm; readonly organizationName: string }> {
    const rows: FormRow[] = await tx.query(READ, [organizationId, campaignId]);
    const [row] = rows;
    if (row === undefined) throw new Error('An organisation cannot read itself.');
    const { organization: organizationName, enabled, fields, texts, updated_at: updatedAt } = row;
    if (enabled === null || fields === null || texts === null) {
      return { form: defaultForm(organizationName), organizationName };
    }
    const form = { enabled, fields, texts, isDefault: false, updatedAt: updatedAt?.toISOString() ?? null };
    return { form, organizationName };
  }
}

import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';

import { findCampaign } from '../campaigns/find-campaign.js';
import type { EnrolmentStatus } from '../entities/index.js';
import { denied, granted, type ProgramResult } from '../program-problem.js';
import type { UnitOfWork } from '../unit-of-work.js';
import {
  type ApplicationFilter,
  type ApplicationSummary,
  type ApplicationView,
  listApplications,
  questionsAsked,
  readApplication,
} from './application-view.js';

export interface ApplicationQuery {
  /** Id or slug. */
  readonly campaign?: string;
  readonly status?: EnrolmentStatus;
}

/** What the merchant sees of applications. */
@Injectable()
export class ApplicationReader {
  async get(work: UnitOfWork, id: string): Promise<ProgramResult<ApplicationView>> {
    const found = isUUID(id) ? await readApplication(work, id) : undefined;
    return found === undefined ? denied({ reason: 'not_found', what: 'application', id }) : granted(found);
  }

  /** Newest first; one row more than `limit`, which tells whether there is more. */
  async list(
    work: UnitOfWork,
    query: ApplicationQuery,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<ProgramResult<readonly ApplicationSummary[]>> {
    const filter = await filterOf(work, query);
    return filter.ok ? granted(await listApplications(work, filter.value, page)) : filter;
  }

  /** The questions that the answers of a list are to. */
  async questions(
    work: UnitOfWork,
    query: ApplicationQuery,
  ): Promise<ProgramResult<readonly { readonly key: string; readonly label: string }[]>> {
    const filter = await filterOf(work, query);
    return filter.ok ? granted(await questionsAsked(work, filter.value.campaignId)) : filter;
  }
}

async function filterOf(
  work: UnitOfWork,
  { campaign, status }: ApplicationQuery,
): Promise<ProgramResult<ApplicationFilter>> {
  const found = campaign === undefined ? undefined : await findCampaign(work, campaign);
  if (found !== undefined && !found.ok) return found;
  return granted({
    ...(found === undefined ? {} : { campaignId: found.value.id }),
    ...(status === undefined ? {} : { status }),
  });
}

import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiPage,
  Idempotent,
  type IdempotentCall,
  IdempotentWork,
  mapPage,
  notFound,
  type Page,
  page,
  pageById,
  PageQuery,
  problem,
  ResourceId,
} from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import {
  ConnectionService,
  type ReconciliationReport,
  ReconciliationService,
  type ReconciledPerson,
  USUAL_SAMPLE,
} from '@rekomi/sync';

import { CodeTexts } from '../connections/code-texts.js';
import { valueOf } from '../connections/connection-problems.js';
import { ReconciledPersonAnswer } from './reconciled-person.answer.js';
import { ReconciliationPeopleQuery } from './reconciliation-people.query.js';
import { ReconciliationAnswer, ReconciliationReportAnswer } from './reconciliation.answer.js';
import { RepairAnswer } from './repair.answer.js';
import { RepairReconciliationRequest } from './repair-reconciliation.request.js';
import { StartReconciliationRequest } from './start-reconciliation.request.js';

const WHAT = 'reconciliation';

/** Comparing what we wrote at a vendor with what is there. */
@ApiTags('Reconciliations')
@Controller('connections/:id/reconciliations')
export class ReconciliationsController {
  constructor(
    private readonly reconciliations: ReconciliationService,
    private readonly connections: ConnectionService,
    private readonly texts: CodeTexts,
    private readonly idempotent: IdempotentWork,
  ) {}

  @Post()
  @HttpCode(202)
  @Audited('connection.reconciliation_started', { counts: ['population', 'sampled'] })
  @ApiOperation({
    summary: 'Compare with the vendor',
    description:
      'Looks at a random sample of the people that we wrote there, or at everybody, within a share of the vendor’s reading limits. Runs in the background, changes nothing at the vendor, and survives a restart. One at a time for each connection.',
  })
  @ApiBody({ type: StartReconciliationRequest, required: false })
  @ApiAcceptedResponse({ type: ReconciliationAnswer })
  async startReconciliation(
    @ResourceId('connection') id: string,
    @Body() body: StartReconciliationRequest,
    @CurrentTenant() tenant: Tenant,
    @Idempotent() call: IdempotentCall,
  ): Promise<ReconciliationAnswer> {
    const { everybody = false, sampleSize } = body;
    if (everybody && sampleSize !== undefined) {
      const detail = 'Either everybody or a sample: give one of the two.';
      const errors = [{ pointer: '#/sampleSize', code: 'invalid_value', detail }];
      throw problem('validation_failed', { detail, errors });
    }
    return this.idempotent.run(call, async (tx) => {
      const wanted = {
        sampleSize: everybody ? null : (sampleSize ?? USUAL_SAMPLE),
        createdBy: tenant.actor.label,
      };
      return {
        status: 202,
        body: valueOf(await this.reconciliations.start(tx, keyOf(tenant, id), wanted), id),
      };
    });
  }

  @Get()
  @ApiOperation({ summary: 'List reconciliations', description: 'Of the connection, newest first.' })
  @ApiPage(ReconciliationAnswer)
  async listReconciliations(
    @ResourceId('connection') id: string,
    @Query() query: PageQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<ReconciliationAnswer>> {
    valueOf(await this.connections.get(tenant.organizationId, id), id);
    return pageById(await this.reconciliations.list(keyOf(tenant, id), pageOf(query)), query.limit);
  }

  @Get(':reconciliationId')
  @ApiOperation({
    summary: 'Read a reconciliation',
    description:
      'Progress, drift by field with examples, missing people, and what the sample says about everybody.',
  })
  @ApiOkResponse({ type: ReconciliationReportAnswer })
  async getReconciliation(
    @ResourceId('connection') id: string,
    @ResourceId(WHAT, 'reconciliationId') reconciliationId: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<ReconciliationReportAnswer> {
    const report = await this.reconciliations.get(keyOf(tenant, id), reconciliationId);
    if (report === undefined) throw notFound(WHAT, reconciliationId);
    return reportAnswer(report);
  }

  @Get(':reconciliationId/people')
  @ApiOperation({
    summary: 'List the people of a reconciliation',
    description: 'With what deviates at each.',
  })
  @ApiPage(ReconciledPersonAnswer)
  async listReconciledPeople(
    @ResourceId('connection') id: string,
    @ResourceId(WHAT, 'reconciliationId') reconciliationId: string,
    @Query() query: ReconciliationPeopleQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<ReconciledPersonAnswer>> {
    const { outcome } = query;
    const filter = outcome === undefined ? {} : { outcome };
    const rows = await this.reconciliations.people(
      keyOf(tenant, id),
      reconciliationId,
      filter,
      pageOf(query),
    );
    if (rows === undefined) throw notFound(WHAT, reconciliationId);
    return mapPage(
      page(rows, query.limit, (row) => [row.contactId]),
      (row) => this.person(row),
    );
  }

  @Post(':reconciliationId/cancel')
  @HttpCode(200)
  @Audited('connection.reconciliation_cancelled')
  @ApiOperation({
    summary: 'Cancel a reconciliation',
    description: 'What was found stays, and can be repaired.',
  })
  @ApiOkResponse({ type: ReconciliationAnswer })
  async cancelReconciliation(
    @ResourceId('connection') id: string,
    @ResourceId(WHAT, 'reconciliationId') reconciliationId: string,
    @CurrentTenant() tenant: Tenant,
    @Idempotent() call: IdempotentCall,
  ): Promise<ReconciliationAnswer> {
    return this.idempotent.run(call, async (tx) => {
      const view = await this.reconciliations.cancel(tx, keyOf(tenant, id), reconciliationId);
      if (view === undefined) throw notFound(WHAT, reconciliationId);
      return { status: 200, body: view };
    });
  }

  @Post(':reconciliationId/repair')
  @HttpCode(200)
  @Audited('connection.reconciliation_repaired', {
    counts: ['queued', 'audiencesLeftAlone', 'missingLeftAlone', 'changedSince'],
  })
  @ApiOperation({
    summary: 'Repair what drifted',
    description:
      'Writes again exactly what deviates, through the same queue as everything else. Consent is never raised; who unsubscribed is not put back, and who left an audience only if so chosen. A second call repairs what the first one left alone.',
  })
  @ApiBody({ type: RepairReconciliationRequest, required: false })
  @ApiOkResponse({ type: RepairAnswer })
  async repairReconciliation(
    @ResourceId('connection') id: string,
    @ResourceId(WHAT, 'reconciliationId') reconciliationId: string,
    @Body() body: RepairReconciliationRequest,
    @CurrentTenant() tenant: Tenant,
    @Idempotent() call: IdempotentCall,
  ): Promise<RepairAnswer> {
    const choice = { missing: body.missing ?? true, audiences: body.audiences ?? false };
    const answer = await this.idempotent.run(call, async (tx) => {
      const done = await this.reconciliations.repair(tx, keyOf(tenant, id), reconciliationId, choice);
      if (done === undefined) throw notFound(WHAT, reconciliationId);
      return { status: 200, body: valueOf(done, id) };
    });
    this.reconciliations.wake(id);
    return answer;
  }

  private person({ contactId, code, ...rest }: ReconciledPerson): ReconciledPersonAnswer {
    return { affiliateId: contactId, ...rest, ...this.texts.reason(code) };
  }
}

function keyOf({ organizationId }: Tenant, connectionId: string) {
  return { organizationId, connectionId };
}

function pageOf(query: PageQuery): { readonly after?: string; readonly limit: number } {
  const after = query.afterId();
  return { ...(after === undefined ? {} : { after }), limit: query.limit + 1 };
}

function reportAnswer({ drift, ...view }: ReconciliationReport): ReconciliationReportAnswer {
  return {
    ...view,
    drift: drift.map(({ examples, ...one }) => ({
      ...one,
      examples: examples.map(({ contactId, ...values }) => ({ affiliateId: contactId, ...values })),
    })),
  };
}

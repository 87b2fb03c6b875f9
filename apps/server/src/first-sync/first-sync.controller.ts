import { Body, Controller, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Tenancy } from '@rekomi/database';
import { Idempotent, type IdempotentCall, IdempotentWork, ResourceId } from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import { FirstSyncService } from '@rekomi/sync';

import { valueOf } from '../connections/connection-problems.js';
import { ChooseFirstSyncRequest } from './choose-first-sync.request.js';
import { FirstSyncAnswer, FirstSyncStepAnswer } from './first-sync.answer.js';

/** Whom a connection takes when it is switched on. */
@ApiTags('First sync')
@Controller('connections/:id/first-sync')
export class FirstSyncController {
  constructor(
    private readonly firstSync: FirstSyncService,
    private readonly tenancy: Tenancy,
    private readonly idempotent: IdempotentWork,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Read the first sync', description: 'What was chosen, and how far it is.' })
  @ApiOkResponse({ type: FirstSyncAnswer })
  async getFirstSync(
    @ResourceId('connection') id: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<FirstSyncAnswer> {
    const { organizationId } = tenant;
    return valueOf(
      await this.tenancy.run(organizationId, (tx) => this.firstSync.get(tx, keyOf(tenant, id))),
      id,
    );
  }

  @Put()
  @Audited('connection.first_sync_chosen')
  @ApiOperation({
    summary: 'Choose the first sync',
    description:
      'Before the first campaign sends people there. `all` unless chosen. Later there is something to continue or to cancel, and another choice is refused.',
  })
  @ApiOkResponse({ type: FirstSyncAnswer })
  async chooseFirstSync(
    @ResourceId('connection') id: string,
    @Body() { mode }: ChooseFirstSyncRequest,
    @CurrentTenant() tenant: Tenant,
  ): Promise<FirstSyncAnswer> {
    const key = keyOf(tenant, id);
    return valueOf(
      await this.tenancy.run(tenant.organizationId, (tx) => this.firstSync.choose(tx, key, mode)),
      id,
    );
  }

  @Post('continue')
  @HttpCode(200)
  @Audited('connection.first_sync_continued', { counts: ['people'] })
  @ApiOperation({
    summary: 'Send the rest',
    description: 'Everybody who was left out goes, and from now on nobody is left out.',
  })
  @ApiOkResponse({ type: FirstSyncStepAnswer })
  async continueFirstSync(
    @ResourceId('connection') id: string,
    @CurrentTenant() tenant: Tenant,
    @Idempotent() call: IdempotentCall,
  ): Promise<FirstSyncStepAnswer> {
    const answer = await this.idempotent.run(call, async (tx) => ({
      status: 200,
      body: valueOf(await this.firstSync.continue(tx, keyOf(tenant, id)), id),
    }));
    this.firstSync.wake(id);
    return answer;
  }

  @Post('cancel')
  @HttpCode(200)
  @Audited('connection.first_sync_cancelled', { counts: ['people'] })
  @ApiOperation({
    summary: 'Stop the first sync',
    description:
      'Cancels what has not been sent; those people count as left out. What is under way ends by itself, who was sent stays, and who is approved from now on goes.',
  })
  @ApiOkResponse({ type: FirstSyncStepAnswer })
  async cancelFirstSync(
    @ResourceId('connection') id: string,
    @CurrentTenant() tenant: Tenant,
    @Idempotent() call: IdempotentCall,
  ): Promise<FirstSyncStepAnswer> {
    return this.idempotent.run(call, async (tx) => ({
      status: 200,
      body: valueOf(await this.firstSync.cancel(tx, keyOf(tenant, id)), id),
    }));
  }
}

function keyOf({ organizationId }: Tenant, connectionId: string) {
  return { organizationId, connectionId };
}

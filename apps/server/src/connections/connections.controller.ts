import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiPage,
  Idempotent,
  IdempotentWork,
  mapPage,
  pageById,
  PageQuery,
  ResourceId,
  type IdempotentCall,
  type Page,
} from '@rekomi/http';
import { Audited, CurrentTenant, NotAudited, type Tenant } from '@rekomi/identity';
import { ConnectionService, DeliveryReader } from '@rekomi/sync';

import { ConnectionAnswers } from './connection-answers.js';
import { ConnectionOutcomeAnswer } from './connection-outcome.answer.js';
import { valueOf } from './connection-problems.js';
import { ConnectionAnswer } from './connection.answer.js';
import { CreateConnectionRequest } from './create-connection.request.js';
import { DisconnectQuery } from './disconnect.query.js';
import { TotalsAnswer } from './totals.answer.js';
import { UnsavedVerificationAnswer } from './unsaved-verification.answer.js';
import { UpdateConnectionRequest } from './update-connection.request.js';
import { VerifyConnectionRequest } from './verify-connection.request.js';

@ApiTags('Connections')
@Controller('connections')
export class ConnectionsController {
  constructor(
    private readonly connections: ConnectionService,
    private readonly deliveries: DeliveryReader,
    private readonly answers: ConnectionAnswers,
    private readonly idempotent: IdempotentWork,
  ) {}

  @Post('verify')
  @NotAudited('Stores nothing and writes nothing at the vendor.')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Try credentials',
    description:
      'Asks the vendor live: account, region, rights, audiences. Stores nothing and writes nothing at the vendor. Wrong keys are an answer here, not an error.',
  })
  @ApiOkResponse({ type: UnsavedVerificationAnswer })
  async verifyCredentials(
    @Body() body: VerifyConnectionRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<UnsavedVerificationAnswer> {
    return this.once(call, async () =>
      this.answers.unsaved(valueOf(await this.connections.verifyUnsaved(body))),
    );
  }

  @Post()
  @Audited('connection.created', { label: 'label' })
  @ApiOperation({
    summary: 'Connect a tool',
    description:
      'Verifies live and stores only what the vendor accepts. On any other outcome nothing is stored.',
  })
  @ApiCreatedResponse({ type: ConnectionOutcomeAnswer })
  async createConnection(
    @Body() body: CreateConnectionRequest,
    @CurrentTenant() tenant: Tenant,
    @Idempotent() call: IdempotentCall,
  ): Promise<ConnectionOutcomeAnswer> {
    return this.idempotent.runPrepared(
      call,
      async () => valueOf(await this.connections.prepare(tenant.organizationId, body)),
      async (tx, prepared) => {
        const { connection, warnings } = valueOf(await this.connections.store(tx, prepared));
        return { status: 201, body: { ...this.answers.connection(connection), warnings } };
      },
    );
  }

  @Get()
  @ApiOperation({ summary: 'List connections', description: 'Newest first.' })
  @ApiPage(ConnectionAnswer)
  async listConnections(
    @Query() query: PageQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<ConnectionAnswer>> {
    const after = query.afterId();
    const rows = await this.connections.list(tenant.organizationId, {
      ...(after === undefined ? {} : { after }),
      limit: query.limit + 1,
    });
    return mapPage(pageById(rows, query.limit), (view) => this.answers.connection(view));
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read a connection' })
  @ApiOkResponse({ type: ConnectionAnswer })
  async getConnection(
    @ResourceId('connection') id: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<ConnectionAnswer> {
    return this.answers.connection(valueOf(await this.connections.get(tenant.organizationId, id), id));
  }

  @Patch(':id')
  @Audited('connection.updated', { label: 'label' })
  @ApiOperation({
    summary: 'Change a connection',
    description:
      'Changed credentials are verified live and must open the same account. A change of audience, tags or settings brings every contact of the connection up to date.',
  })
  @ApiOkResponse({ type: ConnectionOutcomeAnswer })
  async updateConnection(
    @ResourceId('connection') id: string,
    @Body() body: UpdateConnectionRequest,
    @CurrentTenant() tenant: Tenant,
  ): Promise<ConnectionOutcomeAnswer> {
    const updated = valueOf(await this.connections.update(tenant.organizationId, id, body), id);
    const { connection, ...more } = updated;
    return { ...this.answers.connection(connection), ...more };
  }

  @Delete(':id')
  @Audited('connection.disconnected', { label: 'label' })
  @ApiOperation({
    summary: 'Disconnect a tool',
    description:
      'Destroys the credentials and cancels what waits. With `takeBack=true` our attributes, tags and memberships are removed at the vendor first; people are never deleted there.',
  })
  @ApiOkResponse({ type: ConnectionOutcomeAnswer })
  async disconnectConnection(
    @ResourceId('connection') id: string,
    @Query() query: DisconnectQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<ConnectionOutcomeAnswer> {
    const takeBack = query.takeBack === 'true';
    const done = valueOf(await this.connections.disconnect(tenant.organizationId, id, { takeBack }), id);
    return { ...this.answers.connection(done.connection), contactsToTakeBack: done.contactsToTakeBack };
  }

  @Post(':id/verify')
  @Audited('connection.verified', { label: 'label' })
  @HttpCode(200)
  @ApiOperation({
    summary: 'Verify a connection again',
    description: 'Valid ends an auth error, and what waited goes on in order. No answer changes nothing.',
  })
  @ApiOkResponse({ type: ConnectionOutcomeAnswer })
  async verifyConnection(
    @ResourceId('connection') id: string,
    @CurrentTenant() tenant: Tenant,
    @Idempotent() call: IdempotentCall,
  ): Promise<ConnectionOutcomeAnswer> {
    const answer = await this.idempotent.runPrepared(
      call,
      async () => valueOf(await this.connections.tryAgain(tenant.organizationId, id), id),
      async (tx, tried) => {
        const done = valueOf(await this.connections.storeTried(tx, tried), id);
        const verification = this.answers.verification(done);
        return { status: 200, body: { ...this.answers.connection(done.connection), verification } };
      },
    );
    this.connections.wake(id);
    return answer;
  }

  @Post(':id/pause')
  @Audited('connection.paused', { label: 'label' })
  @HttpCode(200)
  @ApiOperation({ summary: 'Pause a connection', description: 'What comes in meanwhile waits.' })
  @ApiOkResponse({ type: ConnectionAnswer })
  async pauseConnection(
    @ResourceId('connection') id: string,
    @CurrentTenant() tenant: Tenant,
    @Idempotent() call: IdempotentCall,
  ): Promise<ConnectionAnswer> {
    return this.idempotent.run(call, async (tx) => {
      const paused = valueOf(await this.connections.pause(tx, tenant.organizationId, id), id);
      return { status: 200, body: this.answers.connection(paused) };
    });
  }

  @Post(':id/resume')
  @Audited('connection.resumed', { label: 'label' })
  @HttpCode(200)
  @ApiOperation({ summary: 'Resume a connection', description: 'What waited goes on in order.' })
  @ApiOkResponse({ type: ConnectionAnswer })
  async resumeConnection(
    @ResourceId('connection') id: string,
    @CurrentTenant() tenant: Tenant,
    @Idempotent() call: IdempotentCall,
  ): Promise<ConnectionAnswer> {
    const answer = await this.idempotent.run(call, async (tx) => {
      const resumed = valueOf(await this.connections.resume(tx, tenant.organizationId, id), id);
      return { status: 200, body: this.answers.connection(resumed) };
    });
    this.connections.wake(id);
    return answer;
  }

  @Get(':id/totals')
  @ApiOperation({ summary: 'Count deliveries', description: 'By kind and state, and whether they add up.' })
  @ApiOkResponse({ type: TotalsAnswer })
  async getConnectionTotals(
    @ResourceId('connection') id: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<TotalsAnswer> {
    valueOf(await this.connections.get(tenant.organizationId, id), id);
    return this.deliveries.totals(tenant.organizationId, id);
  }

  /** Work that stores nothing itself, safe to do again should the answer get lost before it is stored. */
  private once<Body>(call: IdempotentCall, work: () => Promise<Body>): Promise<Body> {
    return this.idempotent.runPrepared(call, work, async (_tx, body) => ({ status: 200, body }));
  }
}

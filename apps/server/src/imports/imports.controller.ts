import { createHash } from 'node:crypto';

import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import {
  ApiPage,
  Idempotent,
  type IdempotentCall,
  mapPage,
  type Page,
  page,
  pageById,
  PageQuery,
  problem,
  ResourceId,
  sendCsv,
  STREAM_BODY,
} from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import {
  ImportService,
  ImportUploadService,
  type ImportRow,
  type ProgramResult,
  ProgramWork,
  type ReceivedFile,
  type UnitOfWork,
} from '@rekomi/programs';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { pageAfterId } from '../programs/page-after-id.js';
import { ProgramCalls } from '../programs/program-calls.js';
import { valueOf } from '../programs/program-problems.js';
import { errorRows, errorsHeader } from './errors-csv.js';
import { importAnswer } from './import-answers.js';
import { ImportIssueAnswer } from './import-issue.answer.js';
import { ImportIssuesQuery } from './import-issues.query.js';
import { ImportAnswer } from './import.answer.js';
import { lineAfter } from './line-after.js';
import { MapImportRequest } from './map-import.request.js';
import { uploadBody } from './upload-body.js';
import { UploadImportQuery } from './upload-import.query.js';

const FILE_TYPES = ['text/csv', 'multipart/form-data'];

@ApiTags('Imports')
@Controller('imports')
export class ImportsController {
  constructor(
    private readonly imports: ImportService,
    private readonly uploads: ImportUploadService,
    private readonly work: ProgramWork,
    private readonly calls: ProgramCalls,
  ) {}

  @Post()
  @RouteConfig(STREAM_BODY)
  @Audited('import.uploaded', { label: 'fileName' })
  @ApiOperation({
    summary: 'Upload a file of affiliates',
    description:
      'CSV of up to 200 MB, 500 columns and 1,000,000 rows, as the body or in the field `file` of a form; separated by comma, semicolon, tab or bar, in UTF-8, UTF-16 with a byte order mark, or Windows-1252. Nothing is imported yet: the answer shows the columns with samples and guesses what they are.',
  })
  @ApiConsumes(...FILE_TYPES)
  @ApiBody({
    schema: {
      type: 'object',
      properties: { file: { type: 'string', format: 'binary' } },
      required: ['file'],
    },
  })
  @ApiCreatedResponse({ type: ImportAnswer })
  async uploadImport(
    @Query() query: UploadImportQuery,
    @Req() request: FastifyRequest,
    @Idempotent() call: IdempotentCall,
    @CurrentTenant() tenant: Tenant,
  ): Promise<ImportAnswer> {
    const body = await uploadBody(request, query.fileName ?? '');
    const { organizationId } = tenant;
    const received = await this.uploads.receive(organizationId, {
      fileName: body.fileName,
      createdBy: tenant.actor.label,
      body: body.bytes,
    });
    if (received.ok) return this.keep(call, organizationId, received.value);
    await body.discard();
    const { code, detail } = received.fault;
    throw problem(code === 'file_too_large' ? 'body_too_large' : 'file_refused', {
      detail,
      errors: [{ pointer: '#/file', code, detail }],
    });
  }

  @Get()
  @ApiOperation({ summary: 'List imports', description: 'Newest first.' })
  @ApiPage(ImportAnswer)
  async listImports(@Query() query: PageQuery, @CurrentTenant() tenant: Tenant): Promise<Page<ImportAnswer>> {
    const rows = await this.work.run(tenant.organizationId, (unit) =>
      this.imports.list(unit, pageAfterId(query)),
    );
    return mapPage(pageById(rows, query.limit), importAnswer);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read an import', description: 'Its state, progress, rate and counts.' })
  @ApiOkResponse({ type: ImportAnswer })
  getImport(@ResourceId('import') id: string, @CurrentTenant() tenant: Tenant): Promise<ImportAnswer> {
    return this.answer(tenant, (unit) => this.imports.get(unit, id));
  }

  @Put(':id/mapping')
  @Audited('import.mapped', { label: 'fileName' })
  @ApiOperation({
    summary: 'Say what the columns are',
    description:
      'Also the campaign, what each status means here, the basis of consent, and what happens to people who are known. Possible until the first row is imported.',
  })
  @ApiOkResponse({ type: ImportAnswer })
  mapImport(
    @ResourceId('import') id: string,
    @Body() body: MapImportRequest,
    @CurrentTenant() tenant: Tenant,
  ): Promise<ImportAnswer> {
    return this.answer(tenant, (unit) => this.imports.map(unit, id, body));
  }

  @Post(':id/check')
  @HttpCode(202)
  @Audited('import.check_started', { label: 'fileName' })
  @ApiOperation({
    summary: 'Check a file without importing it',
    description:
      'Runs in the background and ends in the state `checked` with a report: how many rows are new, changed, unchanged and refused, and why. Changes no affiliate.',
  })
  @ApiAcceptedResponse({ type: ImportAnswer })
  checkImport(@ResourceId('import') id: string, @Idempotent() call: IdempotentCall): Promise<ImportAnswer> {
    return this.begin(call, (unit) => this.imports.check(unit, id));
  }

  @Post(':id/start')
  @HttpCode(202)
  @Audited('import.started', { label: 'fileName' })
  @ApiOperation({
    summary: 'Import a file, or continue',
    description:
      'Runs in the background. An import that was cancelled or failed goes on behind the last row that is imported: no row twice, none left out.',
  })
  @ApiAcceptedResponse({ type: ImportAnswer })
  startImport(@ResourceId('import') id: string, @Idempotent() call: IdempotentCall): Promise<ImportAnswer> {
    return this.begin(call, (unit) => this.imports.start(unit, id));
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @Audited('import.cancelled', { label: 'fileName' })
  @ApiOperation({
    summary: 'Cancel an import or a check',
    description: 'Stops after the rows that are being worked on. What is imported stays.',
  })
  @ApiAcceptedResponse({ type: ImportAnswer })
  cancelImport(@ResourceId('import') id: string, @Idempotent() call: IdempotentCall): Promise<ImportAnswer> {
    return this.begin(call, (unit) => this.imports.cancel(unit, id));
  }

  @Delete(':id')
  @HttpCode(204)
  @Audited('import.deleted')
  @ApiOperation({
    summary: 'Delete a file and what is known about its rows',
    description: 'The affiliates that came of it stay.',
  })
  @ApiNoContentResponse()
  async deleteImport(@ResourceId('import') id: string, @CurrentTenant() tenant: Tenant): Promise<void> {
    valueOf(await this.work.run(tenant.organizationId, (unit) => this.imports.remove(unit, id)));
  }

  @Get(':id/issues')
  @ApiOperation({
    summary: 'List what is wrong with rows',
    description: 'Of the check, or of the import once it has begun; in the order of the file.',
  })
  @ApiPage(ImportIssueAnswer)
  async listImportIssues(
    @ResourceId('import') id: string,
    @Query() query: ImportIssuesQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<ImportIssueAnswer>> {
    const { severity, code, limit } = query;
    const filter = {
      ...(severity === undefined ? {} : { severity }),
      ...(code === undefined ? {} : { code }),
    };
    const rows = await this.work.run(tenant.organizationId, (unit) =>
      this.imports.issues(unit, id, filter, { limit, ...lineAfter(query) }),
    );
    return mapPage(
      page(valueOf(rows), limit, (row) => [String(row.line), String(row.place)]),
      ({ line, severity: how, column_name: column, code: what, reason }) => ({
        line,
        severity: how,
        column,
        code: what,
        reason,
      }),
    );
  }

  @Get(':id/errors.csv')
  @ApiOperation({
    summary: 'Download the refused rows',
    description:
      'As CSV with the columns of the file and, behind them, line, column, code and reason. Correct the rows and upload the file: the further columns do no harm. Cells that a spreadsheet would take for a formula begin with an apostrophe, which the upload takes away again.',
  })
  @ApiProduces('text/csv')
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' } } } })
  async downloadImportErrors(
    @ResourceId('import') id: string,
    @CurrentTenant() tenant: Tenant,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { organizationId } = tenant;
    const run = valueOf(await this.work.run(organizationId, (unit) => this.imports.get(unit, id)));
    const names = run.columns.map(({ name }) => name);
    const rows = errorRows(names.length, (afterLine, limit) =>
      this.work.run(organizationId, (unit) => this.imports.refused(unit, id, afterLine, limit)),
    );
    await sendCsv(reply, `errors-${run.file_name}`, errorsHeader(names), rows);
  }

  private async keep(
    call: IdempotentCall,
    organizationId: string,
    received: ReceivedFile,
  ): Promise<ImportAnswer> {
    let kept: ImportAnswer | undefined;
    try {
      // What makes two uploads the same is what was uploaded; the body itself is long gone.
      const fingerprint = createHash('sha256').update(call.fingerprint).update(received.file.sha256).digest();
      kept = await this.calls.run({ ...call, fingerprint }, async (unit) => {
        await this.uploads.keep(unit.tx, organizationId, received);
        return { status: 201, body: importAnswer(valueOf(await this.imports.get(unit, received.id))) };
      });
      return kept;
    } finally {
      if (kept?.id !== received.id) await this.uploads.drop(organizationId, received.id);
    }
  }

  private begin(
    call: IdempotentCall,
    act: (unit: UnitOfWork) => Promise<ProgramResult<ImportRow>>,
  ): Promise<ImportAnswer> {
    return this.calls.run(call, async (unit) => ({
      status: 202,
      body: importAnswer(valueOf(await act(unit))),
    }));
  }

  private async answer(
    tenant: Tenant,
    act: (unit: UnitOfWork) => Promise<ProgramResult<ImportRow>>,
  ): Promise<ImportAnswer> {
    return importAnswer(valueOf(await this.work.run(tenant.organizationId, act)));
  }
}

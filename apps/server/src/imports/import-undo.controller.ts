import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiPage,
  Idempotent,
  type IdempotentCall,
  mapPage,
  type Page,
  page,
  PageQuery,
  ResourceId,
} from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import {
  type ImportUndoRow,
  ImportUndoService,
  type ProgramResult,
  ProgramWork,
  type UnitOfWork,
} from '@rekomi/programs';

import { placeAfter } from '../jobs/place-after.js';
import { ProgramCalls } from '../programs/program-calls.js';
import { valueOf } from '../programs/program-problems.js';
import {
  ImportUndoAnswer,
  importUndoAnswer,
  ImportUndoPersonAnswer,
  undoPersonAnswer,
} from './import-undo.answer.js';
import { StartImportUndoRequest } from './import-undo.request.js';

/** Taking an import back. */
@ApiTags('Imports')
@Controller('imports/:importId/undo')
export class ImportUndoController {
  constructor(
    private readonly undos: ImportUndoService,
    private readonly work: ProgramWork,
    private readonly calls: ProgramCalls,
  ) {}

  @Post()
  @HttpCode(200)
  @Audited('import.undo_previewed', { id: 'importId', counts: ['items'] })
  @ApiOperation({
    summary: 'Write down what undoing an import would do',
    description:
      'Person by person, and what of it was written where. Nothing is done until it is started. Once it has begun, the answer is how far it is.',
  })
  @ApiOkResponse({ type: ImportUndoAnswer })
  previewImportUndo(
    @ResourceId('import', 'importId') id: string,
    @CurrentTenant() tenant: Tenant,
    @Idempotent() call: IdempotentCall,
  ): Promise<ImportUndoAnswer> {
    return this.#act(call, 200, (unit) => this.undos.preview(unit, id, tenant.actor.label));
  }

  @Get()
  @ApiOperation({ summary: 'Read the undoing of an import', description: 'Its counts, progress and rate.' })
  @ApiOkResponse({ type: ImportUndoAnswer })
  async getImportUndo(
    @ResourceId('import', 'importId') id: string,
    @CurrentTenant() { organizationId }: Tenant,
  ): Promise<ImportUndoAnswer> {
    const undo = await this.work.run(organizationId, (unit) => this.undos.get(unit, id));
    return importUndoAnswer(valueOf(undo));
  }

  @Get('people')
  @ApiOperation({
    summary: 'List whom the undoing of an import concerns',
    description: 'With all that goes back and what is left alone, and why.',
  })
  @ApiPage(ImportUndoPersonAnswer)
  async listImportUndoPeople(
    @ResourceId('import', 'importId') id: string,
    @Query() query: PageQuery,
    @CurrentTenant() { organizationId }: Tenant,
  ): Promise<Page<ImportUndoPersonAnswer>> {
    const after = placeAfter(query);
    const rows = await this.work.run(organizationId, (unit) =>
      this.undos.people(unit, id, { limit: query.limit, ...after }),
    );
    return mapPage(
      page(valueOf(rows), query.limit, (row) => [String(row.place)]),
      undoPersonAnswer,
    );
  }

  @Post('start')
  @HttpCode(202)
  @Audited('import.undo_started', { id: 'importId', counts: ['items'] })
  @ApiOperation({
    summary: 'Undo an import, or go on with it',
    description:
      'Runs in the background, once. What somebody decided or changed since the import stays; events that were sent stay sent; nobody is deleted.',
  })
  @ApiBody({ type: StartImportUndoRequest, required: false })
  @ApiAcceptedResponse({ type: ImportUndoAnswer })
  startImportUndo(
    @ResourceId('import', 'importId') id: string,
    @Body() body: StartImportUndoRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<ImportUndoAnswer> {
    return this.#act(call, 202, (unit) => this.undos.start(unit, id, body.expected));
  }

  @Post('cancel')
  @HttpCode(202)
  @Audited('import.undo_cancelled', { id: 'importId', counts: ['done', 'items'] })
  @ApiOperation({
    summary: 'Stop undoing an import',
    description: 'After the people who are being worked on. What is undone stays undone.',
  })
  @ApiAcceptedResponse({ type: ImportUndoAnswer })
  cancelImportUndo(
    @ResourceId('import', 'importId') id: string,
    @Idempotent() call: IdempotentCall,
  ): Promise<ImportUndoAnswer> {
    return this.#act(call, 202, (unit) => this.undos.cancel(unit, id));
  }

  #act(
    call: IdempotentCall,
    status: number,
    act: (unit: UnitOfWork) => Promise<ProgramResult<ImportUndoRow>>,
  ): Promise<ImportUndoAnswer> {
    return this.calls.run(call, async (unit) => ({
      status,
      body: importUndoAnswer(valueOf(await act(unit))),
    }));
  }
}

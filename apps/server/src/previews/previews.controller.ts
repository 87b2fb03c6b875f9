import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ResourceId } from '@rekomi/http';
import { CurrentTenant, NotAudited, type Tenant } from '@rekomi/identity';
import { PreviewService, type PreviewedPerson } from '@rekomi/sync';

import { CodeTexts } from '../connections/code-texts.js';
import type { CodeAnswer } from '../connections/code.answer.js';
import { valueOf } from '../connections/connection-problems.js';
import { PreviewAnswer, type PreviewRefusalAnswer } from './preview.answer.js';
import { PreviewRequest } from './preview.request.js';
import type { PreviewedPersonAnswer } from './previewed-person.answer.js';

/** What a connection would send. */
@ApiTags('First sync')
@Controller('connections/:id/previews')
export class PreviewsController {
  constructor(
    private readonly previews: PreviewService,
    private readonly texts: CodeTexts,
  ) {}

  @Post()
  @NotAudited('Stores nothing and writes nothing at the vendor.')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Preview a connection',
    description:
      'The requests that would be sent for five people, by the code that sends them, and counts over everybody. Nothing is written at the vendor; what only asks is asked, within the vendor’s limits.',
  })
  @ApiBody({ type: PreviewRequest, required: false })
  @ApiOkResponse({ type: PreviewAnswer })
  async previewConnection(
    @ResourceId('connection') id: string,
    @Body() { affiliateIds }: PreviewRequest,
    @CurrentTenant() { organizationId }: Tenant,
  ): Promise<PreviewAnswer> {
    const key = { organizationId, connectionId: id };
    const { people, refusals, checked, ...rest } = valueOf(
      await this.previews.preview(key, affiliateIds),
      id,
    );
    return {
      ...rest,
      people: people.map((person) => this.person(person)),
      refusals: refusals.map((one) => this.refusal(one)),
      checked: { ...checked, refused: checked.refused.map((one) => this.refusal(one)) },
    };
  }

  private person({ contactId, outcome, ...person }: PreviewedPerson): PreviewedPersonAnswer {
    const { kind, code, ...details } = outcome ?? {};
    return {
      affiliateId: contactId,
      ...person,
      ...(kind === undefined ? {} : { outcome: kind }),
      ...this.texts.reason(code),
      ...details,
    };
  }

  private refusal({
    code,
    people,
  }: {
    readonly code: string;
    readonly people: number;
  }): PreviewRefusalAnswer {
    return { people, reason: this.text(code) };
  }

  private text(code: string): CodeAnswer {
    const text = this.texts.of(code);
    if (text === undefined) throw new Error('A code has a text.');
    return text;
  }
}

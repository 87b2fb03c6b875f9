import { Body, Controller, HttpStatus, Post, Res, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { KEEP_RAW_BODY, Limited } from '@rekomi/http';
import { NotAudited, Public } from '@rekomi/identity';
import { ConversionService, ProgramWork, RefundService } from '@rekomi/programs';
import type { OpenedSource } from '@rekomi/webhooks';
import type { FastifyReply } from 'fastify';

import { valueOf } from '../programs/program-problems.js';
import {
  BookedRefundAnswer,
  bookedRefundAnswer,
  ConversionAnswer,
  conversionAnswer,
} from './conversion.answer.js';
import { ConversionRequest, RefundRequest } from './conversion.request.js';
import { CurrentSource, SignedSourceGuard } from './signed-source.guard.js';

const SIGNED =
  'Signed as Standard Webhooks 1.0 says: headers webhook-id, webhook-timestamp and webhook-signature over the body’s bytes, at most five minutes old. No API key.';

/** Public by name only: every request is signed by the source in its address. */
@Public()
@Limited('inbound', { perMinute: 6_000 })
@UseGuards(SignedSourceGuard)
@ApiTags('Inbound')
@ApiParam({ name: 'source', format: 'uuid' })
@Controller('inbound/:source')
export class InboundController {
  constructor(
    private readonly conversions: ConversionService,
    private readonly refunds: RefundService,
    private readonly work: ProgramWork,
  ) {}

  @Post('conversions')
  @RouteConfig(KEEP_RAW_BODY)
  @NotAudited('booked by a system; the conversion itself is the record')
  @ApiOperation({
    summary: 'Book a conversion',
    description: `Answers with what it earned. The same order twice is booked once. ${SIGNED}`,
  })
  @ApiCreatedResponse({ type: ConversionAnswer, description: 'Booked.' })
  @ApiOkResponse({ type: ConversionAnswer, description: 'This order was booked before.' })
  async recordConversion(
    @Body() body: ConversionRequest,
    @CurrentSource() source: OpenedSource,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConversionAnswer> {
    const { conversion, created } = valueOf(
      await this.work.run(source.organizationId, (unit) => this.conversions.record(unit, body)),
    );
    void reply.status(created ? HttpStatus.CREATED : HttpStatus.OK);
    return conversionAnswer(conversion);
  }

  @Post('refunds')
  @RouteConfig(KEEP_RAW_BODY)
  @NotAudited('booked by a system; the refund itself is the record')
  @ApiOperation({
    summary: 'Refund a conversion, in part or whole',
    description: `Takes back the commission in proportion. The same refund twice is booked once. ${SIGNED}`,
  })
  @ApiCreatedResponse({ type: BookedRefundAnswer, description: 'Booked.' })
  @ApiOkResponse({ type: BookedRefundAnswer, description: 'This refund was booked before.' })
  async recordRefund(
    @Body() body: RefundRequest,
    @CurrentSource() source: OpenedSource,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BookedRefundAnswer> {
    const { refund, conversion, created } = valueOf(
      await this.work.run(source.organizationId, (unit) => this.refunds.record(unit, body)),
    );
    void reply.status(created ? HttpStatus.CREATED : HttpStatus.OK);
    return bookedRefundAnswer(refund, conversion);
  }
}

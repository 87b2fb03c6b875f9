import { ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@rekomi/http';
import {
  OPEN_STATES,
  RECEIPT_STATES,
  SETTLED_STATES,
  type DeliveryFilter,
  type DeliveryKind,
  type DeliveryState,
  type ReceiptState,
} from '@rekomi/sync';
import { IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';

const STATES = [...OPEN_STATES, ...SETTLED_STATES];
const KINDS = ['contact', 'event', 'erasure'];

export class DeliveriesQuery extends PageQuery {
  @ApiPropertyOptional({
    format: 'uuid',
    description: 'Only those of this connection, or to this webhook endpoint.',
  })
  @IsOptional()
  @IsUUID()
  readonly connection?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only those of this affiliate.' })
  @IsOptional()
  @IsUUID()
  readonly affiliate?: string;

  @ApiPropertyOptional({ enum: STATES })
  @IsOptional()
  @IsIn(STATES)
  readonly state?: DeliveryState;

  @ApiPropertyOptional({ enum: KINDS })
  @IsOptional()
  @IsIn(KINDS)
  readonly kind?: DeliveryKind;

  @ApiPropertyOptional({ description: 'Name of the event.', example: 'commission_earned' })
  @IsOptional()
  @IsString()
  @MaxLength(255)
  readonly event?: string;

  @ApiPropertyOptional({ description: 'Error code.', example: 'email_invalid' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  readonly code?: string;

  @ApiPropertyOptional({
    enum: RECEIPT_STATES,
    description: 'Only contacts that were, or are going to be, read back, by what came of it.',
  })
  @IsOptional()
  @IsIn(RECEIPT_STATES)
  readonly receipt?: ReceiptState;

  filter(): DeliveryFilter {
    return {
      ...(this.connection === undefined ? {} : { connectionId: this.connection }),
      ...(this.affiliate === undefined ? {} : { contactId: this.affiliate }),
      ...(this.state === undefined ? {} : { state: this.state }),
      ...(this.kind === undefined ? {} : { kind: this.kind }),
      ...(this.event === undefined ? {} : { eventName: this.event }),
      ...(this.code === undefined ? {} : { code: this.code }),
      ...(this.receipt === undefined ? {} : { receipt: this.receipt }),
    };
  }
}

import { ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@rekomi/http';
import { type DeliveryFilter, type DeliveryState, OPEN_STATES, SETTLED_STATES } from '@rekomi/sync';
import { IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';

const STATES = [...OPEN_STATES, ...SETTLED_STATES];

export class WebhookDeliveriesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: STATES })
  @IsOptional()
  @IsIn(STATES)
  readonly state?: DeliveryState;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only those about this affiliate.' })
  @IsOptional()
  @IsUUID()
  readonly affiliate?: string;

  @ApiPropertyOptional({ description: 'Name of the event.', example: 'commission_earned' })
  @IsOptional()
  @IsString()
  @MaxLength(255)
  readonly event?: string;

  @ApiPropertyOptional({ description: 'Error code.', example: 'endpoint_failed' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  readonly code?: string;

  filter(endpointId: string): DeliveryFilter {
    return {
      connectionId: endpointId,
      ...(this.affiliate === undefined ? {} : { contactId: this.affiliate }),
      ...(this.state === undefined ? {} : { state: this.state }),
      ...(this.event === undefined ? {} : { eventName: this.event }),
      ...(this.code === undefined ? {} : { code: this.code }),
    };
  }
}

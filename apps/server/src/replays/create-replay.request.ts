import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ReplayFilter } from '@rekomi/sync';
import { SETTLED_STATES } from '@rekomi/sync';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsISO8601,
  IsObject,
  IsString,
  IsUUID,
  MaxLength,
  ValidateNested,
} from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

const STATES = [...SETTLED_STATES.filter((state) => state !== 'erased'), 'held'] as const;
const WHICH = ['settled', 'dead_letters', 'never_attempted'] as const;
const MOST_VALUES = 1_000;

/** A list of values of which any may match. */
const AnyOf = (...each: readonly PropertyDecorator[]): PropertyDecorator => {
  const all = [IfPresent(), IsArray(), ArrayMinSize(1), ArrayMaxSize(MOST_VALUES), ArrayUnique(), ...each];
  return (target, key) => all.forEach((decorate) => decorate(target, key));
};

/** All conditions have to hold; of a list any value. */
export class ReplayFilterRequest {
  @ApiPropertyOptional({
    enum: WHICH,
    default: 'settled',
    description:
      '`settled`: whatever has ended, and what is held. `dead_letters`: what did not arrive and was not discarded. `never_attempted`: people who are meant to be in a tool and of whom nothing was ever written there, and events that ended without an attempt.',
  })
  @IfPresent()
  @IsIn(WHICH)
  readonly which?: (typeof WHICH)[number];

  @ApiPropertyOptional({ type: [String], description: 'Ids of connections.' })
  @AnyOf(IsUUID(undefined, { each: true }))
  readonly connections?: string[];

  @ApiPropertyOptional({ type: [String], description: 'Ids of affiliates.' })
  @AnyOf(IsUUID(undefined, { each: true }))
  readonly affiliates?: string[];

  @ApiPropertyOptional({ type: [String], description: 'Ids of deliveries.' })
  @AnyOf(IsUUID(undefined, { each: true }))
  readonly deliveries?: string[];

  @ApiPropertyOptional({ enum: ['contact', 'event'] })
  @IfPresent()
  @IsIn(['contact', 'event'])
  readonly kind?: 'contact' | 'event';

  @ApiPropertyOptional({
    enum: STATES,
    isArray: true,
    description:
      'How they ended. What has arrived since is left out, unless `delivered` or `unchanged` are named.',
  })
  @AnyOf(IsIn(STATES, { each: true }))
  readonly states?: (typeof STATES)[number][];

  @ApiPropertyOptional({ type: [String], description: 'Error codes.', example: ['list_missing'] })
  @AnyOf(IsString({ each: true }), MaxLength(100, { each: true }))
  readonly codes?: string[];

  @ApiPropertyOptional({ type: [String], description: 'Names of events.', example: ['commission_earned'] })
  @AnyOf(IsString({ each: true }), MaxLength(255, { each: true }))
  readonly events?: string[];

  @ApiPropertyOptional({ format: 'date-time', description: 'Ended then or later.' })
  @IfPresent()
  @IsISO8601({ strict: true, strictSeparator: true })
  readonly from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'And before then.' })
  @IfPresent()
  @IsISO8601({ strict: true, strictSeparator: true })
  readonly to?: string;
}

export class CreateReplayRequest {
  @ApiProperty({
    type: ReplayFilterRequest,
    description: 'What is to be brought again. `{}` means everything, and the answer says so.',
  })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => ReplayFilterRequest)
  readonly filter!: ReplayFilterRequest;

  @ApiPropertyOptional({
    default: false,
    description:
      'Write contacts also where nothing has changed since they were last written, for instance because somebody deleted them at the vendor.',
  })
  @IfPresent()
  @IsBoolean()
  readonly rewrite?: boolean;
}

export function readReplayFilter(filter: ReplayFilterRequest): ReplayFilter {
  const {
    which = 'settled',
    connections,
    affiliates,
    deliveries,
    kind,
    states,
    codes,
    events,
    from,
    to,
  } = filter;
  return {
    which,
    ...(connections === undefined ? {} : { connectionIds: connections }),
    ...(affiliates === undefined ? {} : { contactIds: affiliates }),
    ...(deliveries === undefined ? {} : { deliveryIds: deliveries }),
    ...(kind === undefined ? {} : { kind }),
    ...(states === undefined ? {} : { states }),
    ...(codes === undefined ? {} : { codes }),
    ...(events === undefined ? {} : { eventNames: events }),
    ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
    ...(to === undefined ? {} : { to: new Date(to).toISOString() }),
  };
}

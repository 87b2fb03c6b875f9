import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ApiKeyEnvironment, ApiKeyScope } from '@rekomi/identity';
import { IsIn, IsString, Matches, MaxLength } from 'class-validator';

import { IfGiven } from '../programs/if-present.js';
import { IsInTheFuture, IsMoment } from './moment.decorators.js';

const ENVIRONMENTS = ['live', 'test'];
const SCOPES = ['read', 'read_write'];

export class CreateApiKeyRequest {
  @ApiProperty({
    minLength: 1,
    maxLength: 200,
    description: 'What will use it, so that people dare to revoke it one day.',
    example: 'Checkout server',
  })
  @IsString()
  @Matches(/\S/, { message: 'name must say something. Send what will use the key.' })
  @MaxLength(200)
  readonly name!: string;

  @ApiProperty({ enum: ENVIRONMENTS, description: 'How the key begins: `rk_live_` or `rk_test_`.' })
  @IsIn(ENVIRONMENTS)
  readonly environment!: ApiKeyEnvironment;

  @ApiProperty({ enum: SCOPES, description: 'With `read` nothing can be changed.' })
  @IsIn(SCOPES)
  readonly scope!: ApiKeyScope;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'In the future. Without one the key works until it is revoked.',
    example: '2027-11-23T00:00:00Z',
  })
  @IfGiven()
  @IsMoment()
  @IsInTheFuture()
  readonly expiresAt?: string | null;
}

import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsObject, IsString, MaxLength } from 'class-validator';

/** Credentials to try, as pasted. */
export class VerifyConnectionRequest {
  @ApiProperty({ description: 'Slug of the provider.', example: 'customer-io' })
  @IsString()
  @MaxLength(100)
  readonly provider!: string;

  @ApiProperty({
    enum: ['live', 'sandbox'],
    description: 'The vendor itself, or its emulator in the sandbox.',
  })
  @IsIn(['live', 'sandbox'])
  readonly environment!: 'live' | 'sandbox';

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    writeOnly: true,
    description: 'By the names of the provider’s credential fields. Never sent back.',
    example: { siteId: 'a1b2c3d4e5f6a7b8c9d0', trackApiKey: '0123456789abcdef0123' },
  })
  @IsObject()
  readonly credentials!: Readonly<Record<string, unknown>>;
}

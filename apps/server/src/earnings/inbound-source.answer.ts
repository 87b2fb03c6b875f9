import { ApiProperty } from '@nestjs/swagger';
import { INBOUND_KINDS, type InboundKind, type InboundSource } from '@rekomi/webhooks';

/** The whole address of a path of this server. */
export type InboundAddress = (path: string) => string;

export class InboundSourceAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ enum: INBOUND_KINDS })
  readonly kind!: InboundKind;

  @ApiProperty({ example: 'Our shop' })
  readonly name!: string;

  @ApiProperty({
    type: [String],
    description: 'Where the source sends to.',
    example: ['https://rekomi.example/v1/inbound/0199.../conversions'],
  })
  readonly addresses!: readonly string[];

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly revokedAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Until when a secret before the present one is accepted.',
  })
  readonly oldSecretExpiresAt!: string | null;
}

export class CreatedInboundSourceAnswer extends InboundSourceAnswer {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Shown this once. Null when the same call is answered again.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  })
  readonly secret!: string | null;
}

const PATHS: Readonly<Record<InboundKind, readonly string[]>> = {
  conversions: ['conversions', 'refunds'],
  stripe: ['stripe'],
};

type Shape = { readonly [Key in keyof InboundSourceAnswer]: InboundSourceAnswer[Key] };

export function inboundSourceAnswer(source: InboundSource, address: InboundAddress): Shape {
  return {
    id: source.id,
    kind: source.kind,
    name: source.name,
    addresses: PATHS[source.kind].map((path) => address(`/v1/inbound/${source.id}/${path}`)),
    createdAt: source.createdAt.toISOString(),
    revokedAt: source.revokedAt?.toISOString() ?? null,
    oldSecretExpiresAt: source.oldSecretExpiresAt?.toISOString() ?? null,
  };
}

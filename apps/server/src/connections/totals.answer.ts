import { ApiProperty } from '@nestjs/swagger';

/** Counters of a connection since it was made. */
export class TotalsAnswer {
  @ApiProperty({
    type: 'array',
    items: {
      type: 'object',
      required: ['kind', 'state', 'deliveries'],
      properties: { kind: { type: 'string' }, state: { type: 'string' }, deliveries: { type: 'integer' } },
    },
    example: [{ kind: 'contact', state: 'delivered', deliveries: 200 }],
  })
  readonly settled!: readonly object[];

  @ApiProperty({
    type: 'array',
    items: {
      type: 'object',
      required: ['kind', 'deliveries'],
      properties: { kind: { type: 'string' }, deliveries: { type: 'integer' } },
    },
    example: [{ kind: 'event', deliveries: 3 }],
  })
  readonly open!: readonly object[];

  @ApiProperty({
    type: 'object',
    required: ['created', 'settled', 'open', 'holds'],
    properties: {
      created: { type: 'integer' },
      settled: { type: 'integer' },
      open: { type: 'integer' },
      holds: { type: 'boolean' },
    },
    description: 'Every delivery is open or settled, once: `created` = `settled` + `open`.',
    example: { created: 203, settled: 200, open: 3, holds: true },
  })
  readonly conservation!: object;
}

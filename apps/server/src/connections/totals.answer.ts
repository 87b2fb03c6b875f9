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

  @ApiProperty({
    type: 'object',
    required: ['owed', 'confirmed', 'ignored', 'undecided'],
    properties: {
      owed: { type: 'integer' },
      confirmed: { type: 'integer' },
      ignored: { type: 'integer' },
      undecided: { type: 'integer' },
    },
    description:
      'What came of reading delivered contacts back. Facts beside the deliveries, which stay counted as delivered.',
    example: { owed: 0, confirmed: 11, ignored: 1, undecided: 0 },
  })
  readonly receipts!: object;
}

export interface BuiltinEventType {
  readonly name: string;
  readonly description: string;
  /** JSON Schema 2020-12 of the data. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly example: Readonly<Record<string, unknown>>;
}

const TEXT = { type: 'string', maxLength: 1_000 };
const AMOUNT = { type: 'integer', minimum: 0, description: 'In minor units: 1250 is 12.50 EUR.' };
const CURRENCY = { type: 'string', pattern: '^[A-Z]{3}$', description: 'ISO 4217, for instance EUR.' };
const CAMPAIGN = { campaign: TEXT, campaign_name: TEXT };

/** Further keys are welcome. */
function schema(
  properties: Readonly<Record<string, unknown>>,
  rest: Readonly<Record<string, unknown>> = {},
): BuiltinEventType['schema'] {
  return { type: 'object', properties, ...rest };
}

/** Money never comes without its currency. */
function money(properties: Readonly<Record<string, unknown>>): BuiltinEventType['schema'] {
  return schema(
    { amount: AMOUNT, currency: CURRENCY, ...properties },
    { dependentRequired: { amount: ['currency'], currency: ['amount'] } },
  );
}

/** Events that the product records itself or knows the meaning of. */
export const BUILTIN_EVENT_TYPES: readonly BuiltinEventType[] = [
  {
    name: 'affiliate_applied',
    description: 'Somebody applied to a campaign and waits for a decision.',
    schema: schema(CAMPAIGN),
    example: { campaign: 'summer-sale-2026', campaign_name: 'Summer Sale 2026' },
  },
  {
    name: 'affiliate_approved',
    description: 'An affiliate was approved in a campaign, by hand, automatically or by an import.',
    schema: schema({ ...CAMPAIGN, tier: TEXT }),
    example: { campaign: 'summer-sale-2026', campaign_name: 'Summer Sale 2026', tier: 'gold' },
  },
  {
    name: 'affiliate_rejected',
    description:
      'An affiliate was rejected in a campaign. Sent only where the person is for another campaign.',
    schema: schema({ ...CAMPAIGN, tier: TEXT }),
    example: { campaign: 'summer-sale-2026', campaign_name: 'Summer Sale 2026' },
  },
  {
    name: 'first_click',
    description: 'Somebody followed the affiliate’s link for the first time. Sent by your tracking.',
    schema: schema({ url: TEXT, referrer: TEXT }),
    example: { url: 'https://shop.example/?via=jane', referrer: 'https://blog.example/' },
  },
  {
    name: 'lead_created',
    description: 'Somebody whom the affiliate referred signed up. Sent by your tracking.',
    schema: schema({ lead_id: TEXT }),
    example: { lead_id: 'lead_88' },
  },
  {
    name: 'conversion_recorded',
    description: 'Somebody whom the affiliate referred bought something.',
    schema: money({ order_id: TEXT, customer_id: TEXT, kind: TEXT, country: TEXT }),
    example: { order_id: 'A-1042', amount: 12500, currency: 'EUR' },
  },
  {
    name: 'commission_earned',
    description: 'A conversion earned the affiliate a commission.',
    schema: money({ order_id: TEXT, reason: TEXT, tier: TEXT }),
    example: { order_id: 'A-1042', amount: 1250, currency: 'EUR' },
  },
  {
    name: 'commission_reversed',
    description: 'A commission was taken back, for instance after a refund.',
    schema: money({ order_id: TEXT, refund_id: TEXT, reason: TEXT }),
    example: { order_id: 'A-1042', refund_id: 'R-7', amount: 1250, currency: 'EUR' },
  },
  {
    name: 'payout_sent',
    description: 'Money was sent to the affiliate.',
    schema: money({ payout_id: TEXT, method: TEXT }),
    example: { payout_id: 'po_77', amount: 48000, currency: 'EUR' },
  },
  {
    name: 'payout_failed',
    description: 'Money could not be sent to the affiliate.',
    schema: money({ payout_id: TEXT, reason: TEXT }),
    example: { payout_id: 'po_77', amount: 48000, currency: 'EUR', reason: 'The account is closed.' },
  },
];

export const BUILTIN_EVENT_NAMES: readonly string[] = BUILTIN_EVENT_TYPES.map(({ name }) => name);

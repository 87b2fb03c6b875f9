import { type PlanInput, readPlan } from './plan-input.js';

const read = (input: Partial<PlanInput>) =>
  readPlan({ name: 'Standard', currency: 'usd', components: [{ percent: '18' }], ...input });
const pointersOf = (input: Partial<PlanInput>): readonly string[] => {
  const result = read(input);
  if (result.ok || result.problem.reason !== 'invalid') throw new Error('The plan was accepted.');
  return result.problem.errors.map(({ pointer }) => pointer);
};

it('reads a hybrid plan with tiers, a region and renewals', () => {
  const result = read({
    name: '  Standard ',
    components: [{ amount: 1_500, on: 'first_of_affiliate' }, { percent: 12.5 }],
    tiers: [{ tier: 'gold', components: [{ percent: '25' }] }],
    regions: [{ name: 'EU', countries: ['de', 'FR'], currency: 'eur', components: [{ amount: 1_000 }] }],
    recurring: { months: 12 },
  });
  expect(result).toEqual({
    ok: true,
    value: {
      name: 'Standard',
      terms: {
        currency: 'USD',
        components: [
          { kind: 'fixed', amount: 1_500, on: 'first_of_affiliate' },
          { kind: 'percentage', rate: 125_000, on: 'every' },
        ],
        tiers: { gold: [{ kind: 'percentage', rate: 250_000, on: 'every' }] },
        recurring: { months: 12 },
      },
      regions: [
        {
          name: 'EU',
          countries: ['DE', 'FR'],
          terms: {
            currency: 'EUR',
            components: [{ kind: 'fixed', amount: 1_000, on: 'every' }],
            tiers: {},
            recurring: null,
          },
        },
      ],
    },
  });
});

it('names every fault at its place, all at once', () => {
  expect(
    pointersOf({
      name: ' ',
      currency: 'dollars',
      components: [{ percent: '101' }, { amount: 1.5 }, { amount: -1 }, {}, { percent: 1, amount: 1 }],
      tiers: [
        { tier: ' gold', components: [] },
        { tier: 'gold', components: [{ percent: 1 }] },
      ],
      recurring: { months: 0, payments: 1.5 },
      regions: [
        { name: 'EU', countries: ['DE', 'Germany'], currency: 'EUR', components: [{ percent: 1 }] },
        { name: 'DACH', countries: ['DE'], currency: 'EUR', components: [{ percent: 1 }] },
        { name: 'None', countries: [], currency: 'EUR', components: [{ percent: 1 }] },
      ],
    }),
  ).toEqual([
    '#/name',
    '#/currency',
    '#/components/0/percent',
    '#/components/1/amount',
    '#/components/2/amount',
    '#/components/3',
    '#/components/4',
    '#/tiers/0/components',
    '#/tiers/1/tier',
    '#/recurring/months',
    '#/recurring/payments',
    '#/regions/0/countries/1',
    '#/regions/1/countries/0',
    '#/regions/2/countries',
  ]);
});

import fc from 'fast-check';

import { highestTier } from './tier.js';

describe('the highest tier', () => {
  it.each([
    [['silver', 'Gold', 'bronze'], 'Gold'],
    [['Tier 2', 'Tier 10', 'Tier 9'], 'Tier 10'],
    [['10 %', '7.5 %'], '10 %'],
    [['partner', 'Tier 1'], 'Tier 1'],
    [[null, 'silver', '  '], 'silver'],
    [['alpha', 'beta'], 'beta'],
  ])('of %j is %s', (tiers, highest) => {
    expect(highestTier(tiers)).toBe(highest);
  });

  it('of none is none', () => {
    expect(highestTier([null, ''])).toBeUndefined();
  });

  it('does not depend on the order in which campaigns are read', () => {
    const tier = fc.oneof(fc.constantFrom('gold', 'silver', 'Tier 1', 'Tier 2', 'partner'), fc.string());
    fc.assert(
      fc.property(fc.array(tier), (tiers) => {
        expect(highestTier([...tiers].reverse())).toBe(highestTier(tiers));
      }),
    );
  });
});

import { higherTier, standingTier, tierReason, type TierRule } from './audience-tiers.js';

const rule = (id: string, tier: string): TierRule => ({ audience: { id, name: `Audience ${id}` }, tier });
const RULES = [rule('8', 'insider'), rule('9', 'partner'), rule('10', 'gold')];

describe('the tier that counts', () => {
  it.each<[string, string | null, readonly string[] | null, string | null]>([
    ['nothing is known', null, null, null],
    ['a tier was given and nobody looked yet', 'partner', null, 'partner'],
    ['the person is in none of the audiences', 'partner', ['1', '2'], 'partner'],
    ['the person is in none, and nothing was given', null, [], null],
    ['the person is in one', null, ['9'], 'partner'],
    ['the person is in several: the one further up', null, ['1', '10', '9'], 'partner'],
    ['the audience’s tier stands further up than the given one', 'partner', ['8'], 'insider'],
    ['the given one stands further up', 'insider', ['9'], 'insider'],
    ['the given one is no tier of an audience and higher by its name', 'platinum', ['10'], 'platinum'],
    ['the given one is no tier of an audience and lower by its name', 'silver', ['10'], 'gold'],
  ])('when %s', (_, given, audiences, tier) => {
    expect(standingTier(RULES, given, audiences).tier).toBe(tier);
  });

  it('names the audience that it follows from, also where another tier is higher', () => {
    expect(standingTier(RULES, 'insider', ['9'])).toEqual({
      tier: 'insider',
      audienceTier: 'partner',
      audienceId: '9',
    });
  });

  it('goes back to what was given when the setting is gone', () => {
    expect(standingTier([], 'silver', ['8'])).toEqual({
      tier: 'silver',
      audienceTier: null,
      audienceId: null,
    });
  });

  it('is the same whichever of two comes first', () => {
    for (const [one, other] of [
      ['insider', 'gold'],
      ['silver', 'gold'],
      ['zebra', 'insider'],
    ] as const) {
      expect(higherTier(RULES, one, other)).toBe(higherTier(RULES, other, one));
    }
  });
});

describe('its reason in words', () => {
  const audience = { name: 'Power users', tier: 'gold' };

  it.each([
    [{ tier: null, given: null, audience: null }, null],
    [{ tier: 'gold', given: 'gold', audience: null }, '“gold” was given to this affiliate.'],
    [{ tier: 'gold', given: null, audience }, '“gold” follows from the audience “Power users”.'],
    [
      { tier: 'gold', given: 'gold', audience },
      '“gold” was given to this affiliate, and follows from the audience “Power users” as well.',
    ],
    [
      { tier: 'gold', given: 'silver', audience },
      '“gold” follows from the audience “Power users”. It is higher than “silver”, which was given to this affiliate.',
    ],
    [
      { tier: 'platinum', given: 'platinum', audience },
      '“platinum” was given to this affiliate. It is higher than “gold”, which follows from the audience “Power users”.',
    ],
  ])('%j', (origin, reason) => {
    expect(tierReason(origin)).toBe(reason);
  });
});

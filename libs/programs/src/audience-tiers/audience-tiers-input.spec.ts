import { readAudienceTiers } from './audience-tiers-input.js';

const row = (id: string, tier: string) => ({ audience: { id }, tier });

describe('a setting of tiers from audiences', () => {
  it('keeps its order, and looks once a day unless told otherwise', () => {
    expect(readAudienceTiers({ tiers: [row(' 8 ', ' gold  plus '), row('9', 'silver')] })).toEqual({
      ok: true,
      value: {
        tiers: [
          { audienceId: '8', tier: 'gold plus' },
          { audienceId: '9', tier: 'silver' },
        ],
        refreshHours: 24,
      },
    });
  });

  it.each([
    [{ tiers: [] }, ['#/tiers invalid_value']],
    [{ tiers: [row('8', 'gold'), row('8', 'silver')] }, ['#/tiers/1/audience/id duplicate']],
    [{ tiers: [row(' ', ' ')] }, ['#/tiers/0/audience/id required', '#/tiers/0/tier required']],
    [{ tiers: [row('8', 'x'.repeat(101))] }, ['#/tiers/0/tier too_long']],
    [{ tiers: [row('8', 'gold')], refreshHours: 0 }, ['#/refreshHours invalid_value']],
    [{ tiers: [row('8', 'gold')], refreshHours: 169 }, ['#/refreshHours invalid_value']],
  ])('says what is wrong: %j', (input, faults) => {
    const read = readAudienceTiers(input);
    const errors = read.ok || read.problem.reason !== 'invalid' ? [] : read.problem.errors;
    expect(errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(faults);
  });
});

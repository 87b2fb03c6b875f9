import fc from 'fast-check';

import { campaignSlug, numberedSlug } from './campaign-slug.js';

describe('the slug of a campaign', () => {
  it.each([
    ['Summer Sale 2026', 'summer-sale-2026'],
    ['  Été — à la plage!  ', 'ete-a-la-plage'],
    ['Don’t stop', 'dont-stop'],
    ['夏のキャンペーン', 'campaign'],
    ['---', 'campaign'],
    ['019aa000-0000-7000-8000-000000000000', 'campaign'],
  ])('of %j is %s', (name, slug) => {
    expect(campaignSlug(name)).toBe(slug);
  });

  it('always has the form that the database demands, numbered ones too', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.integer({ min: 1, max: 99_999 }),
        (name, n) => {
          expect(numberedSlug(campaignSlug(name), n)).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
        },
      ),
    );
  });
});

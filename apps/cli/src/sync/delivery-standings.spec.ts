import { DeliveryStandings } from './delivery-standings.js';

const reason = { code: 'email_invalid', title: 't', cause: 'c', fix: 'f' };

describe('where a person stands', () => {
  const standing = (...states: readonly string[]) => {
    const standings = new DeliveryStandings(new Set(['ada']));
    for (const state of states)
      standings.take({ affiliateId: 'ada', state, ...(state === 'refused' ? { reason } : {}) });
    return standings;
  };

  it.each([
    ['delivered', ['delivered']],
    ['delivered', ['unchanged', 'refused']],
    ['delivered', ['coalesced', 'delivered']],
    ['delivered', ['queued', 'delivered']],
    ['queued', ['queued', 'refused']],
    ['retrying', ['retrying']],
    ['refused', ['refused', 'delivered']],
    ['held', ['held', 'delivered']],
    ['unknown', []],
    ['unknown', ['coalesced']],
  ])('is %s when the deliveries, newest first, are %j', (state, states) => {
    expect(standing(...states).of('ada').state).toBe(state);
  });

  it('carries the reason', () => {
    expect(standing('refused').of('ada').reason).toEqual(reason);
  });

  it('is known for everybody once nothing older can change it', () => {
    const standings = new DeliveryStandings(new Set(['ada', 'bob']));
    standings.take({ affiliateId: 'somebody else', state: 'delivered' });
    standings.take({ affiliateId: 'ada', state: 'delivered' });
    standings.take({ affiliateId: 'bob', state: 'queued' });
    expect(standings.complete).toBe(false);
    standings.take({ affiliateId: 'bob', state: 'delivered' });
    expect(standings.complete).toBe(true);
  });
});

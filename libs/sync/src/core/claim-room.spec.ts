import { claimRoom, GROUP_AGE_MS, type InHand } from './claim-room.js';

const BULK = { maximumItems: 500, worthwhileFrom: 10 };
const inHand = (over: Partial<InHand>): InHand => ({
  lanes: 0,
  reach: 64,
  groups: 0,
  singles: 0,
  sinceClaimMs: 0,
  ...over,
});

describe('a vendor with bulk calls', () => {
  it('gets at once what is due while it is free, up to one group', () => {
    expect(claimRoom(BULK, inHand({}))).toEqual({ most: 500 });
    expect(claimRoom(BULK, inHand({ lanes: 500, groups: 1 }))).toEqual({ most: 500 });
    expect(claimRoom(BULK, inHand({ lanes: 3, singles: 3 }))).toEqual({ most: 500 });
  });

  it('lets the next group grow while two are under way, or as many single ones as are worth a group', () => {
    expect(claimRoom(BULK, inHand({ lanes: 24, groups: 2 }))).toEqual({ most: 0, againInMs: GROUP_AGE_MS });
    expect(claimRoom(BULK, inHand({ lanes: 10, singles: 10, sinceClaimMs: 400 }))).toEqual({
      most: 0,
      againInMs: GROUP_AGE_MS - 400,
    });
  });

  it('is not kept waiting for a full group beyond its age', () => {
    expect(claimRoom(BULK, inHand({ lanes: 24, groups: 2, sinceClaimMs: GROUP_AGE_MS }))).toEqual({
      most: 500,
    });
  });

  it('is given no more than two groups’ worth of lanes, however long it takes', () => {
    const full = inHand({ lanes: 1000, groups: 2, sinceClaimMs: 60_000 });
    expect(claimRoom(BULK, full)).toEqual({ most: 0 });
    expect(claimRoom(BULK, inHand({ lanes: 501, groups: 1 }))).toEqual({ most: 0 });
  });
});

describe('a vendor without', () => {
  it('is given lanes one by one, as soon as there is room for some', () => {
    expect(claimRoom(undefined, inHand({}))).toEqual({ most: 64 });
    expect(claimRoom(undefined, inHand({ lanes: 48, singles: 48 }))).toEqual({ most: 16 });
    expect(claimRoom(undefined, inHand({ lanes: 49, singles: 49 }))).toEqual({ most: 0 });
  });

  it('has as many in hand as it gets done in about a second', () => {
    expect(claimRoom(undefined, inHand({ reach: 512, lanes: 64, singles: 64 }))).toEqual({ most: 448 });
    expect(claimRoom(undefined, inHand({ reach: 512, lanes: 385, singles: 385 }))).toEqual({ most: 0 });
    expect(claimRoom(undefined, inHand({ reach: 512 }))).toEqual({ most: 512 });
  });
});

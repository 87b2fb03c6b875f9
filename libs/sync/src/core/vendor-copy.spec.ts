import { VendorCopy } from './vendor-copy.js';

const WRITES = [{ vendorField: 'our_*', from: 'Attributes' }];
const OLD = { email: 'ada@example.com', fields: { our_rank: 1 }, tags: [], audiences: [] };
const WANTED = {
  email: 'ada@work.example.com',
  tags: ['gold'],
  audiences: ['news'],
  attributes: { rank: 1 },
};

describe('what stands at the vendor', () => {
  it('counts as ours when a lost write put it at the new address, and the repeat found it there', () => {
    const copy = new VendorCopy(OLD, [], WANTED, WRITES);
    copy.doubt();
    const found = { tagsFound: WANTED.tags, audiencesFound: WANTED.audiences };
    copy.wrote({ email: WANTED.email, fields: { our_rank: 1 }, ...found }, false);
    expect(copy.written).toMatchObject({ email: WANTED.email, tags: ['gold'], audiences: ['news'] });
    expect(copy.isDoubtful).toBe(false);
  });

  it('is doubtful for who moves to an address where a lost write may have left something', () => {
    const left = { email: WANTED.email, fields: { our_rank: '' }, tags: [], audiences: [] };
    expect(new VendorCopy(OLD, [left], WANTED, WRITES).isDoubtful).toBe(true);
    expect(new VendorCopy(OLD, [], WANTED, WRITES).isDoubtful).toBe(false);
  });
});

import type { ProviderManifest } from '@rekomi/provider-contract';
import { must } from '../checks.js';
import { claimsAbout } from '../claims.js';
import type { ConformanceCase } from '../conformance-case.js';
import { ledger, next, wish } from '../people.js';
import { landed } from './contact-cases.js';

const withTags = ({ capabilities }: ProviderManifest): true | string =>
  capabilities.tags === 'none' ? 'The vendor has no tags.' : true;

const nativeTags = ({ capabilities }: ProviderManifest): true | string => {
  if (capabilities.tags === 'none') return 'The vendor has no tags.';
  return capabilities.tags === 'native'
    ? true
    : 'Tags stand in a field of ours; the merchant has none of their own.';
};

const added: ConformanceCase = {
  id: 'tags-added',
  title: 'Our tags join those that the merchant has set',
  rule: 'tags',
  appliesTo: nativeTags,
  run: async ({ stage }) => {
    const here = await stage();
    const email = here.address();
    here.probe.seed({ email, tags: ['theirs'], audiences: [here.audience()], consent: 'subscribed' });
    must(here.look(email)?.tags.includes('theirs'), 'the emulator did not seed the tag');
    await landed(here, wish(here, { email, tags: ['spring', 'gold'] }), 'a contact with tags');
    const tags = here.look(email)?.tags ?? [];
    must(tags.includes('theirs'), `the merchant’s tag is gone; there are ${tags.join(', ')}`);
  },
};

const removed: ConformanceCase = {
  id: 'tags-removed-one-by-one',
  title: 'A tag that is no longer wished for goes, and the others stay',
  rule: 'tags',
  proves: claimsAbout('tags:'),
  appliesTo: withTags,
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const email = here.address();
    const native = manifest.capabilities.tags === 'native';
    if (native)
      here.probe.seed({ email, tags: ['theirs'], audiences: [here.audience()], consent: 'subscribed' });
    const first = wish(here, { email, tags: ['spring', 'gold', 'vip'] });
    const before = await landed(here, first, 'a contact with three tags');
    const told = before.written?.tagsAdded ?? [];
    must(
      ['spring', 'gold', 'vip'].every((tag) => told.includes(tag)),
      `three tags were added, and \`written\` tells ${told.join(', ') || 'none'}`,
    );
    const change = next(first, before, { tags: ['spring', 'vip'] });
    const outcome = await landed(here, change, 'a contact with one tag less');
    const tags = here.look(email)?.tags ?? [];
    const stays = tags.includes('gold');
    must(
      !stays || (outcome.warnings ?? []).length > 0,
      'the tag that is no longer wished for is still there, and no warning says so',
    );
    must(
      tags.includes('spring') && tags.includes('vip'),
      `the other tags went as well; there are ${tags.join(', ')}`,
    );
    must(!native || tags.includes('theirs'), 'the merchant’s tag went as well');
    const known = ledger(change, outcome).tags.join();
    must(
      known === (stays ? 'gold,spring,vip' : 'spring,vip'),
      `\`written\` leaves the tags ${known} in the ledger, and the vendor has ${tags.join()}`,
    );
  },
};

const sharedName: ConformanceCase = {
  id: 'tags-not-ours-stay',
  title: 'A tag that we never added is never removed, also when it is not wished for',
  rule: 'tags',
  appliesTo: nativeTags,
  run: async ({ stage }) => {
    const here = await stage();
    const email = here.address();
    here.probe.seed({ email, tags: ['theirs', 'gold'], audiences: [here.audience()], consent: 'subscribed' });
    const first = wish(here, { email, tags: [] });
    const before = await landed(here, first, 'a contact without tags');
    await landed(here, { ...next(first, before), rewrite: true }, 'the same contact once more');
    const tags = here.look(email)?.tags ?? [];
    must(
      tags.includes('theirs') && tags.includes('gold'),
      `tags of the merchant were removed; there are ${tags.join(', ') || 'none'}`,
    );
  },
};

export const TAG_CASES = [added, removed, sharedName];

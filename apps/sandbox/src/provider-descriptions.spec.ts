import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  applyWritten,
  joinDeltas,
  type ContactChange,
  type CrmProvider,
  type Outcome,
  type ProviderAccess,
  type VendorAnswer,
  type VendorRequest,
} from '@rekomi/provider-contract';
import { EMULATORS } from '@rekomi/provider-registry/emulators';
import { change, event, inProcessAccess, inProcessVendor } from '@rekomi/vendor-emulation/testing';
import { VendorDescription, type RecordedExchange } from './testing/vendor-description.js';

const folder = process.env['VENDOR_SPECS'];
/** Vendors with more than one file; of all others it is called like the provider. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  activecampaign: ['activecampaign', 'activecampaign-trackcmp'],
  'customer-io': ['customer-io-track', 'customer-io-app'],
};
/** Where a description contradicts what is known otherwise. */
const EXCUSED: Readonly<Record<string, RegExp>> = {
  // The samples of the pages have texts for these numbers and numbers for these texts.
  activecampaign:
    /request\.\S+\.(status|contact|tag|listid) is (integer|string), described as (string|integer)$/,
  // The official SDK has a number, and the pages name tags among what can be expanded.
  beehiiv: /answer\.status is integer, described as string$|query\.expand\[\]\[0\] is none of/,
  // An error about one object is an object on the page of errors.
  braze: /answer\.errors\[\d+\] is object, described as string$/,
  // Folders are not described, so they look like a contact. Attributes that offer a choice are of a type of their own.
  brevo: /^GET \/v3\/contacts\/folders |attributes\[\d+\]\.type is none of/,
  // An attribute is taken away with null, as was recorded; the description has no word for it.
  'customer-io': /request\.rekomi_\w+ is null/,
  // `params` has nothing to say in most answers, and says so.
  iterable: /answer\.params is null/,
  // The samples of the pages show null for the link that is not there.
  klaviyo: /answer\.links\.(prev|next) is null/,
  // Asked for the number alone, by the query parameter `fields`.
  mailchimp: /^GET \/3\.0\/lists 200: answer\.lists is missing$/,
};

/** Everything that the engine can ask of a provider: one by one, in bulk, changed, moved, taken back. */
async function everyCall(provider: CrmProvider, access: ProviderAccess): Promise<void> {
  await provider.verify(access);
  const made = await provider.createAudience?.(access, 'Described');
  let page = await provider.listAudiences(access);
  while (page.kind === 'page' && page.nextCursor !== undefined)
    page = await provider.listAudiences(access, page.nextCursor);
  const listed = page.kind === 'page' ? page.audiences.map(({ id }) => id) : [];
  const audiences = made?.kind === 'created' ? [made.audience.id] : listed.slice(0, 1);
  const wishFor = (email: string): ContactChange =>
    change({
      ...{
        email,
        firstName: 'Jane',
        lastName: 'Roe',
        fullName: 'Jane Roe',
        status: 'approved',
        tier: 'gold',
      },
      ...{
        createdAt: '2026-01-15T09:30:00Z',
        tags: ['vip', 'spring'],
        audiences,
        attributes: { code: 'J1' },
      },
    });
  const bring = async (wish: ContactChange): Promise<ContactChange> => {
    const outcome = await provider.upsertContact(access, wish);
    return { ...wish, previous: applied(wish, outcome) };
  };

  const first = await bring(wishFor('jane+tag@example.com'));
  await bring({ ...first, rewrite: true });
  const changed = await bring({
    ...first,
    desired: { ...first.desired, firstName: 'Joan', tags: ['vip', 'autumn'], audiences: listed.slice(0, 2) },
  });
  const moved = await bring({ ...changed, desired: { ...changed.desired, email: 'joan@example.com' } });
  await bring(wishFor('taken@example.com'));
  await bring({ ...moved, desired: { ...moved.desired, email: 'taken@example.com' } });
  await provider.upsertContact(access, wishFor('nonsense'));
  await provider.upsertContact(access, {
    ...wishFor('lost@example.com'),
    desired: { ...wishFor('lost@example.com').desired, audiences: ['999999'] },
  });

  const email = 'taken@example.com';
  const happened = ['a', 'b', 'c'].map((id) =>
    event({
      email,
      eventId: id,
      dedupeId: `01BX5ZZKBKACTAV9WEVGEMMVR${id.toUpperCase()}`,
      data: { amount: 12, currency: 'EUR' },
    }),
  );
  await provider.trackEvent(access, happened[0]!);
  await provider.trackEvents?.(access, happened.slice(1));
  const crowd = ['one', 'two', 'three'].map((name) => wishFor(`${name}@example.com`));
  const outcomes = (await provider.upsertContacts?.(access, crowd)) ?? [];
  const again = crowd.map((wish, index) => ({
    ...wish,
    desired: { ...wish.desired, firstName: 'Kim', tags: ['vip'] },
    ...(outcomes[index] === undefined ? {} : { previous: applied(wish, outcomes[index]) }),
  }));
  await provider.upsertContacts?.(access, again);
  await provider.readContact?.(access, email);
  await provider.readContact?.(access, 'nobody@example.com');
  await provider.removeContact?.(access, { contactId: first.contactId, previous: moved.previous! });
  for (const { contactId, previous } of again)
    if (previous !== undefined) await provider.removeContact?.(access, { contactId, previous });
  await provider.eraseContact?.(access, email);
}

function applied(wish: ContactChange, { written }: Outcome) {
  return written === undefined
    ? (wish.previous ?? { email: wish.desired.email, fields: {}, tags: [], audiences: [] })
    : applyWritten(wish.previous, joinDeltas(written), wish.desired.email);
}

describe('what a provider sends, and its emulator answers', () => {
  if (folder === undefined) {
    it.skip('is held against the vendor’s description only when VENDOR_SPECS names the folder with their files', () => {});
    return;
  }
  const gaps = new Map<string, ReadonlySet<string>>();

  afterAll(() => {
    const lines = [...gaps].flatMap(([slug, found]) => [...found].sort().map((gap) => `  ${slug}: ${gap}`));
    process.stderr.write(`Not covered by the descriptions:\n${lines.join('\n')}\n`);
  });

  it.each([...EMULATORS])('fits the description of %s', async (slug, emulator) => {
    const vendor = inProcessVendor(emulator);
    const [account] = vendor.emulator.probe.accounts;
    const { [`${pascal(slug)}Provider`]: Provider } = (await import(
      `@rekomi/providers/${slug}/${slug}.provider`
    )) as Readonly<Record<string, new () => CrmProvider>>;
    const provider = new Provider!();
    const access = inProcessAccess(provider.manifest, vendor, account!.credentials, {}, account!.region);
    // A second between requests, so that no allowance is used up.
    const { http } = access;
    const unhurried = (request: VendorRequest): Promise<VendorAnswer> => {
      vendor.clock.now += 1000;
      return http.request(request);
    };
    await everyCall(provider, { ...access, http: { request: unhurried } });
    const { exchanges } = vendor.emulator.control('GET', 'exchanges', new URLSearchParams(), undefined) as {
      readonly exchanges: readonly RecordedExchange[];
    };
    expect(exchanges.length).toBeGreaterThan(0);
    const files = (FILES[slug] ?? [slug])
      .map((name) => join(folder, `${name}.json`))
      .filter((file) => existsSync(file));
    if (files.length === 0) {
      gaps.set(slug, new Set(['everything: there is no description']));
      return;
    }
    const descriptions = files.map((file) => new VendorDescription(file));
    const examined = exchanges.map((exchange) => {
      const own = descriptions.find((one) => one.describes(exchange)) ?? descriptions[0];
      return own!.examine(exchange);
    });
    gaps.set(slug, new Set(examined.flatMap((one) => one.gaps)));
    const faults = [...new Set(examined.flatMap((one) => one.faults))];
    expect(faults.filter((fault) => EXCUSED[slug]?.test(fault) !== true)).toEqual([]);
  });
});

function pascal(slug: string): string {
  return slug.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

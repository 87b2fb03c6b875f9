import type { Problem } from '../support/answers.js';
import { apply, type FurnishedOrganization, furnish, tellPayout } from '../support/furnished-organization.js';
import { Mailbox } from '../support/mailbox.js';
import { ownedOrganization } from '../support/owned-organization.js';
import { Product } from '../support/product.js';
import { Shop } from '../support/shop.js';
import { settledHoldings } from '../support/tenant-tables.js';

let mailbox: Mailbox;
let product: Product;
let theirs: FurnishedOrganization;
let mine: FurnishedOrganization;

beforeAll(async () => {
  mailbox = await Mailbox.open();
  product = await Product.start({ env: { SMTP_URL: mailbox.url } });
  const url = (): string => product.url;
  theirs = await furnish(url, mailbox, await ownedOrganization(product, 'Treasure Ltd'), 'treasure');
  mine = await furnish(url, mailbox, await ownedOrganization(product, 'Looking Ltd'), 'bystander');
}, 90_000);

afterAll(async () => {
  await product.stop();
  await mailbox.close();
});

const everybody = () => product.api(undefined);
const codeOf = async (answer: Promise<{ body: unknown }>): Promise<string | undefined> =>
  ((await answer).body as Problem | undefined)?.code;
const addresses = async ({ api }: FurnishedOrganization, list: string): Promise<readonly string[]> =>
  (await api.all<{ email: string }>(list)).map(({ email }) => email);

describe('what is open to everybody', () => {
  it('takes applications for the organisation in the address only, also where campaigns are called the same', async () => {
    for (const [organization, campaign] of [
      [mine.slug, 'treasure'],
      [theirs.slug, 'bystander'],
    ]) {
      expect((await everybody().get(`/p/${organization}/${campaign}.json`)).status).toBe(404);
      const sent = { revision: 'any', answers: {} };
      expect((await everybody().post(`/p/${organization}/${campaign}.json`, sent)).status).toBe(404);
    }
    await mine.api.must(mine.api.post('campaigns', { name: 'Treasure', slug: 'treasure' }));
    const before = await settledHoldings(product, theirs.id);
    const email = 'applies-to-mine@example.com';
    expect((await apply(product.url, `${mine.slug}/treasure`, email)).status).toBe(200);
    expect(await addresses(mine, 'affiliates')).toContain(email);
    expect(await settledHoldings(product, theirs.id)).toEqual(before);
  });

  it('takes no link of one kind for another kind, and no token of a person for an API key', async () => {
    const { invite, unsubscribe, confirmation, invitation } = theirs.links;
    const tokens = { invite, unsubscribe, confirmation, invitation };
    const doors = {
      invite: '/invites/',
      unsubscribe: '/unsubscribe/',
      confirmation: '/p/confirm/',
      invitation: '/account/invitation/',
    };
    const opened: string[] = [];
    for (const [kind, token] of Object.entries({ ...tokens, none: 'x'.repeat(43) })) {
      for (const [door, path] of Object.entries(doors)) {
        const { status } = await everybody().get(`${path}${token}`);
        if (status < 400) opened.push(`${kind} at ${door}`);
      }
    }
    expect(opened).toEqual(Object.keys(doors).map((kind) => `${kind} at ${kind}`));
    for (const token of [theirs.owner.sessionToken, ...Object.values(tokens)]) {
      expect((await product.api(token).get('organization')).status).toBe(401);
    }
  });

  it('lets a link act on the organisation that made it, not on the one whose member uses it', async () => {
    const before = await settledHoldings(product, mine.id);
    const { links } = theirs;
    // As somebody who is signed in elsewhere, with the key of another one at hand.
    const headers = { authorization: `Bearer ${mine.apiKey}`, cookie: mine.owner.cookie };
    const agreed = { firstName: 'Ida', lastName: 'Invited', agreed: true };
    const calls = [
      [`/invites/${links.invite}`, agreed],
      [`/unsubscribe/${links.unsubscribe}`, undefined],
      [`/p/confirm/${links.confirmation}`, undefined],
    ] as const;
    for (const [path, body] of calls) {
      expect([path, (await everybody().post(path, body, { headers })).status]).toEqual([path, 200]);
    }
    expect(await addresses(theirs, 'suppressions')).toContain('mailed-treasure@example.com');
    expect(await addresses(theirs, 'affiliates?status=approved')).toEqual(
      expect.arrayContaining(['invited-treasure@example.com', 'applicant-treasure@example.com']),
    );
    expect(await settledHoldings(product, mine.id)).toEqual(before);
  });

  it('lets nobody in by the invitation of somebody else', async () => {
    const before = await settledHoldings(product, theirs.id);
    const token = theirs.links.invitation;
    const accept = 'member-invitations/accept';
    expect(await codeOf(mine.owner.post(accept, { token }))).toBe('invitation_for_another');
    const { email, password, name } = mine.person;
    const asSomebody = everybody().post(accept, { token, email, password, name });
    expect(await codeOf(asSomebody)).toBe('invitation_for_another');
    for (const used of [theirs.firstOwnerToken, mine.firstOwnerToken]) {
      expect(await codeOf(everybody().post(accept, { token: used, email, password }))).toBe('link_not_valid');
      expect((await everybody().get(`/account/first/${used}`)).status).toBe(410);
    }
    const signedIn = everybody().post('session', { email, password, organizationId: theirs.id });
    expect(await codeOf(signedIn)).toBe('not_found');
    expect(await settledHoldings(product, theirs.id)).toEqual(before);
  });

  it('refuses an owner of one organisation with the CSRF token of another', async () => {
    const stolen = { 'x-csrf-token': await csrfTokenOf(theirs) };
    const { status, body } = await mine.owner.patch('organization', { name: 'Stolen' }, { headers: stolen });
    expect([status, body['code']]).toEqual([403, 'csrf_token_wrong']);
  });
});

const csrfTokenOf = async ({ owner }: FurnishedOrganization): Promise<string> =>
  (await owner.must<{ csrfToken: string }>(owner.get('session'))).csrfToken;

describe('a signed source', () => {
  const order = { orderId: 'order-across', revenue: 100, currency: 'USD' };

  it('is believed with its own secret only', async () => {
    const before = await settledHoldings(product, theirs.id);
    const sale = { ...order, email: theirs.affiliate.email };
    for (const what of ['conversions', 'refunds'] as const) {
      const { status, body } = await theirs.shop.send(what, sale, { secret: mine.shop.secret });
      expect([status, body['code']]).toEqual([401, 'signature_mismatch']);
    }
    const payout = { id: 'tr_across', account: theirs.stripeAccount };
    const forged = { id: theirs.stripeSource.id, secret: mine.stripeSource.secret };
    expect((await tellPayout(product.url, forged, payout)).status).toBe(401);
    expect(await settledHoldings(product, theirs.id)).toEqual(before);
  });

  it('cannot name affiliates, campaigns, orders or accounts of another organisation', async () => {
    const before = await settledHoldings(product, theirs.id);
    for (const named of [
      { affiliateId: theirs.affiliate.id },
      { email: theirs.affiliate.email },
      { externalAffiliateId: 'treasure-7' },
      { affiliateId: mine.affiliate.id, campaign: theirs.campaign.id },
      { affiliateId: mine.affiliate.id, campaign: 'no-such-campaign' },
    ]) {
      const { status, body } = await mine.shop.convert({ ...order, ...named });
      expect({ named, status, told: /Treasure Ltd|T\. treasure/.test(JSON.stringify(body)) }).toEqual({
        named,
        status: 404,
        told: false,
      });
    }
    const refund = { orderId: 'order-treasure', refundId: 'across', amount: 1 };
    expect((await mine.shop.refund(refund)).status).toBe(404);
    const payout = { id: 'tr_across', account: theirs.stripeAccount };
    expect((await tellPayout(product.url, mine.stripeSource, payout)).status).toBe(404);
    expect(await settledHoldings(product, theirs.id)).toEqual(before);
  });

  it('may use the same order id as another organisation, and each keeps its own', async () => {
    const before = await settledHoldings(product, theirs.id);
    const sale = { ...order, orderId: 'order-treasure', email: mine.affiliate.email };
    const { status, body } = await mine.shop.convert(sale);
    expect([status, body['affiliateId']]).toEqual([201, mine.affiliate.id]);
    expect(await settledHoldings(product, theirs.id)).toEqual(before);
  });

  it('stops with its organisation’s word, not with that of another', async () => {
    const own = await Shop.open(theirs.api, () => product.url, 'Stopped');
    expect((await mine.api.post(`inbound-sources/${own.sourceId}/revoke`)).status).toBe(404);
    const sale = { ...order, orderId: 'order-still', email: theirs.affiliate.email };
    expect((await own.convert(sale)).status).toBe(201);
    await theirs.api.must(theirs.api.post(`inbound-sources/${own.sourceId}/revoke`));
    expect((await own.convert({ ...sale, orderId: 'order-late' })).status).toBe(404);
  });
});

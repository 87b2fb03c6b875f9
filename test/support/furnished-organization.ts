import Stripe from 'stripe';

import type { Affiliate, Campaign, Connection } from './answers.js';
import { Browser } from './browser.js';
import { eventually } from './eventually.js';
import type { Mailbox } from './mailbox.js';
import type { OwnedOrganization } from './owned-organization.js';
import { AFFILIATES_SEGMENT, Programme, SANDBOX_KEYS } from './programme.js';
import { Shop } from './shop.js';

export interface FurnishedOrganization extends OwnedOrganization {
  readonly programme: Programme;
  readonly connection: Connection;
  readonly campaign: Campaign;
  readonly affiliate: Affiliate;
  /** Whom the vendor does not take. */
  readonly refused: Affiliate;
  readonly shop: Shop;
  readonly stripeSource: { readonly id: string; readonly secret: string };
  readonly stripeAccount: string;
  readonly webhookSecret: string;
  /** Secrets of one API key, before and after. */
  readonly rotatedKey: readonly [string, string];
  /** One of everything, as {@link filledPath} wants them. */
  readonly ids: Readonly<Record<string, string>>;
  readonly links: {
    readonly invite: string;
    readonly unsubscribe: string;
    readonly confirmation: string;
    readonly invitation: string;
  };
}

interface WithId {
  readonly id: string;
}

const FORM = [
  { key: 'name', type: 'text', label: 'Your name', required: true, mapsTo: 'fullName' },
  { key: 'email', type: 'email', label: 'E-mail address', required: true },
  { key: 'news', type: 'consent', label: 'I agree to receive e-mails about the programme.' },
];

const stripe = new Stripe('not_used_to_call_anybody');

/** Sends what Stripe would send. */
export async function tellPayout(
  url: string,
  source: { readonly id: string; readonly secret: string },
  payout: { readonly id: string; readonly account: string },
): Promise<Response> {
  const body = JSON.stringify({
    type: 'transfer.created',
    created: Math.floor(Date.now() / 1000),
    data: { object: { id: payout.id, amount: 500, currency: 'usd', destination: payout.account } },
  });
  const signature = stripe.webhooks.generateTestHeaderString({ payload: body, secret: source.secret });
  return fetch(`${url}/v1/inbound/${source.id}/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': signature },
    body,
  });
}

/**
 * Gives an organisation one of everything that there are routes for. `word` stands in every name and address, so that
 * whatever shows up somewhere else is recognised.
 */
export async function furnish(
  url: () => string,
  mailbox: Mailbox,
  organization: OwnedOrganization,
  word: string,
): Promise<FurnishedOrganization> {
  const { api, owner } = organization;
  const make = <T = WithId>(path: string, body: unknown): Promise<T> => api.must<T>(api.post<T>(path, body));
  const first = async (path: string): Promise<string> => (await owner.all<WithId>(path))[0]!.id;
  const programme = new Programme(api);

  // A vendor's own API, so that there is somebody to take the message.
  const endpoint = await make<WithId & { secret: string }>('webhook-endpoints', {
    description: `Hooks of ${word}`,
    eventTypes: [`${word}_found`],
    environment: 'sandbox',
    preset: {
      name: 'customer-io-track',
      region: 'us',
      credentials: { siteId: SANDBOX_KEYS.us.siteId, trackApiKey: SANDBOX_KEYS.us.trackApiKey },
    },
  });

  const connection = await programme.connect({ label: word, settings: { createdAt: 'never' } });
  const rules = { enabled: true, rules: { confirmedAddress: true } };
  const campaign = await make<Campaign>('campaigns', { name: word, slug: word, autoApprove: rules });
  await programme.send(campaign, connection);
  await make(`connections/${connection.id}/audiences`, { name: `Audience ${word}` });
  await api.must(api.put(`campaigns/${campaign.id}/form`, { fields: FORM, texts: { intro: word } }));
  const affiliate = await programme.approved(campaign, `${word}@example.com`, {
    name: `T. ${word}`,
    externalId: `${word}-7`,
  });
  const gold = [{ audience: { id: AFFILIATES_SEGMENT }, tier: 'gold' }];
  await api.must(
    api.put(`campaigns/${campaign.id}/audience-tiers`, { connectionId: connection.id, tiers: gold }),
  );
  await eventually('the audiences of the affiliate were read', async () => {
    const { audienceTiers } = await api.must<{ audienceTiers: { people: { read: number } } }>(
      api.get(`campaigns/${campaign.id}/audience-tiers`),
    );
    return audienceTiers.people.read === 1;
  });
  const eventType = await make('event-types', { name: `${word}_found` });
  const event = await programme.event(affiliate, `${word}_found`, { externalId: `${word}-event-7` });

  const plan = await make('commission-plans', {
    name: `Plan ${word}`,
    currency: 'USD',
    components: [{ percent: 18 }],
  });
  await api.must(api.put(`campaigns/${campaign.id}/commission-plan`, { commissionPlanId: plan.id }));
  const shop = await Shop.open(api, url, `Shop ${word}`);
  const order = { orderId: `order-${word}`, email: affiliate.email, revenue: 9900, currency: 'USD' };
  const sold = await shop.convert(order);
  await shop.refund({ orderId: order.orderId, refundId: `refund-${word}`, amount: 100 });
  const stripeSecret = `whsec_${Buffer.from(`stripe of ${word}`).toString('hex')}`;
  const made = await make('inbound-sources', {
    kind: 'stripe',
    name: `Stripe ${word}`,
    secret: stripeSecret,
  });
  const stripeSource = { id: made.id, secret: stripeSecret };
  const stripeAccount = `acct_${word}`;
  await api.must(api.put(`affiliates/${affiliate.id}/stripe-account`, { stripeAccountId: stripeAccount }));
  await tellPayout(url(), stripeSource, { id: `tr_${word}`, account: stripeAccount });

  const invite = await make<{ invite_id: string; invite_url: string }>('invites', {
    campaign: word,
    email: `invited-${word}@example.com`,
  });
  const mailed = `mailed-${word}@example.com`;
  await make('invites/bulk', { campaign: word, invites: [{ email: mailed }], sendMail: true });
  await make('suppressions', { emails: [`suppressed-${word}@example.com`] });
  const applicant = `applicant-${word}@example.com`;
  await apply(url(), `${organization.slug}/${word}`, applicant);
  const importId = await importOf(organization, word);
  const undoneImportId = await importThatCouldBeUndone(organization, word);
  // An address longer than the vendor takes: a dead letter, and an event that waits behind it.
  const strict = await make<Campaign>('campaigns', { name: `Strict ${word}`, slug: `${word}-strict` });
  await programme.send(strict, connection);
  const domain = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(40)}.example.com`;
  const refused = await programme.approved(strict, `${word}@${domain}`);
  await eventually('the vendor has refused somebody', async () => {
    return (await api.all('dead-letters?state=refused')).length > 0;
  });
  // A connection whose first sync leaves somebody out.
  const careful = await programme.connect({
    ...{ label: `Careful ${word}`, provider: 'kit', credentials: { apiKey: 'kit_sandbox0acme0creators01' } },
    defaultAudience: undefined,
  });
  await api.must(api.put(`connections/${careful.id}/first-sync`, { mode: 'from_now_on' }));
  await programme.send(strict, careful);
  const replay = await make('replays', { filter: { connections: [connection.id] } });

  const colleague = { email: `colleague-${word}@example.com`, role: 'viewer' };
  await owner.must(owner.post('member-invitations', colleague));
  await Browser.invited(url, {
    token: await mailbox.token(colleague.email, '/account/invitation/'),
    ...{ email: colleague.email, name: `C. ${word}`, password: 'eight green umbrellas' },
  });
  const newcomer = `newcomer-${word}@example.com`;
  const invitation = await owner.must<WithId>(
    owner.post('member-invitations', { email: newcomer, role: 'viewer' }),
  );
  const spare = { name: `Spare ${word}`, environment: 'test', scope: 'read' };
  const key = await owner.must<WithId & { secret: string }>(owner.post('api-keys', spare));
  const { secret: newSecret } = await owner.must<{ secret: string }>(
    owner.post(`api-keys/${key.id}/rotate`, { overlapHours: 1 }),
  );
  const members = await owner.all<WithId & { email: string }>('members');
  await programme.quiet(connection);
  const reconciliation = await reconciliationOf(organization, connection);
  const message = await eventually('the endpoint was told', async () => {
    const rows = await api.all<WithId & { state: string }>(`webhook-endpoints/${endpoint.id}/deliveries`);
    return rows.find(({ state }) => state === 'delivered');
  });
  return {
    ...organization,
    ...{ programme, connection, campaign, affiliate, refused, shop, stripeSource, stripeAccount },
    webhookSecret: endpoint.secret,
    ids: {
      connections: connection.id,
      connectionId: connection.id,
      campaigns: campaign.id,
      affiliates: affiliate.id,
      deliveries: await first('deliveries'),
      'webhook-endpoints': endpoint.id,
      deliveryId: message.id,
      reconciliationId: reconciliation,
      events: event.id,
      'event-types': eventType.id,
      'commission-plans': plan.id,
      conversions: String(sold.body['id']),
      'inbound-sources': shop.sourceId,
      invites: invite.invite_id,
      suppressions: await first('suppressions'),
      applications: await first('applications'),
      imports: importId,
      importId: undoneImportId,
      replays: replay.id,
      members: members.find(({ email }) => email === colleague.email)!.id,
      'member-invitations': invitation.id,
      'api-keys': key.id,
      sessions: (await owner.must<{ data: WithId[] }>(owner.get('sessions'))).data[0]!.id,
    },
    rotatedKey: [key.secret, newSecret],
    links: {
      invite: lastPart(invite.invite_url),
      unsubscribe: await mailbox.token(mailed, '/unsubscribe/'),
      confirmation: await mailbox.token(applicant, '/p/confirm/'),
      invitation: await mailbox.token(newcomer, '/account/invitation/'),
    },
  };
}

/** Sends the public form of a campaign, filled in. @param page slugs of organisation and campaign */
export async function apply(url: string, page: string, email: string): Promise<Response> {
  const address = `${url}/p/${page}.json`;
  const form = (await (await fetch(address)).json()) as {
    revision: string;
    fields: { key: string; type: string; required: boolean; label: string }[];
  };
  const samples: Record<string, unknown> = {
    email,
    url: 'https://example.com',
    country: 'DE',
    consent: true,
  };
  const answers = Object.fromEntries(
    form.fields.map(({ key, type }) => [key, samples[type] ?? 'Somebody who applies']),
  );
  return fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ revision: form.revision, answers }),
  });
}

/** An import that was checked, with a row that is refused. */
async function importOf({ api }: OwnedOrganization, word: string): Promise<string> {
  const csv = `email,name\nimported-${word}@example.com,I. ${word}\nno-address-${word},Nobody\n`;
  const { id } = await api.must<WithId>(
    api.post(`imports?fileName=${word}.csv`, undefined, {
      raw: csv,
      headers: { 'content-type': 'text/csv' },
    }),
  );
  await api.must(api.put(`imports/${id}/mapping`, { campaign: word, status: 'applied' }));
  await api.must(api.post(`imports/${id}/check`));
  await eventually('the import is checked', async () => {
    return (await api.must<{ state: string }>(api.get(`imports/${id}`))).state === 'checked';
  });
  return id;
}

/** An import that has changed somebody, and what undoing it would do. */
async function importThatCouldBeUndone({ api }: OwnedOrganization, word: string): Promise<string> {
  const csv = `email,country\n${word}@example.com,PT\n`;
  const { id } = await api.must<WithId>(
    api.post(`imports?fileName=changes-of-${word}.csv`, undefined, {
      raw: csv,
      headers: { 'content-type': 'text/csv' },
    }),
  );
  await api.must(api.put(`imports/${id}/mapping`, { campaign: word, status: 'applied', known: 'update' }));
  await api.must(api.post(`imports/${id}/start`));
  await eventually('the import is finished', async () => {
    return (await api.must<{ state: string }>(api.get(`imports/${id}`))).state === 'finished';
  });
  await api.must(api.post(`imports/${id}/undo`));
  return id;
}

/** A comparison with the vendor that has come to its end. */
async function reconciliationOf(
  { api }: Pick<OwnedOrganization, 'api'>,
  connection: Connection,
): Promise<string> {
  const path = `connections/${connection.id}/reconciliations`;
  const { id } = await api.must<WithId>(api.post(path, { sampleSize: 1 }));
  await eventually('the reconciliation is done', async () => {
    return (await api.must<{ state: string }>(api.get(`${path}/${id}`))).state === 'done';
  });
  return id;
}

export function lastPart(link: string): string {
  return link.split('/').at(-1) ?? '';
}

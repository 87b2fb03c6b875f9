import type { DemoApi, Identified, Named } from './demo-api.js';
import { connectDemoAccounts, findAudience } from './demo-connections.js';
import type { DemoSandbox } from './demo-sandbox.js';
import { daysBefore, demoPeople, type DemoPerson } from './demo-people.js';

interface DemoCampaign {
  readonly name: string;
  readonly description: string;
  /** How many of those who take part are approved, from the first one on. The others wait for a decision. */
  readonly approved: number;
  /** The ones after those. */
  readonly rejected: number;
}

interface DemoEvent {
  readonly name: string;
  readonly occurredAt: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const PARTNERS = {
  name: 'Partner programme',
  description: 'Everybody who recommends Acme on a site of their own.',
  approved: 21,
  rejected: 2,
};
const SUMMER = {
  name: 'Summer launch',
  description: 'Runs in both regions until the end of the season.',
  approved: 9,
  rejected: 0,
};
const PARTNERS_COUNT = 28;
const PEOPLE_WITH_EVENTS = 4;

/**
 * Five connections to four emulated tools, two campaigns, forty affiliates and what some of them did. Not all is well: one
 * connection lost its key, one person unsubscribed at Mailchimp and another was deleted there for good. May be run again
 * after it broke off: everything that is there already is met, not made a second time.
 *
 * @returns what there is now, in words
 */
export async function seedProgramme(api: DemoApi, sandbox: DemoSandbox, now: Date): Promise<string> {
  const people = demoPeople(now);
  if (await isSeeded(api, people.at(-1)?.externalId)) return 'The demo was there already and stays as it is.';
  const { us, eu, labs, mailchimp, klaviyo, count } = await connectDemoAccounts(api, sandbox);
  const [partners, summer] = await Promise.all([createCampaign(api, PARTNERS), createCampaign(api, SUMMER)]);
  await api.put(`campaigns/${partners}/destinations/${us}`, {});
  await api.put(`campaigns/${partners}/destinations/${mailchimp}`, {});
  await api.put(`campaigns/${summer}/destinations/${eu}`, {});
  await api.put(`campaigns/${summer}/destinations/${klaviyo}`, {});
  await api.put(`campaigns/${summer}/destinations/${labs}`, {});
  const readers = await findAudience(api, us, 'Newsletter readers');
  await api.put(`campaigns/${summer}/destinations/${us}`, {
    audience: readers,
    extraTags: ['summer launch'],
  });
  await optOut(sandbox, people);
  const approved = await enrol(api, partners, PARTNERS, people.slice(0, PARTNERS_COUNT));
  await recordEvents(api, approved.slice(0, PEOPLE_WITH_EVENTS), now);
  await enrol(api, summer, SUMMER, people.slice(PARTNERS_COUNT));
  return `The demo is in place: ${count} connections to the sandbox, 2 campaigns, ${people.length} affiliates.`;
}

/** Among those with events, so that it shows what waits behind a refusal and what does not. */
async function optOut(
  sandbox: DemoSandbox,
  [, unsubscribed, , forgotten]: readonly DemoPerson[],
): Promise<void> {
  for (const [person, consent] of [
    [unsubscribed, 'unsubscribed'],
    [forgotten, 'suppressed'],
  ] as const) {
    if (person !== undefined) await sandbox.post('mailchimp', 'contacts', { email: person.email, consent });
  }
}

/** Whoever is taken in last is there. From then on the demo belongs to those who use it. */
async function isSeeded(api: DemoApi, lastPerson: string | undefined): Promise<boolean> {
  const { data } = await api.get<{ readonly data: readonly Identified[] }>(
    `affiliates?externalId=${lastPerson ?? ''}`,
  );
  return data.length > 0;
}

async function createCampaign(api: DemoApi, { name, description }: DemoCampaign): Promise<string> {
  const { data } = await api.get<{ readonly data: readonly Named[] }>('campaigns?limit=200');
  const existing = data.find((campaign) => campaign.name === name);
  return existing?.id ?? (await api.post<Identified>('campaigns', { name, description })).id;
}

/** @returns ids of those who are approved. */
async function enrol(
  api: DemoApi,
  campaign: string,
  wanted: DemoCampaign,
  people: readonly DemoPerson[],
): Promise<readonly string[]> {
  const { results } = await api.post<{ readonly results: readonly { readonly affiliateId: string }[] }>(
    'affiliates/bulk',
    { campaign, affiliates: people },
  );
  const ids = results.map((result) => result.affiliateId);
  const approved = ids.slice(0, wanted.approved);
  await api.post('affiliates/approve', { campaign, affiliateIds: approved });
  const rejected = ids.slice(wanted.approved, wanted.approved + wanted.rejected);
  if (rejected.length > 0) {
    const reason = 'The site is about something else.';
    await api.post('affiliates/reject', { campaign, affiliateIds: rejected, reason });
  }
  return approved;
}

async function recordEvents(api: DemoApi, affiliateIds: readonly string[], now: Date): Promise<void> {
  for (const [place, affiliateId] of affiliateIds.entries()) {
    for (const event of eventsOf(place, now)) {
      const externalId = `demo-${event.name}-${place + 1}`;
      await api.post('events', { affiliateId, externalId, ...event });
    }
  }
}

/** Amounts are in cents. */
function eventsOf(place: number, now: Date): readonly DemoEvent[] {
  const amount = 1_250 + place * 475;
  const click = { landing_page: '/pricing', source: 'blog' };
  const commission = { amount, currency: 'EUR', order: `A-${1042 + place}` };
  const payout = { amount, currency: 'EUR', method: 'bank transfer' };
  return [
    { name: 'first_click', occurredAt: daysBefore(now, 30 + place), data: click },
    { name: 'commission_earned', occurredAt: daysBefore(now, 20 + place), data: commission },
    ...(place % 2 === 0
      ? [{ name: 'payout_sent', occurredAt: daysBefore(now, 5 + place), data: payout }]
      : []),
  ];
}

import { randomUUID } from 'node:crypto';

import type { Affiliate, Attempt, Campaign, Connection } from '../support/answers.js';
import { EmulatedVendor } from '../support/emulated-vendor.js';
import { Product } from '../support/product.js';
import { Programme } from '../support/programme.js';

const WRITES = { host: 'track-eu.customer.io' };
/** The provider's own limit for an answer is ten seconds; a hang costs that much. */
const WITHIN_MS = 45_000;

let product: Product;

beforeAll(async () => {
  product = await Product.start();
});

afterAll(() => product.stop());

interface Scene {
  readonly programme: Programme;
  readonly vendor: EmulatedVendor;
  readonly connection: Connection;
  readonly campaign: Campaign;
  readonly siteId: string;
  readonly segment: number;
}

/** Each story has a workspace of its own, hence a pace and a breaker of its own. */
async function scene(segments = 1): Promise<Scene> {
  const siteId = `site-${randomUUID()}`;
  const keys = { siteId, trackApiKey: `track-${siteId}`, appApiKey: `app-${siteId}` };
  await EmulatedVendor.changeWorkspace(product.sandboxUrl, { name: siteId, region: 'eu', ...keys });
  const vendor = product.vendor(siteId);
  // Numbered per workspace; faults tell them apart by their number.
  for (let more = 1; more < segments; more += 1) await vendor.addSegment(`Other ${more}`);
  const segment = await vendor.addSegment('Affiliates');
  const programme = new Programme((await product.createOrganization('Stormy')).api);
  const { connection, campaign } = await programme.open({
    credentials: keys,
    defaultAudience: String(segment),
    settings: { createdAt: 'never' },
  });
  return { programme, vendor, connection, campaign, siteId, segment };
}

/** Landed once, in the segment, with each event once and in order. */
async function expectLanded(
  { programme, vendor, connection }: Scene,
  affiliate: Affiliate,
  events: readonly string[] = ['affiliate_approved', 'welcome'],
): Promise<void> {
  await programme.quiet(connection, WITHIN_MS);
  await vendor.settled();
  expect(await vendor.profile(affiliate.email)).toMatchObject({
    email: affiliate.email,
    unsubscribed: false,
    segments: ['Affiliates'],
    attributes: { rekomi_status: 'approved', rekomi_tags: 'Rekomi affiliate' },
  });
  expect((await vendor.events(affiliate.email)).map(({ name }) => name)).toEqual(events);
  expect(await programme.connection(connection.id)).toMatchObject({ state: 'verified' });
  expect(await programme.totals(connection)).toMatchObject({
    conservation: { open: 0, holds: true },
    settled: expect.arrayContaining([{ kind: 'event', state: 'delivered', deliveries: events.length }]),
  });
}

async function attemptsOf({ programme }: Scene, affiliate: Affiliate): Promise<readonly Attempt[]> {
  return (await programme.timeline(affiliate)).data.flatMap(({ attemptLog }) => attemptLog);
}

/** Name of the fault, what it is called in the log, and its code there. */
const FAULTS: readonly (readonly [
  what: string,
  fault: string,
  param: string | undefined,
  outcome: string,
  code: string,
])[] = [
  ['asks for patience without saying how long', '429', undefined, 'throttled', 'vendor_throttled'],
  ['asks for two seconds', '429-retry-after-seconds', '2', 'throttled', 'vendor_throttled'],
  ['names a date to wait for', '429-retry-after-date', '2', 'throttled', 'vendor_throttled'],
  ['has an internal error', '500', undefined, 'unavailable', 'vendor_error'],
  ['is in maintenance and shows a page', '502-html', undefined, 'unavailable', 'vendor_unreadable'],
  ['answers with half a JSON text', 'garbage', undefined, 'unavailable', 'vendor_unreadable'],
  ['cuts the line before it saw the request', 'reset', undefined, 'ambiguous', 'vendor_cut'],
  ['cuts the line after it applied the request', 'apply-then-reset', undefined, 'ambiguous', 'vendor_cut'],
  ['breaks off in the middle of its answer', 'truncate', undefined, 'ambiguous', 'vendor_cut'],
  ['does not answer', 'hang', undefined, 'ambiguous', 'vendor_timeout'],
  ['applies and does not answer', 'apply-then-hang', undefined, 'ambiguous', 'vendor_timeout'],
];

describe('a vendor that', () => {
  const stories = new Map<string, { story: Scene; affiliate: Affiliate; rules: readonly number[] }>();

  /** All begin at the same time, because most of a story is waiting. */
  beforeAll(async () => {
    for (const [index, [, fault, param]] of FAULTS.entries()) {
      const story = await scene(index + 1);
      const email = `${fault}@example.com`;
      const strike = async (pathPrefix: string, method: string): Promise<number> => {
        const rule = {
          fault,
          ...WRITES,
          match: { method, pathPrefix },
          ...(param === undefined ? {} : { param }),
        };
        return (await story.vendor.fault(rule)).id;
      };
      const person = `/api/v1/customers/${encodeURIComponent(email)}`;
      const rules = [await strike(`${person}/events`, 'POST')];
      // Each silence costs ten seconds, so there is one.
      if (!fault.endsWith('hang')) {
        rules.push(await strike(person, 'PUT'), await strike(`/api/v1/segments/${story.segment}/`, 'POST'));
      }
      const affiliate = await story.programme.approved(story.campaign, email);
      await story.programme.event(affiliate, 'welcome');
      stories.set(fault, { story, affiliate, rules });
    }
  }, 60_000);

  it.each(FAULTS)(
    '%s gets everything once, in order, a little later',
    async (_, fault, _param, outcome, code) => {
      const { story, affiliate, rules } = stories.get(fault)!;
      await expectLanded(story, affiliate);
      const struck = (await story.vendor.faultRules()).filter(({ id }) => rules.includes(id));
      expect(struck.map(({ injected }) => injected)).toEqual(rules.map(() => 1));

      const attempts = await attemptsOf(story, affiliate);
      // A try that our own pace put off has no exchange: nothing was sent.
      const failed = attempts.filter(
        (attempt) => attempt.outcome !== 'accepted' && attempt.exchanges.length > 0,
      );
      expect(failed).toHaveLength(rules.length);
      for (const attempt of failed) {
        expect(attempt).toMatchObject({
          outcome,
          reason: { code, fix: expect.any(String) },
          nextAttemptAt: expect.any(String),
        });
      }
      const applied = fault.startsWith('apply') || fault === 'truncate';
      expect((await story.vendor.summary()).workspace.repeatedEvents).toBe(applied ? 1 : 0);
    },
    60_000,
  );
});

describe('a vendor', () => {
  it('that names a time is left alone until then, and the connection says so', async () => {
    const story = await scene();
    await story.vendor.fault({ fault: '429-retry-after-seconds', param: '4', ...WRITES });
    const affiliate = await story.programme.approved(story.campaign, 'told@example.com');
    const limited = await story.programme.inState(story.connection, 'rate_limited');
    expect(Date.parse((limited as { rateLimitedUntil?: string }).rateLimitedUntil ?? '')).toBeGreaterThan(0);
    await story.programme.event(affiliate, 'welcome');
    await expectLanded(story, affiliate);
    const writes = (await story.vendor.exchanges()).filter(
      ({ method, path }) => method !== 'GET' && path.includes('told'),
    );
    // A try that our own pace put off has no exchange: nothing was sent.
    const [failed] = (await attemptsOf(story, affiliate)).filter(
      ({ outcome, exchanges }) => outcome === 'throttled' && exchanges.length > 0,
    );
    expect(failed?.number).toBe(1);
    const waited = Date.parse(writes[0]!.at) - Date.parse((failed as unknown as { at: string }).at);
    expect(waited).toBeGreaterThanOrEqual(3_500);
  });

  it('that fails in the middle of a batch loses nobody', async () => {
    const story = await scene();
    const { programme, vendor, campaign, connection } = story;
    await vendor.fault({ fault: 'apply-then-reset', ...WRITES, match: { pathPrefix: '/api/v2/batch' } });
    await vendor.fault({ fault: '502-html', ...WRITES, match: { pathPrefix: '/api/v2/batch' }, after: 1 });
    const emails = Array.from({ length: 40 }, (_, index) => `batch-${index}@example.com`);
    await programme.api.must(
      programme.api.post('affiliates/bulk', {
        campaign: campaign.id,
        status: 'approved',
        affiliates: [...emails, `${'x'.repeat(60)}@${'y'.repeat(60)}.${'z'.repeat(60)}.example`].map(
          (email) => ({ email }),
        ),
      }),
    );
    await programme.quiet(connection, WITHIN_MS);
    await vendor.settled();
    const profiles = await vendor.profiles();
    expect(profiles.map(({ email }) => email).sort()).toEqual([...emails].sort());
    expect(profiles.every(({ segments }) => segments.includes('Affiliates'))).toBe(true);
    expect((await vendor.events()).map(({ email }) => email).sort()).toEqual([...emails].sort());
    const [held] = await programme.api.all<{ reason?: { code: string } }>(
      `deliveries?connection=${connection.id}&state=refused`,
    );
    expect(held?.reason?.code).toBe('email_too_long');
    expect((await programme.connection(connection.id)).held.count).toBe(1);
  });
});

describe('a key that is revoked on the way', () => {
  it('stops the connection without burning anything, and all goes on in order with the new key', async () => {
    const story = await scene();
    const { programme, vendor, connection, campaign, siteId } = story;
    const before = await programme.approved(campaign, 'before@example.com');
    await programme.quiet(connection);
    await vendor.revoke('track');
    const affiliate = await programme.approved(campaign, 'after@example.com');
    for (const name of ['one', 'two', 'three']) await programme.event(affiliate, name);
    await programme.event(before, 'late');
    const stopped = await programme.inState(connection, 'auth_error');
    expect(stopped.reason).toMatchObject({ code: 'credentials_rejected', fix: expect.any(String) });
    expect(await programme.timeline(affiliate)).toMatchObject({
      connections: [{ present: false, standing: 'waiting', explanation: expect.stringContaining('stopped') }],
    });
    const open = await programme.deliveries(connection);
    expect(
      open.filter(({ state }) => ['expired', 'refused', 'cancelled', 'discarded'].includes(state)),
    ).toEqual([]);

    // The old key again changes nothing.
    const again = await programme.api.must(
      programme.api.post<{ verification: object }>(`connections/${connection.id}/verify`),
    );
    expect(again).toMatchObject({ state: 'auth_error', verification: { result: 'rejected' } });

    const [workspace] = (
      (await (
        await fetch(`${product.sandboxUrl}/_sandbox/customer-io/summary?workspace=${siteId}`)
      ).json()) as {
        workspaces: { id: number }[];
      }
    ).workspaces;
    await EmulatedVendor.changeWorkspace(product.sandboxUrl, {
      id: workspace!.id,
      trackApiKey: 'track-renewed',
    });
    await programme.api.must(
      programme.api.patch(`connections/${connection.id}`, { credentials: { trackApiKey: 'track-renewed' } }),
    );
    await programme.inState(connection, 'verified');
    await programme.quiet(connection);
    await vendor.settled();
    const names = async (email: string) => (await vendor.events(email)).map(({ name }) => name);
    expect(await names('after@example.com')).toEqual(['affiliate_approved', 'one', 'two', 'three']);
    expect(await names('before@example.com')).toEqual(['affiliate_approved', 'late']);
    expect((await programme.totals(connection)).conservation).toMatchObject({ open: 0, holds: true });
  });
});

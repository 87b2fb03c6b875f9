import type { Affiliate, Campaign, Connection, Delivery, Timeline, Totals } from './answers.js';
import type { Api } from './api.js';
import { eventually } from './eventually.js';

/** Keys of the sandbox's two demo workspaces. */
export const SANDBOX_KEYS = {
  us: { siteId: 'sandbox-site-us', trackApiKey: 'sandbox-track-us', appApiKey: 'sandbox-app-us' },
  eu: { siteId: 'sandbox-site-eu', trackApiKey: 'sandbox-track-eu', appApiKey: 'sandbox-app-eu' },
} as const;

/** The manual segment "Affiliates" of the demo workspaces. */
export const AFFILIATES_SEGMENT = '2';

/** What most stories begin with: a connection, a campaign that goes there, affiliates. */
export class Programme {
  constructor(readonly api: Api) {}

  connect(more: Readonly<Record<string, unknown>> = {}): Promise<Connection> {
    return this.api.must(
      this.api.post<Connection>('connections', {
        provider: 'customer-io',
        environment: 'sandbox',
        credentials: SANDBOX_KEYS.eu,
        defaultAudience: AFFILIATES_SEGMENT,
        ...more,
      }),
    );
  }

  campaign(name: string): Promise<Campaign> {
    return this.api.must(this.api.post<Campaign>('campaigns', { name }));
  }

  send(campaign: Campaign, connection: Connection, destination: object = {}): Promise<unknown> {
    return this.api.must(this.api.put(`campaigns/${campaign.id}/destinations/${connection.id}`, destination));
  }

  /** A connection and a campaign that goes there. */
  async open(more: Readonly<Record<string, unknown>> = {}) {
    const connection = await this.connect(more);
    const campaign = await this.campaign('Partners');
    await this.send(campaign, connection);
    return { connection, campaign };
  }

  affiliate(
    campaign: Campaign,
    email: string,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<Affiliate> {
    return this.api.must(this.api.post<Affiliate>('affiliates', { campaign: campaign.slug, email, ...more }));
  }

  approved(
    campaign: Campaign,
    email: string,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<Affiliate> {
    return this.affiliate(campaign, email, { status: 'approved', ...more });
  }

  event(
    affiliate: Affiliate,
    name: string,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<{ readonly id: string; readonly connectionIds: readonly string[] }> {
    return this.api.must(this.api.post('events', { affiliateId: affiliate.id, name, ...more }));
  }

  connection(id: string): Promise<Connection> {
    return this.api.must(this.api.get<Connection>(`connections/${id}`));
  }

  timeline(affiliate: Affiliate): Promise<Timeline> {
    return this.api.must(this.api.get<Timeline>(`affiliates/${affiliate.id}/timeline`));
  }

  totals(connection: Connection): Promise<Totals> {
    return this.api.must(this.api.get<Totals>(`connections/${connection.id}/totals`));
  }

  deliveries(connection: Connection): Promise<readonly Delivery[]> {
    return this.api.all<Delivery>(`deliveries?connection=${connection.id}`);
  }

  /** Until nothing of the connection is on its way any more; what is held does not count. */
  quiet(connection: Connection, withinMs = 30_000): Promise<Connection> {
    return eventually(
      'nothing is on its way',
      async () => {
        const now = await this.connection(connection.id);
        return now.pending.count === 0 ? now : undefined;
      },
      {
        withinMs,
        state: async () => [await this.connection(connection.id), await this.totals(connection)],
      },
    );
  }

  inState(connection: Connection, state: string, withinMs = 20_000): Promise<Connection> {
    return eventually(
      `the connection is ${state}`,
      async () => {
        const now = await this.connection(connection.id);
        return now.state === state ? now : undefined;
      },
      { withinMs, state: () => this.connection(connection.id) },
    );
  }
}

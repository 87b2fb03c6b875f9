import { eventually } from './eventually.js';

/** A profile as the emulated Customer.io holds it. */
export interface Profile {
  readonly email: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  readonly unsubscribed: boolean;
  /** Names. */
  readonly segments: readonly string[];
  /** How many. */
  readonly events: number;
}

export interface VendorEvent {
  readonly email: string | null;
  readonly name: string;
  readonly id?: string;
  readonly timestamp: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Seed {
  readonly email: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly segments?: readonly number[];
  readonly suppressed?: boolean;
}

export interface Journey {
  readonly campaign: string;
  readonly state: string;
  /** What was done so far, in words. */
  readonly path: readonly string[];
}

export interface CampaignCall {
  readonly email: string | null;
  readonly state: string;
  readonly attempts: number;
  readonly status: number | null;
}

export interface FaultRule {
  readonly id: number;
  readonly injected: number;
}

export interface WorkspaceSummary {
  readonly siteId: string;
  readonly people: number;
  readonly events: number;
  readonly repeatedEvents: number;
}

/** The insides of the emulated Customer.io, through the sandbox's control calls. */
export class EmulatedVendor {
  constructor(
    private readonly url: () => string,
    private readonly workspace: string,
  ) {}

  async profile(email: string): Promise<Profile | undefined> {
    const { people } = await this.read<{ people: Profile[] }>('people', { email });
    return people[0];
  }

  async profiles(): Promise<readonly Profile[]> {
    return (await this.read<{ people: Profile[] }>('people', { limit: '50000' })).people;
  }

  /** What was recorded for a person; without an address for everybody. */
  async events(email?: string): Promise<readonly VendorEvent[]> {
    const query = { limit: '50000', ...(email === undefined ? {} : { email }) };
    return (await this.read<{ events: VendorEvent[] }>('events', query)).events;
  }

  async summary(): Promise<{
    readonly workspace: WorkspaceSummary;
    readonly pending: number;
    readonly throttled: number;
  }> {
    const all = await this.read<{ workspaces: WorkspaceSummary[]; pending: number; throttled: number }>(
      'summary',
    );
    return { workspace: all.workspaces[0]!, pending: all.pending, throttled: all.throttled };
  }

  /** Until everything that was taken has shown: the vendor answers first and applies a moment later. */
  async settled(): Promise<void> {
    await eventually('the vendor applied everything', async () => (await this.summary()).pending === 0);
  }

  /** What the vendor took and did not do. */
  async silences(): Promise<readonly string[]> {
    const { activity } = await this.read<{ activity: { applied: boolean; detail: { reason?: string } }[] }>(
      'activity',
      { limit: '50000' },
    );
    return activity.filter((entry) => !entry.applied).map((entry) => entry.detail.reason ?? '');
  }

  async exchanges(): Promise<
    readonly {
      readonly at: string;
      readonly method: string;
      readonly host: string;
      readonly path: string;
      readonly query: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      readonly answer: { readonly status: number; readonly body: string };
    }[]
  > {
    return (await this.read<{ exchanges: [] }>('exchanges', { limit: '50000' })).exchanges;
  }

  segments(): Promise<{ readonly segments: readonly { readonly id: number; readonly name: string }[] }> {
    return this.read('segments');
  }

  seed(...people: readonly Seed[]): Promise<unknown> {
    return this.change('people', { people });
  }

  async addSegment(name: string, rule?: object): Promise<number> {
    const made = await this.change<{ id: number }>('segments', {
      name,
      ...(rule === undefined ? {} : { rule }),
    });
    return made.id;
  }

  /** A campaign of the vendor; for triggers and steps see the emulator's `campaignInput`. */
  addCampaign(campaign: {
    readonly name: string;
    readonly trigger: object;
    readonly steps: readonly object[];
  }): Promise<unknown> {
    return this.change('campaigns', campaign);
  }

  /** What the vendor's campaigns sent to a person, in order. */
  async mails(email: string): Promise<readonly string[]> {
    const { mails } = await this.read<{ mails: { name: string }[] }>('mails', { email });
    return mails.map(({ name }) => name);
  }

  /** A person's ways through the vendor's campaigns. */
  async journeys(email: string): Promise<readonly Journey[]> {
    return (await this.read<{ journeys: Journey[] }>('journeys', { email })).journeys;
  }

  /** What the vendor's campaigns called. */
  async webhooks(): Promise<readonly CampaignCall[]> {
    return (await this.read<{ webhooks: CampaignCall[] }>('webhooks')).webhooks;
  }

  /** Moves the vendor's time on. */
  passDays(days: number): Promise<unknown> {
    return this.send('POST', 'customer-io/clock', { advanceMs: days * 86_400_000 });
  }

  deleteSegment(id: number): Promise<unknown> {
    return this.send('DELETE', `customer-io/segments/${id}?workspace=${this.workspace}`);
  }

  revoke(door: 'track' | 'app'): Promise<unknown> {
    return this.change('revoke', { door });
  }

  settings(settings: Readonly<Record<string, number>>): Promise<unknown> {
    return this.send('POST', 'customer-io/settings', settings);
  }

  /** Creates a workspace, or changes the one with this `id`. */
  static changeWorkspace(url: string, workspace: Readonly<Record<string, unknown>>): Promise<unknown> {
    return send(url, 'POST', 'customer-io/workspaces', workspace);
  }

  /** See the sandbox's list of faults. `times` defaults to 1. */
  fault(rule: {
    readonly fault: string;
    readonly param?: string;
    readonly times?: number;
    readonly after?: number;
    /** Another vendor than Customer.io. */
    readonly slug?: string;
    readonly host?: string;
    /** `holds`: text in the body. */
    readonly match?: { readonly method?: string; readonly pathPrefix?: string; readonly holds?: string };
  }): Promise<FaultRule> {
    return this.send('POST', 'faults', { times: 1, slug: 'customer-io', ...rule });
  }

  /** Every rule with how often it struck. */
  async faultRules(): Promise<readonly FaultRule[]> {
    return (await this.send<{ rules: FaultRule[] }>('GET', 'faults')).rules;
  }

  /** How often each fault really was injected. */
  async injected(): Promise<Readonly<Record<string, number>>> {
    return (await this.send<{ injected: Record<string, number> }>('GET', 'faults')).injected;
  }

  clearFaults(): Promise<unknown> {
    return this.send('DELETE', 'faults');
  }

  private read<T>(path: string, query: Readonly<Record<string, string>> = {}): Promise<T> {
    const parameters = new URLSearchParams({ workspace: this.workspace, ...query });
    return this.send('GET', `customer-io/${path}?${parameters.toString()}`);
  }

  private change<T>(path: string, body: object): Promise<T> {
    return this.send('POST', `customer-io/${path}`, { workspace: this.workspace, ...body });
  }

  private send<T>(method: string, path: string, body?: unknown): Promise<T> {
    return send<T>(this.url(), method, path, body);
  }
}

async function send<T>(url: string, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${url}/_sandbox/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`The sandbox answered ${answer.status} to ${path}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

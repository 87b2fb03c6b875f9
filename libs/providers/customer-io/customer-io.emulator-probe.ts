import type {
  EmulatedAccount,
  EmulatedContact,
  EmulatedConsent,
  EmulatorProbe,
} from '@rekomi/provider-contract';
import { changeState } from './customer-io.emulator-control-changes.js';
import { createDemoWorkspaces } from './customer-io.emulator-defaults.js';
import type { EmulatedDoors } from './customer-io.emulator-doors.js';
import type { Person, WorkspaceConfig } from './customer-io.emulator-model.js';
import type { EmulatorState } from './customer-io.emulator-state.js';
import type { EmulatedWorkspace } from './customer-io.emulator-workspace.js';

/** The European demo workspace first: it is the one whose region has to be found. */
const ACCOUNT_IDS = [1002, 1001] as const;
/** Longer than any delay that can be set. */
const DELAYS_ARE_OVER_MS = 30 * 24 * 60 * 60 * 1000;

/** The emulated Customer.io in the words that all emulated vendors share. */
export class CustomerIoProbe implements EmulatorProbe {
  readonly consents: readonly EmulatedConsent[] = ['unsubscribed', 'suppressed'];
  readonly accounts: readonly EmulatedAccount[];
  private keys = new Map<number, Pick<WorkspaceConfig, 'trackApiKeys' | 'appApiKeys'>>();
  private counted = 0;

  constructor(
    private readonly state: EmulatorState,
    private readonly doors: EmulatedDoors,
  ) {
    this.accounts = ACCOUNT_IDS.map((id) => {
      const region = id === 1002 ? 'eu' : 'us';
      return {
        credentials: {
          siteId: `sandbox-site-${region}`,
          trackApiKey: `sandbox-track-${region}`,
          appApiKey: `sandbox-app-${region}`,
        },
        region,
        accountName: id === 1002 ? 'Acme Europe' : 'Acme',
      };
    });
  }

  seed({ email, fields = {}, tags, audiences = [], consent }: Parameters<EmulatorProbe['seed']>[0]): void {
    const attributes = {
      ...fields,
      ...(tags === undefined ? {} : { rekomi_tags: tags.join(',') }),
      ...(consent === 'unsubscribed' ? { unsubscribed: true } : {}),
    };
    const person = {
      email,
      attributes,
      segments: audiences.map(Number),
      suppressed: consent === 'suppressed',
    };
    this.change('POST', 'people', { people: [person] });
  }

  contact(email: string): EmulatedContact | undefined {
    this.state.settle();
    const workspace = this.workspace();
    const [person] = workspace.findByAddress(email);
    return person === undefined ? undefined : contactOf(workspace, person, email);
  }

  count(): number {
    this.state.settle();
    return this.workspace().people.size;
  }

  audiences(): readonly { readonly id: string; readonly name: string }[] {
    return [...this.workspace().segments.values()].flatMap(({ id, name, rule }) =>
      rule === undefined ? [{ id: String(id), name }] : [],
    );
  }

  addAudience(name: string): string {
    return String((this.change('POST', 'segments', { name }) as { readonly id: number }).id);
  }

  removeAudience(id: string): void {
    this.change('DELETE', `segments/${id}`, {});
  }

  revoke(revoked: boolean): void {
    for (const { config } of this.state.workspaces.values()) {
      const { trackApiKeys, appApiKeys } = config;
      // Deleted twice they are still the same keys.
      if (revoked && trackApiKeys.length > 0) this.keys.set(config.id, { trackApiKeys, appApiKeys });
      const keys = revoked ? { trackApiKeys: [], appApiKeys: [] } : this.keys.get(config.id);
      if (keys !== undefined)
        this.state.commit({ k: 'workspace', a: this.state.now(), config: { ...config, ...keys } });
    }
    this.doors.refresh();
  }

  settle(): void {
    this.state.settleUntil(this.state.now() + DELAYS_ARE_OVER_MS);
  }

  /** What was taken, applied or not: a verification has to leave no trace at all. */
  writes(): number {
    return this.state.activity.totals.recorded + this.state.pending.size - this.counted;
  }

  reset(): void {
    this.state.commit({ k: 'reset', a: this.state.now() });
    createDemoWorkspaces(this.state);
    this.keys = new Map();
    this.counted = this.state.activity.totals.recorded;
    this.doors.refresh();
  }

  private workspace(): EmulatedWorkspace {
    const workspace = this.state.workspaces.get(ACCOUNT_IDS[0]);
    if (workspace === undefined) throw new Error('The demo workspace is gone.');
    return workspace;
  }

  private change(method: string, path: string, input: Readonly<Record<string, unknown>>): unknown {
    const before = this.state.activity.totals.recorded;
    const query = new URLSearchParams({ workspace: String(ACCOUNT_IDS[0]) });
    const result = changeState(this.state, method, path, query, { workspace: ACCOUNT_IDS[0], ...input });
    this.counted += this.state.activity.totals.recorded - before;
    this.doors.refresh();
    return result;
  }
}

function contactOf(workspace: EmulatedWorkspace, person: Person, email: string): EmulatedContact {
  const fields = Object.fromEntries([...person.attributes].map(([name, { value }]) => [name, value]));
  const tags = fields['rekomi_tags'] ?? '';
  const suppressed = workspace.isSuppressed({ kind: 'email', value: email });
  return {
    email: person.email ?? email,
    fields,
    tags: tags === '' ? [] : tags.split(','),
    audiences: [...workspace.segments.values()]
      .filter(({ rule, members }) => rule === undefined && members.has(person))
      .map(({ id }) => String(id)),
    consent: suppressed ? 'suppressed' : person.unsubscribed ? 'unsubscribed' : 'subscribed',
    events: person.events.map(({ name, timestamp, id, data }) => ({
      name,
      at: new Date(timestamp * 1000).toISOString(),
      ...(id === undefined ? {} : { dedupeId: id }),
      data,
    })),
  };
}

import type {
  ContactChange,
  ContactEvent,
  ContactReading,
  ContactRemoval,
  ContactSnapshot,
  CrmProvider,
  FieldValue,
  Outcome,
  ProviderAccess,
  ProviderManifest,
  WrittenContact,
} from '@rekomi/provider-contract';

type Call = 'upsert' | 'event' | 'remove' | 'read';

/** A vendor in memory: notes what reached it, answers what a test laid down, else accepts. */
export class ScriptedVendor implements CrmProvider {
  readonly manifest: ProviderManifest = MANIFEST;
  log: string[] = [];
  bulkCalls = 0;
  /** What was to be taken back, call by call. */
  tookBack: WrittenContact[] = [];
  private answers: Record<Call, Outcome[]> = { upsert: [], event: [], remove: [], read: [] };
  private hooks: Partial<Record<Call, () => Promise<void>>> = {};
  private refused = new Set<string>();
  private deferred: readonly string[] = [];
  private shown = new Map<string, Readonly<Record<string, FieldValue>>>();
  private audiences = new Map<string, readonly string[]>();
  private consents = new Map<string, ContactSnapshot['consent']>();
  /** What was sent, address by address: the ledger's copy and the wish, as the provider got them. */
  readonly changes = new Map<string, ContactChange>();
  private ids = new Map<string, Set<string>>();

  reset(): void {
    this.log = [];
    this.bulkCalls = 0;
    this.tookBack = [];
    this.answers = { upsert: [], event: [], remove: [], read: [] };
    this.hooks = {};
    this.refused = new Set();
    this.deferred = [];
    this.shown = new Map();
    this.audiences = new Map();
    this.consents = new Map();
    this.changes.clear();
    this.ids = new Map();
  }

  /** The next call of this kind gets this answer; later ones are accepted again. */
  answer(call: Call, outcome: Outcome): void {
    this.answers[call].push(outcome);
  }

  /** Runs once, while the next call of this kind is under way. */
  before(call: Call, hook: () => Promise<void>): void {
    this.hooks[call] = hook;
  }

  /** This contact is refused, however it is sent. */
  refuses(email: string): void {
    this.refused.add(email);
  }

  /** Every contact is accepted without this field. */
  defer(field: string): void {
    this.deferred = [field];
  }

  /** What a look at this contact shows. */
  shows(email: string, fields: Readonly<Record<string, FieldValue>>): void {
    this.shown.set(email, fields);
  }

  /** What the vendor says about where this contact is in. */
  isIn(email: string, ...audiences: readonly string[]): void {
    this.audiences.set(email, audiences);
    if (!this.shown.has(email)) this.shown.set(email, {});
  }

  /** What the vendor says of this contact's consent. */
  consentOf(email: string, consent: ContactSnapshot['consent']): void {
    this.consents.set(email, consent);
  }

  /** Nobody finds this contact any more. */
  vanish(email: string): void {
    this.shown.delete(email);
  }

  dedupeIds(eventName: string): ReadonlySet<string> {
    return this.ids.get(eventName) ?? new Set();
  }

  verify(): ReturnType<CrmProvider['verify']> {
    return Promise.resolve({ kind: 'valid', account: {}, rights: [], checks: [] });
  }

  listAudiences(): ReturnType<CrmProvider['listAudiences']> {
    return Promise.resolve({ kind: 'page', audiences: [] });
  }

  async upsertContact(_access: ProviderAccess, change: ContactChange): Promise<Outcome> {
    await this.hook('upsert');
    this.note(change);
    return this.answers.upsert.shift() ?? this.answerTo(change);
  }

  upsertContacts(_access: ProviderAccess, changes: readonly ContactChange[]): Promise<readonly Outcome[]> {
    this.bulkCalls += 1;
    return Promise.resolve(
      changes.map((change) => {
        this.note(change);
        return this.answerTo(change);
      }),
    );
  }

  async trackEvent(_access: ProviderAccess, event: ContactEvent): Promise<Outcome> {
    await this.hook('event');
    return this.recordEvent(event);
  }

  trackEvents(_access: ProviderAccess, events: readonly ContactEvent[]): Promise<readonly Outcome[]> {
    this.bulkCalls += 1;
    return Promise.resolve(events.map((event) => this.recordEvent(event)));
  }

  async readContact(_access: ProviderAccess, email: string): Promise<ContactReading> {
    await this.hook('read');
    this.log.push(`read ${email}`);
    const fields = this.shown.get(email);
    if (fields === undefined) return { kind: 'not_found' };
    const failure = this.answers.read.shift();
    if (failure?.kind === 'unavailable') return failure;
    const seenAt = new Date(0).toISOString();
    const audiences = this.audiences.get(email);
    const told = audiences === undefined ? {} : { audiences };
    return {
      kind: 'found',
      snapshot: { email, fields, consent: this.consents.get(email) ?? 'unknown', ...told, seenAt },
    };
  }

  removeContact(_access: ProviderAccess, removal: ContactRemoval): Promise<Outcome> {
    this.log.push(`remove ${removal.previous.email}`);
    this.tookBack.push(removal.previous);
    return Promise.resolve(this.answers.remove.shift() ?? { kind: 'accepted' });
  }

  private note(change: ContactChange): void {
    const seen = change.observed === undefined ? '' : ' seen';
    this.changes.set(change.desired.email, change);
    this.log.push(`upsert ${change.desired.email}${seen}${change.rewrite === true ? ' again' : ''}`);
  }

  private answerTo(change: ContactChange): Outcome {
    if (this.refused.has(change.desired.email)) return { kind: 'refused', code: 'contact_refused' };
    return this.accepted(change);
  }

  private accepted(change: ContactChange): Outcome {
    return {
      kind: 'accepted',
      written: {
        email: change.desired.email,
        fields: {
          email: change.desired.email,
          ...(change.desired.tags.length === 0 ? {} : { our_tags: change.desired.tags.join() }),
        },
        tagsAdded: change.desired.tags,
        audiencesJoined: change.desired.audiences,
      },
      ...(change.observed === undefined ? { deferred: this.deferred } : {}),
    };
  }

  private recordEvent(event: ContactEvent): Outcome {
    this.log.push(`event ${event.name} ${event.email}`);
    const ids = this.ids.get(event.name) ?? new Set<string>();
    this.ids.set(event.name, ids.add(event.dedupeId));
    return this.answers.event.shift() ?? { kind: 'accepted' };
  }

  private async hook(call: Call): Promise<void> {
    const hook = this.hooks[call];
    delete this.hooks[call];
    await hook?.();
  }
}

const MANIFEST: ProviderManifest = {
  slug: 'scripted',
  name: 'Scripted vendor',
  category: 'crm',
  summary: 'A vendor in memory.',
  docs: { vendor: 'https://vendor.example', api: 'https://vendor.example/api' },
  checkedOn: '2026-11-23',
  credentials: [],
  account: [],
  regions: [{ name: 'only', label: 'Only', hosts: { api: 'api.vendor.example' } }],
  settings: [],
  audience: { singular: 'list', plural: 'lists', listingNeeds: [], creatable: false, required: false },
  capabilities: {
    events: 'native',
    eventDedupe: 'ulid',
    ambiguousEvents: 'send_again',
    tags: 'native',
    readBack: true,
    eraseContact: false,
    clearing: 'never',
    consent: 'untouched',
    bulk: { maximumItems: 100, maximumBytes: 100_000, maximumItemBytes: 1_000, worthwhileFrom: 10 },
  },
  limits: {
    main: {
      ceiling: { requests: 1_000, perMs: 1_000, kind: 'smooth' },
      usual: { requests: 1_000, perMs: 1_000, kind: 'smooth' },
      concurrency: 1_000,
      timeoutMs: 10_000,
      source: 'none',
    },
  },
  reservedAttributes: [],
  reservedEventKeys: [],
  writes: [
    { vendorField: 'our_tags', from: 'Tags' },
    { vendorField: 'our_*', from: 'Attributes' },
  ],
};

import { isDeepStrictEqual } from 'node:util';
import {
  isAllowedHost,
  sendInParts,
  type AudienceCreation,
  type AudiencePage,
  type ContactChange,
  type ContactEvent,
  type ContactReading,
  type ContactRemoval,
  type CrmProvider,
  type Outcome,
  type ProviderAccess,
  type ProviderCall,
  type Verification,
  type VendorAnswer,
  type VendorHttp,
  type VendorRequest,
} from '@rekomi/provider-contract';
import { CaseFailure, must } from './checks.js';
import { faultsOfTold } from './told.js';
import type { Watch } from './watch.js';

/** A request that the provider sent, and what it got. */
export interface SentRequest {
  readonly request: VendorRequest;
  readonly answer: VendorAnswer;
}

/** The fault that the n-th request of a connection meets, by its name at the sandbox; undefined for none. */
export type FaultPlan = (request: VendorRequest, index: number) => string | undefined;

export interface ConnectionParts {
  readonly provider: CrmProvider;
  readonly watch: Watch;
  /** Id of the case. */
  readonly during: string;
  readonly access: Omit<ProviderAccess, 'http'>;
  /** With the manifest's own time-outs. */
  readonly http: VendorHttp;
  /** Gives up after a moment; for requests that are left hanging. */
  readonly impatient: VendorHttp;
  readonly fault?: FaultPlan;
}

/** Faults after which nothing more comes. */
const SILENT = /^(hang|hang-in-body|apply-then-hang)(;|$)/;

/**
 * One connection of a merchant: the provider's calls with everything examined that holds for all of them. A call that
 * throws ends the case.
 */
export class Connection {
  /** In the order in which they were sent. */
  readonly sent: SentRequest[] = [];
  readonly access: ProviderAccess;
  private started = 0;

  constructor(private readonly parts: ConnectionParts) {
    this.access = { ...parts.access, http: { request: (request) => this.send(request) } };
  }

  verify(): Promise<Verification> {
    return this.examined('verify', undefined, () => this.parts.provider.verify(this.access));
  }

  list(cursor?: string): Promise<AudiencePage> {
    return this.examined('listAudiences', cursor, () =>
      this.parts.provider.listAudiences(this.access, cursor),
    );
  }

  upsert(change: ContactChange): Promise<Outcome> {
    return this.examined('upsertContact', change, () =>
      this.parts.provider.upsertContact(this.access, change),
    );
  }

  track(event: ContactEvent): Promise<Outcome> {
    return this.examined('trackEvent', event, () => this.parts.provider.trackEvent(this.access, event));
  }

  upsertMany(changes: readonly ContactChange[]): Promise<readonly Outcome[]> {
    return this.examinedMany(
      'upsertContacts',
      changes,
      this.parts.provider.upsertContacts?.bind(this.parts.provider),
    );
  }

  trackMany(events: readonly ContactEvent[]): Promise<readonly Outcome[]> {
    return this.examinedMany(
      'trackEvents',
      events,
      this.parts.provider.trackEvents?.bind(this.parts.provider),
    );
  }

  /** As the engine does it: what is refused as a whole is divided. One outcome for each, in order. */
  upsertAll(changes: readonly ContactChange[]): Promise<readonly Outcome[]> {
    return inParts(
      changes,
      (part) => this.upsertMany(part),
      (change) => this.upsert(change),
    );
  }

  trackAll(events: readonly ContactEvent[]): Promise<readonly Outcome[]> {
    return inParts(
      events,
      (part) => this.trackMany(part),
      (event) => this.track(event),
    );
  }

  read(email: string): Promise<ContactReading> {
    return this.optional('readContact', email, this.parts.provider.readContact?.bind(this.parts.provider));
  }

  create(name: string): Promise<AudienceCreation> {
    return this.optional(
      'createAudience',
      name,
      this.parts.provider.createAudience?.bind(this.parts.provider),
    );
  }

  remove(removal: ContactRemoval): Promise<Outcome> {
    return this.optional(
      'removeContact',
      removal,
      this.parts.provider.removeContact?.bind(this.parts.provider),
    );
  }

  erase(email: string): Promise<Outcome> {
    return this.optional('eraseContact', email, this.parts.provider.eraseContact?.bind(this.parts.provider));
  }

  private async optional<In, Out>(
    call: ProviderCall,
    input: In,
    method: ((access: ProviderAccess, input: In) => Promise<Out>) | undefined,
  ): Promise<Out> {
    must(method, `the manifest says that there is ${call}, and the provider has none`);
    return this.examined(call, input, () => method(this.access, input));
  }

  private async examinedMany<In>(
    call: ProviderCall,
    items: readonly In[],
    method: ((access: ProviderAccess, items: readonly In[]) => Promise<readonly Outcome[]>) | undefined,
  ): Promise<readonly Outcome[]> {
    must(method, `the manifest has bulk calls, and the provider has no ${call}`);
    const before = structuredClone(items);
    const outcomes = await this.caught(call, () => method(this.access, items));
    must(isList(outcomes), `${call} returned no list of outcomes`);
    for (const outcome of outcomes) this.inspect(call, outcome);
    this.compare(call, before, items);
    return outcomes;
  }

  private async examined<Out>(call: ProviderCall, input: unknown, ask: () => Promise<Out>): Promise<Out> {
    const before = structuredClone(input);
    const told = await this.caught(call, ask);
    this.inspect(call, told);
    this.compare(call, before, input);
    return told;
  }

  private async caught<Out>(call: ProviderCall, ask: () => Promise<Out>): Promise<Out> {
    try {
      return await ask();
    } catch (err) {
      const { watch, during } = this.parts;
      const text = err instanceof Error ? `${err.name}: ${err.message}` : String(err);
      watch.inspect(text, `an error thrown by ${call}`, during);
      watch.breach('throws', during, `${call} threw ${text}`);
      throw new CaseFailure(`${call} threw ${text}`);
    }
  }

  private inspect(call: ProviderCall, told: unknown): void {
    const { watch, during, provider } = this.parts;
    for (const fault of faultsOfTold(provider.manifest, call, told))
      watch.breach('unknown-outcome', during, fault);
    watch.inspect(JSON.stringify(told) ?? '', `what ${call} returned`, during);
  }

  private compare(call: ProviderCall, before: unknown, after: unknown): void {
    if (isDeepStrictEqual(before, structuredClone(after))) return;
    this.parts.watch.breach('changed-input', this.parts.during, `${call} changed what it was given`);
  }

  private async send(request: VendorRequest): Promise<VendorAnswer> {
    const { provider, watch, during, fault, http, impatient } = this.parts;
    if (!isAllowedHost(provider.manifest, request.host)) {
      watch.breach('foreign-host', during, `a request was meant for ${request.host}`);
    }
    const address = `${request.path} ${new URLSearchParams(request.query).toString()}`;
    watch.inspect(address, `the address of a request (${request.method})`, during);
    const index = this.started;
    this.started += 1;
    const name = fault?.(request, index);
    const spoilt =
      name === undefined ? request : { ...request, headers: { ...request.headers, 'x-sandbox-fault': name } };
    const way = name !== undefined && SILENT.test(name) ? impatient : http;
    const answer = await way.request(spoilt);
    this.sent[index] = { request, answer };
    return answer;
  }
}

async function inParts<Item>(
  items: readonly Item[],
  many: (part: readonly Item[]) => Promise<readonly Outcome[]>,
  one: (item: Item) => Promise<Outcome>,
): Promise<readonly Outcome[]> {
  const outcomes = new Map<Item, Outcome>();
  await sendInParts<Item, undefined>(items, {
    together: async (part) => {
      const told = await many(part);
      must(told.length === part.length, `${part.length} items got ${told.length} outcomes`);
      return { outcomes: told, report: undefined };
    },
    alone: async (item) => ({ outcome: await one(item), report: undefined }),
    tell: (item, outcome) => void outcomes.set(item, outcome),
  });
  return items.flatMap((item) => outcomes.get(item) ?? []);
}

/** For providers in JavaScript. */
function isList(value: unknown): boolean {
  return Array.isArray(value);
}

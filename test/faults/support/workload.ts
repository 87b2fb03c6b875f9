import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import type { Api } from '../../support/api.js';
import type { Campaign } from '../../support/answers.js';
import { importPeople } from './import-people.js';
import { addressOf, markText } from './mark.js';
import type { OperationOutcome, OperationRecord } from './run-record.js';
import { between, oneOf, type Seed, type Stream } from './seed.js';
import { steadily } from './steady-call.js';

export interface WorkloadOptions {
  readonly contacts: number;
  /** Clients that ask at the same time. Each has people of its own, so that a person's order is known. */
  readonly writers: number;
  /** Deliveries that may be open before the writers wait for the product. */
  readonly backlog: number;
  /** Chance of giving up on a request that was not answered, and never knowing. */
  readonly walksAway: number;
}

export const WORKLOAD: WorkloadOptions = { contacts: 60, writers: 6, backlog: 150, walksAway: 0.1 };

interface Person {
  readonly contact: number;
  id?: string;
  ordinal: number;
  approved: boolean;
}

type Kind = 'rename' | 'event' | 'events' | 'decide' | 'tier' | 'doomed' | 'import';

/** How often each is drawn. */
const MIX: readonly (readonly [Kind, number])[] = [
  ['rename', 28],
  ['event', 38],
  ['events', 12],
  ['decide', 10],
  ['tier', 8],
  ['doomed', 6],
  ['import', 2],
];
const EVENT_NAMES = ['commission_earned', 'payout_sent', 'welcome_sent'];
const TIERS = ['bronze', 'silver', 'gold'];
const NAMES = ['Ada', 'Grace', 'Zoë', 'Mary Anne'];

/** What an organisation does all day, over the API, until it is told to stop. */
export class Workload {
  readonly operations: OperationRecord[] = [];
  /** Times that a connection was switched off and on again. */
  switched = 0;
  private stopping = false;
  private abandoned = false;
  private waiting = false;
  private running: Promise<unknown> | undefined;
  /** A stream of its own: what goes wrong does not change what is asked for next. */
  private readonly patience: Stream;

  constructor(
    private readonly api: Api,
    private readonly campaign: Campaign,
    private readonly connectionIds: readonly string[],
    private readonly seed: Seed,
    private readonly options: WorkloadOptions,
  ) {
    this.patience = seed.stream('patience');
  }

  private readonly always = (): boolean => !this.abandoned;
  private readonly sometimes = (): boolean => !this.abandoned && this.patience() >= this.options.walksAway;

  start(): void {
    const { writers, contacts } = this.options;
    const all = Array.from({ length: contacts }, (_, index) => index + 1);
    this.running = Promise.all([
      ...Array.from({ length: writers }, (_, writer) => {
        const people = all
          .filter((contact) => contact % writers === writer)
          .map((contact): Person => ({ contact, ordinal: 0, approved: false }));
        return this.write(people, this.seed.stream(`writer ${writer}`));
      }),
      this.switchConnections(this.seed.stream('connections')),
    ]);
    // Told by `stop`; until then it is nobody's unhandled rejection.
    this.running.catch(() => undefined);
  }

  /** Told how much is open, the writers wait while it is too much. */
  hold(open: number): void {
    this.waiting = open > this.options.backlog;
  }

  /** Resolves when every request that was begun has come to its end. @throws what a writer ran into */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  /** For a run that has failed: nobody asks on, and nothing is waited for. */
  abandon(): void {
    this.stopping = true;
    this.abandoned = true;
  }

  private async write(people: readonly Person[], random: Stream): Promise<void> {
    while (!this.stopping) {
      if (this.waiting) {
        await pause(20);
        continue;
      }
      const person = oneOf(random, people);
      if (person.id === undefined) await this.create(person, random);
      else await this.act(person, person.id, people, random);
    }
  }

  /** One connection at a time is switched off for a moment; what comes up meanwhile waits for it. */
  private async switchConnections(random: Stream): Promise<void> {
    while (!this.stopping) {
      await pause(between(random, 1_000, 4_000));
      const id = oneOf(random, this.connectionIds);
      const off = between(random, 200, 1_500);
      if (this.stopping) return;
      await steadily(() => this.api.post(`connections/${id}/pause`), this.always);
      await pause(off);
      await steadily(() => this.api.post(`connections/${id}/resume`), this.always);
      this.switched += 1;
    }
  }

  private act(person: Person, id: string, people: readonly Person[], random: Stream): Promise<void> {
    switch (drawn(random)) {
      case 'rename':
        return this.rename(person, id, random);
      case 'event':
        return this.event(person, id, random);
      case 'events':
        return this.events(person, id, random);
      case 'decide':
        return this.decide(person, id);
      case 'tier':
        return this.tier(person, random);
      case 'doomed':
        return this.doomed(person, id, random);
      case 'import':
        return this.import(people, random);
    }
  }

  private async create(person: Person, random: Stream): Promise<void> {
    const name = this.newName(person, random);
    const approved = random() < 0.8;
    const body = {
      email: addressOf(person.contact),
      name: name.text,
      campaign: this.campaign.id,
      status: approved ? 'approved' : 'applied',
    };
    const headers = { 'idempotency-key': randomUUID() };
    // Without its id nothing else can be asked for this person: nobody walks away from this one.
    const answer = await steadily(
      () => this.api.post<{ id: string }>('affiliates', body, { headers }),
      this.always,
    );
    if (answer.kind !== 'answered' || answer.answer.status > 201)
      throw new Error(`A person could not be created: ${JSON.stringify(answer)}`);
    person.id = answer.answer.body.id;
    person.approved = approved;
    this.note(person, 'create', [name.mark], 'acknowledged');
  }

  private async rename(person: Person, id: string, random: Stream): Promise<void> {
    const name = this.newName(person, random);
    const outcome = await this.ask(() => this.api.patch(`affiliates/${id}`, { name: name.text }));
    this.note(person, 'rename', [name.mark], outcome);
  }

  private async event(person: Person, id: string, random: Stream): Promise<void> {
    const row = this.newEvent(person, id, random);
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await steadily(
      () => this.api.post<{ connectionIds: readonly string[] }>('events', row.body, { headers }),
      this.sometimes,
    );
    if (answer.kind === 'walked away') return this.note(person, 'event', [row.mark], 'unknown');
    const { status, body } = answer.answer;
    if (status > 201) throw new Error(`An event was refused: ${status} ${JSON.stringify(body)}`);
    this.note(person, 'event', [row.mark], 'acknowledged', body.connectionIds);
  }

  private async events(person: Person, id: string, random: Stream): Promise<void> {
    const rows = Array.from({ length: between(random, 2, 12) }, () => this.newEvent(person, id, random));
    const headers = { 'idempotency-key': randomUUID() };
    interface Outcomes {
      readonly accepted: number;
      readonly stored: number;
      readonly duplicate: number;
      readonly results: readonly { readonly connectionIds?: readonly string[] }[];
    }
    const answer = await steadily(
      () => this.api.post<Outcomes>('events/bulk', { events: rows.map(({ body }) => body) }, { headers }),
      this.sometimes,
    );
    const marks = rows.map(({ mark }) => mark);
    if (answer.kind === 'walked away') return this.note(person, 'events', marks, 'unknown');
    const { status, body } = answer.answer;
    if (status > 201 || body.accepted + body.stored !== rows.length)
      throw new Error(`Events were refused: ${status} ${JSON.stringify(body)}`);
    for (const [index, mark] of marks.entries())
      this.note(person, 'events', [mark], 'acknowledged', body.results[index]?.connectionIds ?? []);
  }

  private async decide(person: Person, id: string): Promise<void> {
    const decision = person.approved ? 'unapprove' : 'approve';
    const headers = { 'idempotency-key': randomUUID() };
    const body = { campaign: this.campaign.id };
    const outcome = await this.ask(() => this.api.post(`affiliates/${id}/${decision}`, body, { headers }));
    if (outcome === 'acknowledged') person.approved = !person.approved;
    // Somebody who walked away finds out later, as everybody would, by looking.
    if (outcome === 'unknown') person.approved = await this.isApproved(id);
    this.note(person, decision, [], outcome);
  }

  private async tier(person: Person, random: Stream): Promise<void> {
    const headers = { 'idempotency-key': randomUUID() };
    const body = {
      email: addressOf(person.contact),
      campaign: this.campaign.id,
      tier: oneOf(random, TIERS),
      tags: [`since ${between(random, 2020, 2026)}`],
    };
    const outcome = await this.ask(() => this.api.post('affiliates', body, { headers }));
    this.note(person, 'tier', [], outcome);
  }

  /** Half of it would do: the whole has to be refused, and no trace of it may reach anybody. */
  private async doomed(person: Person, id: string, random: Stream): Promise<void> {
    const name = this.newName(person, random);
    const outcome = await this.ask(() =>
      this.api.patch(`affiliates/${id}`, { name: name.text, country: 'nowhere' }),
    );
    if (outcome === 'acknowledged') throw new Error('A country that does not exist was taken.');
    this.note(person, 'doomed', [name.mark], 'refused');
  }

  private async import(people: readonly Person[], random: Stream): Promise<void> {
    // Who has been unapproved by hand stays so whatever a file says: only names are changed.
    const some = people.filter(({ id }) => id !== undefined).slice(0, between(random, 3, 8));
    const rows = some.map((person) => ({ person, name: this.newName(person, random) }));
    await importPeople(
      this.api,
      this.campaign.id,
      rows.map(({ person, name }) => ({ email: addressOf(person.contact), name: name.text })),
      this.always,
    );
    for (const { person, name } of rows) {
      this.note(person, 'import', [name.mark], 'acknowledged');
      if (person.id !== undefined) person.approved = await this.isApproved(person.id);
    }
  }

  private async isApproved(id: string): Promise<boolean> {
    interface Shown {
      readonly enrolments: readonly { readonly status: string }[];
    }
    const answer = await steadily(() => this.api.get<Shown>(`affiliates/${id}`), this.always);
    return answer.kind === 'answered' && answer.answer.body.enrolments[0]?.status === 'approved';
  }

  private async ask(call: () => ReturnType<Api['post']>): Promise<OperationOutcome> {
    const answer = await steadily(call, this.sometimes);
    if (answer.kind === 'walked away') return 'unknown';
    return answer.answer.status < 300 ? 'acknowledged' : 'refused';
  }

  private newName(person: Person, random: Stream): { readonly mark: string; readonly text: string } {
    person.ordinal += 1;
    const mark = markText({ contact: person.contact, ordinal: person.ordinal, kind: 'state' });
    return { mark, text: `${oneOf(random, NAMES)} ${mark}` };
  }

  private newEvent(person: Person, affiliateId: string, random: Stream) {
    person.ordinal += 1;
    const mark = markText({ contact: person.contact, ordinal: person.ordinal, kind: 'event' });
    return {
      mark,
      body: { affiliateId, externalId: mark, name: oneOf(random, EVENT_NAMES), data: { mark } },
    };
  }

  private note(
    { contact, ordinal }: Person,
    kind: string,
    marks: readonly string[],
    outcome: OperationOutcome,
    connectionIds?: readonly string[],
  ): void {
    const where = connectionIds === undefined ? {} : { connectionIds };
    this.operations.push({ contact, ordinal, kind, marks, outcome, ...where });
  }
}

function drawn(random: Stream): Kind {
  const all = MIX.reduce((sum, [, weight]) => sum + weight, 0);
  let place = random() * all;
  for (const [kind, weight] of MIX) {
    place -= weight;
    if (place < 0) return kind;
  }
  return 'event';
}

import { Injectable } from '@nestjs/common';
import { type EventHappened, SyncOutbox } from '@rekomi/sync';
import { v7 as newId } from 'uuid';

import { chunks } from '../chunks.js';
import {
  denied,
  granted,
  type InputProblem,
  type ProgramProblem,
  type ProgramResult,
} from '../program-problem.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { type EventCheck, EventChecks, type EventWarning } from './event-checks.js';
import { type NewEvent, readEvent, type ReadEvent } from './event-input.js';
import { eventMessages } from './event-messages.js';
import {
  eventsByExternalId,
  type EventTarget,
  findAffiliates,
  findCampaigns,
  findTargets,
  insertEvents,
  type PlacedEvent,
} from './event-statements.js';
import { type EventRow, eventView, type EventView } from './event-view.js';
import { VendorEventNames } from './vendor-event-names.js';

export type { NewEvent } from './event-input.js';

export type NotSentCode = 'not_approved' | 'no_destination' | 'switched_off';

/** What became of one row, in the order of the rows. */
export type EventOutcome =
  | {
      /** `accepted`: stored and on its way; `stored`: kept and sent nowhere, and why. */
      readonly outcome: 'accepted' | 'stored';
      readonly event: EventView;
      readonly connectionIds: readonly string[];
      readonly reason?: { readonly code: NotSentCode; readonly detail: string };
      readonly warnings: readonly EventWarning[];
    }
  /** Its external id was there, in the database or further up in the call: nothing was done. */
  | { readonly outcome: 'duplicate'; readonly event: EventView }
  | { readonly outcome: 'invalid' | 'affiliate_not_found'; readonly errors: readonly InputProblem[] };

export interface EventIntake {
  readonly events: readonly NewEvent[];
  /** Refuse names that are neither built in nor declared. */
  readonly strict?: boolean;
  /** Pointer of the row at an index; `#/events/<index>` unless told. */
  readonly pointer?: (index: number) => string;
}

export interface RecordedEvent {
  readonly event: EventView;
  /** False: there was one with this external id already, and nothing was done. */
  readonly created: boolean;
  /** Connections it is being sent to, none when the affiliate is approved nowhere. */
  readonly connectionIds: readonly string[];
}

const NOT_SENT: Readonly<Record<NotSentCode, string>> = {
  not_approved:
    'The affiliate is not approved there yet. The event is kept; it is not sent later, when the affiliate is approved.',
  no_destination: 'No campaign that the affiliate is approved in sends to a connection.',
  switched_off: 'The event rules of the connections concerned hold events of this name back.',
};

/** Takes in what happened to affiliates: stored as facts, and sent to where the affiliates are at that moment. */
@Injectable()
export class EventService {
  readonly #checks: EventChecks;

  constructor(
    private readonly outbox: SyncOutbox,
    names: VendorEventNames,
  ) {
    this.#checks = new EventChecks(names);
  }

  /**
   * Takes in what somebody else tells, any number at once, in a handful of statements. What cannot be accepted is
   * reported and does not touch the rest. Per affiliate the order of the rows is the order of sending.
   */
  async take(work: UnitOfWork, intake: EventIntake): Promise<readonly EventOutcome[]> {
    const pointer = intake.pointer ?? ((index: number) => `#/events/${index}`);
    return this.#take(work, intake.events, pointer, { ours: false, strict: intake.strict === true });
  }

  /** Records one event of our own making: what its data say is not doubted. */
  async record(work: UnitOfWork, input: NewEvent): Promise<ProgramResult<RecordedEvent>> {
    const recorded = await this.recordAll(work, [input]);
    if (!recorded.ok) return recorded;
    const [one] = recorded.value;
    if (one === undefined) throw new Error('One event gave no outcome.');
    return granted(one);
  }

  /** The same for several that happened together, in the order in which they are to be sent. */
  async recordAll(
    work: UnitOfWork,
    inputs: readonly NewEvent[],
  ): Promise<ProgramResult<readonly RecordedEvent[]>> {
    const outcomes = await this.#take(work, inputs, () => '#', { ours: true, strict: false });
    const recorded: RecordedEvent[] = [];
    for (const [place, input] of inputs.entries()) {
      const outcome = outcomes[place];
      if (outcome === undefined) throw new Error('An event gave no outcome.');
      switch (outcome.outcome) {
        case 'accepted':
        case 'stored':
          recorded.push({ event: outcome.event, created: true, connectionIds: outcome.connectionIds });
          break;
        case 'duplicate':
          recorded.push({ event: outcome.event, created: false, connectionIds: [] });
          break;
        default:
          return denied(eventProblem(outcome.errors, input));
      }
    }
    return granted(recorded);
  }

  async #take(
    work: UnitOfWork,
    inputs: readonly NewEvent[],
    pointer: (index: number) => string,
    { ours, strict }: { readonly ours: boolean; readonly strict: boolean },
  ): Promise<readonly EventOutcome[]> {
    const now = new Date();
    const outcomes: EventOutcome[] = [];
    const readings: ReadEvent[] = [];
    for (const [place, input] of inputs.entries()) {
      const reading = readEvent(input, place, pointer(place), now, !ours);
      if (reading.ok) readings.push(reading.value);
      else outcomes[place] = { outcome: 'invalid', errors: reading.errors };
    }
    const check = ours ? unchecked : await this.#checks.of(work, readings, strict);
    const warnings = new Map<number, readonly EventWarning[]>();
    const fit = readings.filter((event) => {
      const { error, warnings: said } = check(event, pointer(event.place));
      if (error !== undefined) outcomes[event.place] = { outcome: 'invalid', errors: [error] };
      if (said.length > 0) warnings.set(event.place, said);
      return error === undefined;
    });
    for (const chunk of chunks(fit)) {
      const placed = await place(work, chunk, pointer, outcomes);
      await this.#store(work, placed, pointer, warnings, outcomes);
    }
    return outcomes;
  }

  async #store(
    work: UnitOfWork,
    placed: readonly PlacedEvent[],
    pointer: (index: number) => string,
    warnings: ReadonlyMap<number, readonly EventWarning[]>,
    outcomes: EventOutcome[],
  ): Promise<void> {
    if (placed.length === 0) return;
    const received = await insertEvents(work, placed);
    const stored = placed.filter(({ id }) => received.has(id));
    const repeated = placed.filter(({ id }) => !received.has(id));
    const known = await eventsByExternalId(work, [
      ...new Set(repeated.flatMap(({ externalId }) => externalId ?? [])),
    ]);
    for (const event of repeated) {
      const row = known.get(event.externalId ?? '');
      if (row === undefined) throw new Error('An event that was in the way cannot be read.');
      outcomes[event.place] = repetition(event, row, pointer(event.place));
    }
    const targets = new Map<string, EventTarget[]>();
    for (const target of await findTargets(work, stored))
      targets.set(target.eventId, [...(targets.get(target.eventId) ?? []), target]);
    const items: EventHappened[] = [];
    for (const event of stored) {
      const sent = (targets.get(event.id) ?? []).filter(isSent);
      items.push(...sent.map((target) => itemOf(event, target)));
      const reason = sent.length > 0 ? undefined : reasonOf(targets.get(event.id) ?? []);
      outcomes[event.place] = {
        outcome: sent.length > 0 ? 'accepted' : 'stored',
        event: eventView({ ...rowOf(event), receivedAt: received.get(event.id) ?? new Date() }),
        connectionIds: sent.map(({ connectionId }) => connectionId).sort(),
        ...(reason === undefined ? {} : { reason: { code: reason, detail: NOT_SENT[reason] } }),
        warnings: warnings.get(event.place) ?? [],
      };
    }
    const { tx, organizationId } = work;
    if (items.length > 0) work.hasWork(await this.outbox.record(tx, organizationId, items));
    const messages = eventMessages(organizationId, { ids: stored.map(({ id }) => id) });
    if (stored.length > 0) work.hasWork(await this.outbox.announce(tx, organizationId, messages));
  }
}

const unchecked = (): EventCheck => ({ warnings: [] });

/** Finds the people and campaigns; what names nobody is told of in `outcomes`. */
async function place(
  work: UnitOfWork,
  events: readonly ReadEvent[],
  pointer: (index: number) => string,
  outcomes: EventOutcome[],
): Promise<readonly PlacedEvent[]> {
  const people = await findAffiliates(work, events);
  const campaigns = await findCampaigns(work, [...new Set(events.flatMap(({ campaign }) => campaign ?? []))]);
  return events.flatMap((event) => {
    const { by, value } = event.reference;
    const refuse = (field: string, code: string, detail: string): readonly [] => {
      const outcome = code === 'affiliate_not_found' ? code : 'invalid';
      outcomes[event.place] = {
        outcome,
        errors: [{ pointer: `${pointer(event.place)}/${field}`, code, detail }],
      };
      return [];
    };
    const [affiliateId, another] = people.idsOf(event.reference);
    const shown = JSON.stringify(value.slice(0, 100));
    if (affiliateId === undefined)
      return refuse(by, 'affiliate_not_found', `There is no such affiliate: ${shown}.`);
    if (another !== undefined) {
      return refuse(by, 'ambiguous', 'Several affiliates have this external id. Name one by its id.');
    }
    const campaignId = event.campaign === undefined ? null : campaigns.get(event.campaign);
    if (campaignId === undefined) {
      const called = JSON.stringify((event.campaign ?? '').slice(0, 100));
      return refuse('campaign', 'campaign_not_found', `There is no such campaign: ${called}.`);
    }
    return [{ ...event, id: newId(), affiliateId, campaignId }];
  });
}

function repetition(event: PlacedEvent, row: EventRow, base: string): EventOutcome {
  if (row.affiliateId === event.affiliateId && row.name === event.name)
    return { outcome: 'duplicate', event: eventView(row) };
  const detail = 'This external id belongs to an event of another name or of another affiliate.';
  return {
    outcome: 'invalid',
    errors: [{ pointer: `${base}/externalId`, code: 'external_id_taken', detail }],
  };
}

type Sent = EventTarget & { readonly connectionId: string; readonly name: string };

function isSent(target: EventTarget): target is Sent {
  return target.connectionId !== null && target.name !== null;
}

function reasonOf(targets: readonly EventTarget[]): NotSentCode {
  if (targets.length === 0) return 'not_approved';
  return targets.every(({ connectionId }) => connectionId === null) ? 'no_destination' : 'switched_off';
}

function itemOf(event: PlacedEvent, { connectionId, name }: Sent): EventHappened {
  const { id, occurredAt, data } = event;
  return {
    kind: 'event',
    connectionId,
    contactId: event.affiliateId,
    cause: event.name,
    event: { id, name, occurredAt, data },
  };
}

function rowOf(event: PlacedEvent): Omit<EventRow, 'receivedAt'> {
  const { id, affiliateId, campaignId, externalId, name, occurredAt, data } = event;
  return { id, affiliateId, campaignId, externalId, name, occurredAt: new Date(occurredAt), data };
}

/** The errors of a single event as the problem of its call. */
export function eventProblem(errors: readonly InputProblem[], input: NewEvent): ProgramProblem {
  const [error] = errors;
  const pointer = error?.pointer ?? '#';
  switch (error?.code) {
    case 'affiliate_not_found': {
      const id = input.affiliateId ?? input.email ?? input.externalAffiliateId ?? '';
      return { reason: 'not_found', what: 'affiliate', id, pointer };
    }
    case 'campaign_not_found':
      return { reason: 'not_found', what: 'campaign', id: input.campaign ?? '', pointer };
    case 'external_id_taken':
      return { reason: 'conflict', errors };
    default:
      return { reason: 'invalid', errors };
  }
}

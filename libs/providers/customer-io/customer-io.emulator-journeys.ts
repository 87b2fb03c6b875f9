import type { OutgoingRequest, OutgoingResult } from '@rekomi/provider-contract';
import type {
  Campaign,
  CampaignSeed,
  Instruction,
  Journey,
  SentMail,
  WebhookDelivery,
} from './customer-io.emulator-campaign-model.js';
import { asText } from './customer-io.emulator-limits.js';
import type { Person, StoredEvent } from './customer-io.emulator-model.js';
import { isPending, noteResult, outgoing, preparedWebhook } from './customer-io.emulator-webhooks.js';
import type { EmulatedWorkspace } from './customer-io.emulator-workspace.js';

/** Events that are older than this start no campaign (docs.customer.io/integrations/api/track, 2026-08). */
const TOO_OLD_SECONDS = 72 * 60 * 60;

/** As it stands in a snapshot. */
export interface JourneyRecord {
  readonly campaigns: readonly (CampaignSeed & {
    readonly workspace: number;
    readonly inside: readonly string[];
  })[];
  readonly journeys: readonly Journey[];
  readonly mails: readonly SentMail[];
  readonly webhooks: readonly WebhookDelivery[];
}

/**
 * People on their way through campaigns. Nothing moves by itself: an event, a change of membership, an answer to a
 * webhook or the end of a waiting time moves a journey as far as it goes, at the moment when that happens.
 */
export class Journeys {
  readonly campaigns = new Map<number, Campaign>();
  readonly all = new Map<number, Journey>();
  readonly mails: SentMail[] = [];
  readonly webhooks = new Map<string, WebhookDelivery>();
  /** Those that wait, for an event or for time. */
  private readonly waiting = new Set<Journey>();
  /** Attempts that were handed out and have no result yet. */
  private readonly underWay = new Set<string>();

  constructor(
    private readonly workspaceOf: (id: number) => EmulatedWorkspace | undefined,
    /** The number of the latest event of the emulator. */
    private readonly latestEvent: () => number,
  ) {}

  /** @param at Milliseconds. */
  open(workspace: EmulatedWorkspace, seed: CampaignSeed, at: number): void {
    const campaign: Campaign = { ...seed, workspace: workspace.config.id, inside: new Set() };
    this.campaigns.set(seed.id, campaign);
    if (seed.trigger.kind !== 'segment') return;
    const segment = workspace.segments.get(seed.trigger.segment);
    const members = segment === undefined ? [] : workspace.membersOf(segment);
    for (const person of members) campaign.inside.add(person.cioId);
    if (seed.includeExisting) for (const person of members) this.start(campaign, person, at);
  }

  nextCampaignId(): number {
    return Math.max(0, ...this.campaigns.keys()) + 1;
  }

  /** An event was recorded for somebody: journeys that wait for it go on, and campaigns of that name start. */
  recorded(workspace: EmulatedWorkspace, person: Person, event: StoredEvent, at: number): void {
    for (const journey of [...this.waiting]) {
      if (journey.workspace === workspace.config.id && journey.cioId === person.cioId)
        this.resume(journey, at);
    }
    if (event.timestamp < Math.floor(at / 1000) - TOO_OLD_SECONDS) return;
    for (const campaign of this.campaigns.values()) {
      const { trigger } = campaign;
      if (campaign.workspace !== workspace.config.id || trigger.kind !== 'event') continue;
      if (trigger.event === event.name) this.start(campaign, person, at, event.data);
    }
  }

  /** Something about a person changed: whoever now belongs to a campaign's segment and did not before starts. */
  changed(workspace: EmulatedWorkspace, person: Person, at: number): void {
    for (const campaign of this.campaigns.values()) {
      const { trigger, inside } = campaign;
      if (campaign.workspace !== workspace.config.id || trigger.kind !== 'segment') continue;
      const segment = workspace.segments.get(trigger.segment);
      const belongs = segment !== undefined && workspace.belongs(segment, person);
      if (!belongs) inside.delete(person.cioId);
      else if (!inside.has(person.cioId)) {
        inside.add(person.cioId);
        this.start(campaign, person, at);
      }
    }
  }

  /** When the next waiting time ends, in milliseconds. */
  nextDue(): number | undefined {
    let earliest: number | undefined;
    for (const { due } of this.waiting) {
      if (due !== undefined && (earliest === undefined || due < earliest)) earliest = due;
    }
    return earliest;
  }

  /** Ends the waiting times that are over by then. */
  pass(at: number): void {
    for (const journey of [...this.waiting]) {
      if (journey.due === undefined || journey.due > at) continue;
      const instruction = this.instructionOf(journey);
      this.stopWaiting(journey);
      if (instruction?.op !== 'wait') continue;
      journey.path.push(`no ${instruction.event} in time`);
      journey.place = instruction.otherwise;
      this.run(journey, at);
    }
  }

  /** Hands out what is due to be sent. */
  take(now: number): readonly OutgoingRequest[] {
    if (this.webhooks.size === 0) return [];
    const due = [...this.webhooks.values()].filter(
      (webhook) => isPending(webhook) && webhook.due <= now && !this.underWay.has(webhook.id),
    );
    for (const { id } of due) this.underWay.add(id);
    return due.map(outgoing);
  }

  /** Takes the result of an attempt; whoever stands at the step goes on once nothing more will be tried. */
  settle(id: string, result: OutgoingResult, at: number): void {
    this.underWay.delete(id);
    const webhook = this.webhooks.get(id);
    if (webhook === undefined || !isPending(webhook)) return;
    const saved = noteResult(webhook, result, at);
    const journey = this.all.get(webhook.journey);
    if (isPending(webhook) || journey === undefined) return;
    const workspace = this.workspaceOf(journey.workspace);
    const person = workspace?.people.get(journey.cioId);
    if (workspace !== undefined && person !== undefined) this.save(workspace, person, saved, at);
    journey.path.push(
      webhook.state === 'sent' ? 'webhook sent' : `webhook ${webhook.state}: ${webhook.failure ?? ''}`,
    );
    journey.place += 1;
    this.run(journey, at);
  }

  clear(): void {
    for (const held of [this.campaigns, this.all, this.webhooks, this.waiting, this.underWay]) held.clear();
    this.mails.length = 0;
  }

  /** Undefined when there is nothing to keep. */
  record(): JourneyRecord | undefined {
    if (this.campaigns.size === 0) return undefined;
    return {
      campaigns: [...this.campaigns.values()].map((campaign) => ({
        ...campaign,
        inside: [...campaign.inside],
      })),
      journeys: [...this.all.values()],
      mails: this.mails,
      webhooks: [...this.webhooks.values()],
    };
  }

  restore(record: JourneyRecord): void {
    for (const campaign of record.campaigns) {
      this.campaigns.set(campaign.id, { ...campaign, inside: new Set(campaign.inside) });
    }
    for (const journey of record.journeys) {
      this.all.set(journey.number, journey);
      if (journey.state === 'waiting') this.waiting.add(journey);
    }
    this.mails.push(...record.mails);
    for (const webhook of record.webhooks) this.webhooks.set(webhook.id, webhook);
  }

  private start(campaign: Campaign, person: Person, at: number, event: Journey['event'] = {}): void {
    const journey: Journey = {
      number: this.all.size + 1,
      workspace: campaign.workspace,
      campaign: campaign.id,
      cioId: person.cioId,
      startedAt: at,
      sinceEvent: this.latestEvent(),
      event,
      place: 0,
      state: 'waiting',
      path: [],
    };
    this.all.set(journey.number, journey);
    this.run(journey, at);
  }

  private resume(journey: Journey, at: number): void {
    const instruction = this.instructionOf(journey);
    const person = this.workspaceOf(journey.workspace)?.people.get(journey.cioId);
    if (instruction?.op !== 'wait' || person === undefined) return;
    if (!this.came(journey, person, instruction)) return;
    this.stopWaiting(journey);
    this.run(journey, at);
  }

  /** As far as it goes. */
  private run(journey: Journey, at: number): void {
    for (;;) {
      const person = this.workspaceOf(journey.workspace)?.people.get(journey.cioId);
      const instruction = this.instructionOf(journey);
      if (person === undefined) return this.end(journey, 'left');
      if (instruction === undefined || instruction.op === 'exit') return this.end(journey, 'finished');
      const next = this.step(journey, instruction, person, at);
      if (next === undefined) return;
      journey.place = next;
    }
  }

  /** @returns The next place; undefined when the journey stays where it is. */
  private step(
    journey: Journey,
    instruction: Exclude<Instruction, { op: 'exit' }>,
    person: Person,
    at: number,
  ): number | undefined {
    const next = journey.place + 1;
    switch (instruction.op) {
      case 'goto':
        return instruction.to;
      case 'mail':
        this.sendMail(journey, instruction.name, person, at);
        return next;
      case 'wait':
        if (this.came(journey, person, instruction)) {
          journey.path.push(`${instruction.event} came`);
          return next;
        }
        journey.state = 'waiting';
        journey.due = at + instruction.milliseconds;
        this.waiting.add(journey);
        return undefined;
      case 'branch': {
        const since = (at - instruction.milliseconds) / 1000;
        const count = person.events.filter(
          ({ name, timestamp }) => name === instruction.event && timestamp >= since,
        ).length;
        journey.path.push(`${count} × ${instruction.event}`);
        return count >= instruction.atLeast ? next : instruction.otherwise;
      }
      case 'webhook': {
        const scope = {
          customer: attributesOf(person),
          event: journey.event,
          campaign: { id: journey.campaign },
        };
        const number = this.webhooks.size + 1;
        const webhook = preparedWebhook(journey, instruction.request, scope, { number, at });
        this.webhooks.set(webhook.id, webhook);
        if (isPending(webhook)) {
          journey.state = 'calling';
          return undefined;
        }
        journey.path.push(`webhook ${webhook.state}`);
        return next;
      }
    }
  }

  /** Events that came after the start count, whatever moment they tell of. */
  private came(journey: Journey, person: Person, wait: Extract<Instruction, { op: 'wait' }>): boolean {
    const since = person.events.filter(
      ({ name, number }) => name === wait.event && number > journey.sinceEvent,
    );
    return since.length >= wait.times;
  }

  private sendMail(journey: Journey, name: string, person: Person, at: number): void {
    if (person.unsubscribed) {
      journey.path.push(`no mail ${name}: unsubscribed`);
      return;
    }
    const { workspace, campaign, number } = journey;
    this.mails.push({
      ...{ number: this.mails.length + 1, workspace, campaign, journey: number, name, at },
      email: person.email,
    });
    journey.path.push(`mail ${name}`);
  }

  private save(
    workspace: EmulatedWorkspace,
    person: Person,
    saved: Readonly<Record<string, unknown>>,
    at: number,
  ): void {
    for (const [name, value] of Object.entries(saved)) {
      if (value === undefined || value === null) person.attributes.delete(name);
      else person.attributes.set(name, { value: asText(value), at: Math.floor(at / 1000) });
    }
    if (Object.keys(saved).length > 0) this.changed(workspace, person, at);
  }

  private instructionOf(journey: Journey): Instruction | undefined {
    return this.campaigns.get(journey.campaign)?.program[journey.place];
  }

  private stopWaiting(journey: Journey): void {
    this.waiting.delete(journey);
    delete journey.due;
  }

  private end(journey: Journey, state: 'finished' | 'left'): void {
    this.stopWaiting(journey);
    journey.state = state;
  }
}

function attributesOf(person: Person): Readonly<Record<string, unknown>> {
  const stored = [...person.attributes].map(([name, { value }]) => [name, value] as const);
  return {
    ...Object.fromEntries(stored),
    cio_id: person.cioId,
    ...(person.id === undefined ? {} : { id: person.id }),
    ...(person.email === undefined ? {} : { email: person.email }),
  };
}

import type { CampaignTrigger, Instruction, WebhookTemplate } from './customer-io.emulator-campaign-model.js';
import { isRecord } from './customer-io.emulator-parsing.js';

const MILLISECONDS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

export interface CampaignInput {
  readonly trigger: CampaignTrigger;
  readonly program: readonly Instruction[];
}

/**
 * Reads `{trigger, steps}` and lays the steps out flat. A trigger is `{event}` or `{segment}`; a step is one of
 *
 * - `{mail: name}`
 * - `{waitFor: event, times?, atMost: {days}, otherwise?: steps}`: goes on as soon as the event has come so often since
 *   the start; when the time is over, with `otherwise` in place of everything that follows, if there is one
 * - `{branch: {event, atLeast, withinDays}, then?: steps, otherwise?: steps}`
 * - `{webhook: {url, method?, headers?, body?, sending?, save?}}`
 *
 * @returns What is wrong, in words, for anything else.
 */
export function campaignInput(input: Readonly<Record<string, unknown>>): CampaignInput | string {
  const trigger = triggerOf(input['trigger']);
  if (trigger === undefined) return 'trigger must be {event: name} or {segment: id}';
  const layout = new Layout();
  const program = layout.of(input['steps']);
  return layout.fault ?? { trigger, program };
}

function triggerOf(value: unknown): CampaignTrigger | undefined {
  if (!isRecord(value)) return undefined;
  const { event, segment } = value;
  if (typeof event === 'string' && event !== '') return { kind: 'event', event };
  return typeof segment === 'number' ? { kind: 'segment', segment } : undefined;
}

type Step = Readonly<Record<string, unknown>>;

class Layout {
  /** The first thing that is wrong. */
  fault: string | undefined;
  private readonly program: Instruction[] = [];
  private readonly tails: { readonly wait: number; readonly steps: unknown; readonly at: string }[] = [];

  of(steps: unknown): readonly Instruction[] {
    this.addAll(steps, 'steps');
    this.program.push({ op: 'exit' });
    // What takes the place of the rest after a time-out stands behind everything else.
    for (let tail = this.tails.shift(); tail !== undefined; tail = this.tails.shift()) {
      this.lead(tail.wait, this.program.length);
      this.addAll(tail.steps, tail.at);
      this.program.push({ op: 'exit' });
    }
    return this.program;
  }

  private addAll(steps: unknown, at: string): void {
    if (!Array.isArray(steps)) return this.fail(`${at} must be a list of steps`);
    for (const [index, step] of steps.entries()) this.add(step, `${at}[${index}]`);
  }

  private add(step: unknown, at: string): void {
    if (!isRecord(step)) return this.fail(`${at} must be an object`);
    const { mail, waitFor, branch, webhook } = step;
    if (typeof mail === 'string') this.program.push({ op: 'mail', name: mail });
    else if (typeof waitFor === 'string') this.addWait(step, waitFor, at);
    else if (isRecord(branch)) this.addBranch(step, branch, at);
    else if (isRecord(webhook)) this.addWebhook(webhook, at);
    else this.fail(`${at} must have one of mail, waitFor, branch, webhook`);
  }

  private addWait(step: Step, event: string, at: string): void {
    const milliseconds = durationOf(step['atMost']);
    if (milliseconds === undefined) {
      return this.fail(`${at}.atMost must be {days: …}, or hours, minutes, seconds`);
    }
    const wait = this.program.length;
    const times = positive(step['times'] ?? 1);
    if (times === undefined) return this.fail(`${at}.times must be a whole number above 0`);
    this.program.push({ op: 'wait', event, times, milliseconds, otherwise: wait + 1 });
    const { otherwise } = step;
    if (otherwise !== undefined) this.tails.push({ wait, steps: otherwise, at: `${at}.otherwise` });
  }

  private addBranch(step: Step, { event, atLeast, withinDays }: Step, at: string): void {
    const [least, days] = [positive(atLeast), positive(withinDays)];
    if (typeof event !== 'string' || least === undefined || days === undefined) {
      return this.fail(`${at}.branch must be {event, atLeast, withinDays}`);
    }
    const place = this.program.length;
    const milliseconds = days * MILLISECONDS.days;
    this.program.push({ op: 'branch', event, atLeast: least, milliseconds, otherwise: place + 1 });
    this.addAll(step['then'] ?? [], `${at}.then`);
    const jump = this.program.length;
    this.program.push({ op: 'exit' });
    this.lead(place, this.program.length);
    this.addAll(step['otherwise'] ?? [], `${at}.otherwise`);
    this.program[jump] = { op: 'goto', to: this.program.length };
  }

  private addWebhook(webhook: Step, at: string): void {
    const { url, method = 'POST', headers = {}, body = '', sending = 'draft', save = {} } = webhook;
    if (typeof url !== 'string' || typeof method !== 'string' || !METHODS.includes(method)) {
      return this.fail(`${at}.webhook must have a url, and as method one of ${METHODS.join(', ')}`);
    }
    if (typeof body !== 'string') return this.fail(`${at}.webhook.body must be a text`);
    if (sending !== 'draft' && sending !== 'automatically') {
      return this.fail(`${at}.webhook.sending must be draft or automatically`);
    }
    if (!isTexts(headers) || !isTexts(save)) {
      return this.fail(`${at}.webhook.headers and .save must have texts as values`);
    }
    // "Content-Type: application/json" is filled in already (docs.customer.io/journeys/webhooks-action, 2026-08).
    const named = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
    const request: WebhookTemplate = {
      ...{ method, url, body, sending, save },
      headers: named ? headers : { 'Content-Type': 'application/json', ...headers },
    };
    this.program.push({ op: 'webhook', request });
  }

  /** Says where a wait or a branch goes on when its condition does not hold. */
  private lead(place: number, otherwise: number): void {
    const instruction = this.program[place];
    if (instruction?.op === 'wait' || instruction?.op === 'branch') {
      this.program[place] = { ...instruction, otherwise };
    }
  }

  private fail(fault: string): void {
    this.fault ??= fault;
  }
}

function durationOf(value: unknown): number | undefined {
  if (!isRecord(value)) return undefined;
  let total = 0;
  for (const [unit, each] of Object.entries(MILLISECONDS)) total += each * (positive(value[unit] ?? 0) ?? 0);
  return total > 0 ? total : undefined;
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
}

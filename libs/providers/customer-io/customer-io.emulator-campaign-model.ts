/** Campaigns of the emulated vendor: what starts them, what they do, who is on the way through them. */

export type CampaignTrigger =
  | { readonly kind: 'event'; readonly event: string }
  /** Starts when a person comes to belong to the segment, whatever its kind. */
  | { readonly kind: 'segment'; readonly segment: number };

/** A step "Send and receive data". All texts are templates. */
export interface WebhookTemplate {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** A new step is a draft, and nothing leaves the vendor until that is changed. */
  readonly sending: 'draft' | 'automatically';
  /** Attribute of the person → key of the answer. */
  readonly save: Readonly<Record<string, string>>;
}

/** One instruction of a workflow that was laid out flat; numbers are places in the list. */
export type Instruction =
  | { readonly op: 'mail'; readonly name: string }
  | {
      readonly op: 'wait';
      readonly event: string;
      readonly times: number;
      readonly milliseconds: number;
      /** Where to go on when the time is over. */
      readonly otherwise: number;
    }
  | {
      readonly op: 'branch';
      readonly event: string;
      readonly atLeast: number;
      readonly milliseconds: number;
      readonly otherwise: number;
    }
  | { readonly op: 'webhook'; readonly request: WebhookTemplate }
  | { readonly op: 'goto'; readonly to: number }
  | { readonly op: 'exit' };

export interface CampaignSeed {
  readonly id: number;
  readonly name: string;
  readonly trigger: CampaignTrigger;
  readonly program: readonly Instruction[];
  /** Whether who is in the segment already starts as well. */
  readonly includeExisting: boolean;
}

export interface Campaign extends CampaignSeed {
  readonly workspace: number;
  /** Who belongs to the trigger's segment at the moment, by the vendor's own id. */
  readonly inside: Set<string>;
}

/** One person's way through one campaign. */
export interface Journey {
  readonly number: number;
  readonly workspace: number;
  readonly campaign: number;
  readonly cioId: string;
  /** Milliseconds. */
  readonly startedAt: number;
  /** Events with a higher number came after the start. */
  readonly sinceEvent: number;
  /** Data of the event that started it. */
  readonly event: Readonly<Record<string, unknown>>;
  place: number;
  /** `left`: the person was deleted on the way. */
  state: 'waiting' | 'calling' | 'finished' | 'left';
  /** When the waiting ends, in milliseconds. */
  due?: number;
  /** What was done so far, in words. */
  readonly path: string[];
}

export interface SentMail {
  readonly number: number;
  readonly workspace: number;
  readonly campaign: number;
  readonly journey: number;
  readonly name: string;
  readonly email: string | undefined;
  /** Milliseconds. */
  readonly at: number;
}

/** One webhook of one journey. The states are those of the vendor's reporting (docs.customer.io/api/webhooks, 2026-08). */
export interface WebhookDelivery {
  readonly id: string;
  readonly number: number;
  readonly workspace: number;
  readonly journey: number;
  readonly request: Omit<WebhookTemplate, 'save' | 'sending'>;
  readonly save: WebhookTemplate['save'];
  state: 'queued' | 'drafted' | 'attempted' | 'sent' | 'failed' | 'undeliverable';
  attempts: number;
  /** When it is sent next, in milliseconds. */
  due: number;
  /** Status of the last answer. */
  status?: number;
  failure?: string;
}

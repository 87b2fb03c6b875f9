import type { EntityManager } from 'typeorm';

import type { PendingEvent } from '../core/delivery.js';
import type { EndpointNews, EndpointOutcome } from '../core/endpoint-outcome.js';

/** What sends to an endpoint for the time of one claim: address, secrets and template as they were then. */
export interface OpenEndpoint {
  readonly id: string;
  readonly organizationId: string;
  readonly state: 'enabled' | 'disabled';
  /** Milliseconds for which nothing may be sent; 0 when it does not rest. */
  readonly restsForMs: number;
  /** It rested lately and has taken nothing since: one message is tried before others follow. */
  readonly onProbation: boolean;
  /** Sends one message. Never throws for what the other side does. */
  send(message: PendingEvent, signal: AbortSignal): Promise<SentMessage>;
}

export interface SentMessage {
  readonly outcome: EndpointOutcome;
  readonly durationMs: number;
  /** Masked; empty when nothing was sent. */
  readonly exchanges: readonly unknown[];
}

/** What the engine asks of, and tells, the keeper of endpoints. */
export interface EndpointKeeper {
  /** Undefined for an id of no endpoint. */
  open(tx: EntityManager, organizationId: string, endpointId: string): Promise<OpenEndpoint | undefined>;
  /** What tries said about the endpoint, oldest first: it recovers, rests, or is disabled. */
  tell(endpoint: OpenEndpoint, news: readonly EndpointNews[]): Promise<void>;
}

import type { BodyTemplate } from '../sending/body-template.js';

export type EndpointState = 'enabled' | 'disabled';
export type EndpointEnvironment = 'live' | 'sandbox';

/** An endpoint as it may be shown: no secret and no value of a header is in it. */
export interface Endpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly environment: EndpointEnvironment;
  /** Names of events; null hears of all. */
  readonly eventTypes: readonly string[] | null;
  readonly state: EndpointState;
  /** Why it is disabled: `endpoint_gone`, `endpoint_dead`, or none when a person did it. */
  readonly stateCode: string | null;
  readonly stateDetail: string | null;
  readonly stateSince: Date;
  readonly headerNames: readonly string[];
  readonly template: BodyTemplate | null;
  /** The first failure since the last success. */
  readonly failingSince: Date | null;
  /** Failures in a row. */
  readonly failures: number;
  /** Nothing is sent before; null when it does not rest. */
  readonly restsUntil: Date | null;
  readonly lastSuccessAt: Date | null;
  readonly lastFailureAt: Date | null;
  readonly lastFailureCode: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** When the secret before the present one stops being signed with; null when there is only one. */
  readonly oldSecretExpiresAt: Date | null;
}

export interface NewEndpoint {
  readonly url: string;
  readonly description?: string | null;
  readonly environment: EndpointEnvironment;
  readonly eventTypes: readonly string[] | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly template: BodyTemplate | null;
}

/**
 * Absent parts stay. Of headers a null takes one away. Where the address leads to another host, header values that are not
 * given again go as well: they were meant for the old one, and could be read at the new one.
 */
export interface EndpointChange {
  readonly url?: string;
  readonly description?: string | null;
  readonly environment?: EndpointEnvironment;
  readonly eventTypes?: readonly string[] | null;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly template?: BodyTemplate | null;
}

/** Endpoints that one organisation may have at a time. */
export const MOST_ENDPOINTS = 50;

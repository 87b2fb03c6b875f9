import type { EntityManager } from 'typeorm';

export interface EndpointNotice {
  readonly endpointId: string;
  /** What people call it. */
  readonly label: string;
  readonly code: string;
  readonly detail: string;
}

/** Tells people, once per change of state, what became of an endpoint; in the transaction of the change. */
export interface EndpointNotices {
  /** It has taken nothing for long and is still tried. Said at every failure; told once, until the matter is over. */
  failing(tx: EntityManager, organizationId: string, notice: EndpointNotice): Promise<void>;
  /** The product disabled it by itself. */
  disabled(tx: EntityManager, organizationId: string, notice: EndpointNotice): Promise<void>;
  /** The matter is over. */
  resolve(tx: EntityManager, organizationId: string, endpointId: string): Promise<void>;
}

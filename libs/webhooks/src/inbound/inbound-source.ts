/** What a source sends: our signed conversions, or Stripe's events. */
export const INBOUND_KINDS = ['conversions', 'stripe'] as const;
export type InboundKind = (typeof INBOUND_KINDS)[number];

/** A system that sends with a signature. Its secret is shown once and never again. */
export interface InboundSource {
  readonly id: string;
  readonly kind: InboundKind;
  readonly name: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  /** When the one before the present secret stops being accepted; null when there is only one. */
  readonly oldSecretExpiresAt: Date | null;
}

export interface NewInboundSource {
  readonly kind: InboundKind;
  readonly name: string;
  /** The secret that the sender made itself, as Stripe does (`whsec_…`). One is made when it is absent. */
  readonly secret?: string;
}

export type ActorKind = 'api_key' | 'user' | 'system' | 'public';

/** Who did something. `public`: somebody on a page without signing in; `system`: this server by itself. */
export interface AuditActor {
  readonly kind: ActorKind;
  readonly id?: string;
  /** Name of the key, address of the person: what people recognise the actor by once it is gone. */
  readonly label?: string;
}

export interface AuditResource {
  readonly kind: string;
  readonly id?: string;
  /** Never a name or address of an affiliate: entries cannot be erased. */
  readonly label?: string;
}

export type AuditDetails = Readonly<Record<string, unknown>>;

/** What is to be written. Everything else is taken from the request that runs. */
export interface NewAuditEntry {
  /** `noun.past_verb`: `campaign.created`. */
  readonly action: string;
  /** Kind of the resource is the action's noun unless told. */
  readonly resource?: Partial<AuditResource>;
  /** Small, and never a secret. */
  readonly details?: AuditDetails;
  readonly outcome?: 'done' | 'refused';
  /** Why it was refused: the code of the problem. */
  readonly code?: string;
  /** Who the request comes from unless told. */
  readonly actor?: AuditActor;
}

export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  readonly actorKind: ActorKind;
  readonly actorId: string | null;
  readonly actorLabel: string | null;
  readonly action: string;
  readonly resourceKind: string;
  readonly resourceId: string | null;
  readonly resourceLabel: string | null;
  readonly outcome: 'done' | 'refused';
  readonly code: string | null;
  readonly details: AuditDetails;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
}

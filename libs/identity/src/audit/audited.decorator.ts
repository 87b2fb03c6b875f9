import { SetMetadata } from '@nestjs/common';

export const AUDITED = Symbol('audited');
export const NOT_AUDITED = Symbol('not audited');

export interface AuditedOptions {
  /** Kind of the resource, where it is not the word before the action’s dot. */
  readonly kind?: string;
  /** Path parameter that holds the resource's id. `id` unless told; without one the answer's `id` is taken. */
  readonly id?: string;
  /** Field of the answer that names the resource in the log. Never one with a person's name or address. */
  readonly label?: string;
  /** Fields of the answer with numbers that say how much was done: bulk work is one entry with counts. */
  readonly counts?: readonly string[];
}

export interface AuditedAction extends AuditedOptions {
  readonly action: string;
}

/**
 * Every success of this route becomes an entry of the audit log: `@Audited('campaign.created', { label: 'name' })`. The
 * word before the dot is the kind of the resource. Names of a body's fields are noted, their values never.
 */
export const Audited = (action: `${string}.${string}`, options: AuditedOptions = {}): MethodDecorator =>
  SetMetadata(AUDITED, { action, ...options } satisfies AuditedAction);

/** For a route that is no GET and yet changes nothing, or writes its entries itself. */
export const NotAudited = (reason: string): MethodDecorator => SetMetadata(NOT_AUDITED, reason);

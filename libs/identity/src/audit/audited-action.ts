export const AUDITED = Symbol('audited');

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

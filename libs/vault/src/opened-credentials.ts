import { inspect } from 'node:util';

const REDACTED = '[credentials]';
const PURPOSES = new Set(['authorize', 'mask', 'sign', 'hint']);

/**
 * Decrypted credentials of one connection. The values are reachable through `reveal` alone, which the transport
 * and what signs or checks signatures call; serialising, inspecting, spreading or printing a handle shows none of them.
 */
export class OpenedCredentials {
  readonly #values: ReadonlyMap<string, string>;

  private constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  /** Holds credentials that were just typed in and are not stored yet, so that they can be verified. */
  static hold(secrets: Readonly<Record<string, string>>): OpenedCredentials {
    return new OpenedCredentials(new Map(Object.entries(secrets)));
  }

  /** Whether the field is present and not empty. */
  has(name: string): boolean {
    return (this.#values.get(name) ?? '') !== '';
  }

  /**
   * The plaintext of one field, undefined when absent. `purpose` says in the caller's source what the value is for, so
   * that every place where plaintext comes out can be found and judged.
   */
  reveal(name: string, purpose: 'authorize' | 'mask' | 'sign' | 'hint'): string | undefined {
    if (!PURPOSES.has(purpose)) return undefined;
    return this.#values.get(name);
  }

  toJSON(): string {
    return REDACTED;
  }

  toString(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}

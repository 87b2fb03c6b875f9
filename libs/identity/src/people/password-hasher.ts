import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';

import { normalisePassword, PASSWORD_LENGTH } from './password-rules.js';

/** Argon2id with the least that OWASP's Password Storage Cheat Sheet recommends: 19 MiB, two passes, one thread. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const CURRENT = `$argon2id$v=19$m=${PARAMETERS.memoryCost},t=${PARAMETERS.timeCost},p=${PARAMETERS.parallelism}$`;

@Injectable()
export class PasswordHasher {
  /** Of a password that nobody has: unknown addresses take as long as wrong passwords. */
  #nobodys: Promise<string> | undefined;

  /** @returns PHC text with salt and parameters. */
  hash(password: string): Promise<string> {
    return hash(normalisePassword(password), PARAMETERS);
  }

  /** @param stored null or undefined: there is no password; the answer is no, after the usual time. */
  async verify(stored: string | null | undefined, password: string): Promise<boolean> {
    const normal = normalisePassword(password);
    // Longer ones were never accepted, and hashing them would cost as much as the sender likes.
    const possible = normal.length <= PASSWORD_LENGTH.most * 2;
    const right = await verify(stored ?? (await this.#nobody()), possible ? normal : '');
    return right && possible && stored != null;
  }

  /** Made with other parameters than new ones are? Then it is made anew at the next sign-in. */
  isOutdated(stored: string): boolean {
    return !stored.startsWith(CURRENT);
  }

  #nobody(): Promise<string> {
    return (this.#nobodys ??= this.hash('nobody has this password'));
  }
}

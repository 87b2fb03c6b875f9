import { Injectable } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';
import { problem, type ProblemException } from '@rekomi/http';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';

import { PasswordHasher } from './password-hasher.js';
import { passwordFault } from './password-rules.js';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Somebody who proved to be who they are, or is about to get an account. */
export type Applicant =
  | { readonly userId: string }
  | { readonly email: string; readonly name: string; readonly passwordHash: string };

interface StoredUser {
  readonly user_id: string;
  readonly password_hash: string | null;
}

/** People's accounts. They belong to no organisation; memberships tie them to some. */
@Injectable()
export class UserAccountService {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly hasher: PasswordHasher,
  ) {}

  /**
   * Whose address and password these are. Takes as long for an unknown address as for a wrong password.
   *
   * @returns the id, or why not, with the id of the person whose password was wrong.
   */
  async check(
    credentials: Credentials,
  ): Promise<{ readonly ok: boolean; readonly userId: string | undefined }> {
    const stored = await this.#find(credentials.email);
    const ok = await this.hasher.verify(stored?.password_hash, credentials.password);
    if (ok && stored?.password_hash != null && this.hasher.isOutdated(stored.password_hash)) {
      await this.#store(stored.user_id, stored.password_hash, credentials.password);
    }
    return { ok, userId: stored?.user_id };
  }

  /**
   * Somebody with a link that invites them: who has an account gives its password, who has none chooses one.
   *
   * @throws ProblemException `credentials_wrong`, `validation_failed`
   */
  async apply({ email, name, password }: Credentials & { readonly name: string }): Promise<Applicant> {
    const stored = await this.#find(email);
    if (stored?.password_hash != null) {
      if (await this.hasher.verify(stored.password_hash, password)) return { userId: stored.user_id };
      throw problem('credentials_wrong', {
        detail: 'There is an account with this address already, and its password is another one.',
        errors: [
          {
            pointer: '#/password',
            code: 'credentials_wrong',
            detail: 'Give the password of the account that you have, or ask for a link to set a new one.',
          },
        ],
      });
    }
    const detail = 'Give your name.';
    if (name.trim() === '') throw wrongField('name', 'is_not_empty', detail);
    this.requireGood(password, email);
    return { email, name: name.trim(), passwordHash: await this.hasher.hash(password) };
  }

  /** Inside the transaction of whatever the account is made for. @returns its id. */
  async enter(tx: EntityManager, applicant: Applicant): Promise<string> {
    if ('userId' in applicant) return applicant.userId;
    const { email, name, passwordHash } = applicant;
    const rows: { id: string | null }[] = await tx.query('SELECT create_user($1, $2, $3, $4) AS id', [
      newId(),
      email,
      name,
      passwordHash,
    ]);
    const id = rows[0]?.id;
    if (id == null) {
      throw problem('state_conflict', {
        detail: 'An account with this address was made a moment ago. Repeat this with its password.',
      });
    }
    return id;
  }

  /** @throws ProblemException `credentials_wrong` with a pointer, `validation_failed`, `state_conflict` */
  async changePassword(userId: string, email: string, present: string, wanted: string): Promise<void> {
    const rows = await this.tenancy.lookup<{ hash: string | null }>('SELECT find_user_password($1) AS hash', [
      userId,
    ]);
    const old = rows[0]?.hash;
    if (!(await this.hasher.verify(old, present))) {
      throw problem('credentials_wrong', {
        detail: 'The present password is another one.',
        errors: [
          {
            pointer: '#/currentPassword',
            code: 'credentials_wrong',
            detail: 'This is not your present password.',
          },
        ],
      });
    }
    this.requireGood(wanted, email, 'newPassword');
    if (!(await this.#store(userId, old ?? null, wanted))) {
      throw problem('state_conflict', {
        detail: 'The password was changed elsewhere meanwhile. Sign in again.',
      });
    }
  }

  async rename(tx: EntityManager, userId: string, name: string): Promise<void> {
    await tx.query('SELECT set_user_name($1, $2)', [userId, name]);
  }

  /** @throws ProblemException `validation_failed` */
  requireGood(password: string, email: string, field = 'password'): void {
    const fault = passwordFault(password, email);
    if (fault !== undefined) throw wrongField(field, fault.code, fault.detail);
  }

  async #find(email: string): Promise<StoredUser | undefined> {
    const rows = await this.tenancy.lookup<StoredUser>(
      'SELECT user_id, password_hash FROM find_user_by_email($1)',
      [email],
    );
    return rows[0];
  }

  async #store(userId: string, old: string | null, password: string): Promise<boolean> {
    const rows = await this.tenancy.lookup<{ id: string | null }>(
      'SELECT set_user_password($1, $2, $3) AS id',
      [userId, old, await this.hasher.hash(password)],
    );
    return rows[0]?.id != null;
  }
}

function wrongField(field: string, code: string, detail: string): ProblemException {
  return problem('validation_failed', { detail, errors: [{ pointer: `#/${field}`, code, detail }] });
}

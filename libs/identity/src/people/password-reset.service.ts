import { Injectable, Logger, type OnModuleDestroy, Optional } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';
import { problem, RateLimiter } from '@rekomi/http';
import { MailOutbox } from '@rekomi/mail';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';

import { SiteAddress } from '../access/site-address.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { SessionService } from '../sessions/session.service.js';
import { generateToken, hashToken } from '../sessions/session-token.js';
import { passwordResetMail } from './account-mails.js';
import { RESET_MINUTES } from './link-lifetimes.js';
import { PasswordHasher } from './password-hasher.js';
import { UserAccountService } from './user-account.service.js';

/** Nobody's mailbox shall be filled by others. */
const MAILS_PER_ADDRESS = { perMinute: 0.1, burst: 3 } as const;

/** New passwords for people who forgot theirs. What it answers tells nobody which addresses have an account. */
@Injectable()
export class PasswordResetService implements OnModuleDestroy {
  readonly #log = new Logger(PasswordResetService.name);
  readonly #running = new Set<Promise<void>>();

  constructor(
    private readonly tenancy: Tenancy,
    private readonly accounts: UserAccountService,
    private readonly hasher: PasswordHasher,
    private readonly sessions: SessionService,
    private readonly limiter: RateLimiter,
    private readonly trail: AuditTrail,
    @Optional() private readonly site?: SiteAddress,
    @Optional() private readonly outbox?: MailOutbox,
  ) {}

  /** Whether links are mailed. Otherwise the operator's command makes them. */
  get mails(): boolean {
    return this.outbox?.configured === true && this.site !== undefined;
  }

  /** Mails a link, if the address has an account; nobody waits for it, so both take the same time. */
  request(email: string): void {
    const work = this.#mail(email)
      .catch((err: unknown) => this.#log.error({ msg: 'A password reset could not be mailed.', err }))
      .finally(() => this.#running.delete(work));
    this.#running.add(work);
  }

  /** For the operator's command. @returns the token of a fresh link, or undefined for an unknown address. */
  async createToken(email: string): Promise<string | undefined> {
    const userId = await this.#userOf(email);
    if (userId === undefined) return undefined;
    const [first] = await this.sessions.organizationsOf(userId);
    if (first === undefined)
      return this.#link((sql, parameters) => this.tenancy.lookup(sql, parameters), userId);
    return this.tenancy.run(first.id, async (tx) => {
      const token = await this.#link((sql, parameters) => tx.query(sql, [...parameters]), userId);
      await this.#record(tx, first.id, userId, email, 'operator');
      return token;
    });
  }

  /** Looks and uses up nothing. @returns whose link it is. @throws ProblemException `link_not_valid` */
  async find(token: string): Promise<{ readonly userId: string; readonly email: string }> {
    const rows = await this.tenancy.lookup<{ userId: string; email: string }>(
      'SELECT user_id AS "userId", email FROM find_password_reset_link($1)',
      [hashToken(token)],
    );
    const [found] = rows;
    if (found === undefined) throw problem('link_not_valid');
    return found;
  }

  /**
   * Sets the password and ends all sessions of the person.
   *
   * @throws ProblemException `link_not_valid`, `validation_failed`
   */
  async complete(token: string, password: string): Promise<void> {
    const { userId, email } = await this.find(token);
    this.accounts.requireGood(password, email);
    const hash = await this.hasher.hash(password);
    const rows = await this.tenancy.lookup<{ id: string | null }>('SELECT reset_password($1, $2) AS id', [
      hashToken(token),
      hash,
    ]);
    if (rows[0]?.id == null) throw problem('link_not_valid');
    for (const { id } of await this.sessions.organizationsOf(userId)) {
      await this.trail.note(id, {
        action: 'password.reset',
        resource: { kind: 'member', id: userId, label: email },
        actor: { kind: 'user', id: userId, label: email },
      });
    }
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #mail(email: string): Promise<void> {
    const { outbox, site } = this;
    if (outbox?.configured !== true || site === undefined) return;
    const { granted } = await this.limiter.take(
      'password_reset_mail',
      email.toLowerCase(),
      MAILS_PER_ADDRESS,
    );
    const userId = granted ? await this.#userOf(email) : undefined;
    if (userId === undefined) return;
    const [first] = await this.sessions.organizationsOf(userId);
    if (first === undefined) return;
    await this.tenancy.run(first.id, async (tx) => {
      const token = await this.#link((sql, parameters) => tx.query(sql, [...parameters]), userId);
      await this.#record(tx, first.id, userId, email, 'mail');
      await outbox.record(tx, first.id, [passwordResetMail(email, site.url(`/account/reset/${token}`))]);
    });
  }

  async #userOf(email: string): Promise<string | undefined> {
    const rows = await this.tenancy.lookup<{ id: string }>(
      'SELECT user_id AS id FROM find_user_by_email($1)',
      [email],
    );
    return rows[0]?.id;
  }

  async #link(
    query: (sql: string, parameters: readonly unknown[]) => Promise<unknown>,
    userId: string,
  ): Promise<string> {
    const token = generateToken();
    await query('SELECT create_password_reset_link($1, $2, $3, make_interval(mins => $4))', [
      ...[newId(), userId, hashToken(token), RESET_MINUTES],
    ]);
    return token;
  }

  #record(
    tx: EntityManager,
    organizationId: string,
    userId: string,
    email: string,
    by: string,
  ): Promise<void> {
    return this.trail.record(tx, organizationId, {
      action: 'password.reset_requested',
      resource: { kind: 'member', id: userId, label: email },
      details: { by },
    });
  }
}

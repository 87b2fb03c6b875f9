import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';
import { problem, RateLimiter } from '@rekomi/http';

import { AuditTrail } from '../audit/audit-trail.js';
import type { Client, OpenedSession } from '../sessions/session.js';
import { SessionService } from '../sessions/session.service.js';
import { type Credentials, UserAccountService } from './user-account.service.js';

/** Ten tries at once and one a minute from then on: enough for everybody who mistypes, useless for guessing. */
const TRIES_PER_ACCOUNT = { perMinute: 1, burst: 10 } as const;

export interface SignIn extends Credentials {
  /** Of those the person belongs to; the one joined first unless told. */
  readonly organizationId?: string | undefined;
}

/** Lets people in. What it answers, and how long it takes, tells nobody which addresses have an account. */
@Injectable()
export class SignInService implements OnModuleDestroy {
  readonly #log = new Logger(SignInService.name);
  readonly #noting = new Set<Promise<void>>();

  constructor(
    private readonly tenancy: Tenancy,
    private readonly accounts: UserAccountService,
    private readonly sessions: SessionService,
    private readonly limiter: RateLimiter,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * @param former the session that the browser brought along; it ends.
   * @throws ProblemException `credentials_wrong`, `too_many_attempts`, `no_organization`, `not_found`
   */
  async signIn(wanted: SignIn, client: Client, former?: string): Promise<OpenedSession> {
    await this.limiter.require('sign_in_account', wanted.email.toLowerCase(), TRIES_PER_ACCOUNT);
    const { ok, userId } = await this.accounts.check(wanted);
    if (!ok || userId === undefined) {
      if (userId !== undefined) this.#noteRefusal(userId, wanted.email);
      throw problem('credentials_wrong');
    }
    const organization = await this.sessions.requireOrganizationOf(userId, wanted.organizationId);
    const opened = await this.tenancy.run(organization.id, async (tx) => {
      const session = await this.sessions.open(tx, organization.id, userId, client);
      await this.trail.record(tx, organization.id, {
        action: 'session.created',
        resource: { id: session.id },
        actor: { kind: 'user', id: userId, label: wanted.email },
      });
      return session;
    });
    if (former !== undefined) await this.sessions.endByToken(former);
    return opened;
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.#noting);
  }

  /** Nobody waits for it: known addresses must not take longer. */
  #noteRefusal(userId: string, email: string): void {
    const note = this.sessions
      .organizationsOf(userId)
      .then(async ([first]) => {
        if (first === undefined) return;
        await this.trail.note(first.id, {
          action: 'session.created',
          resource: {},
          actor: { kind: 'public' },
          details: { email },
          outcome: 'refused',
          code: 'credentials_wrong',
        });
      })
      .catch((err: unknown) => this.#log.error({ msg: 'A refused sign-in could not be noted.', err }))
      .finally(() => this.#noting.delete(note));
    this.#noting.add(note);
  }
}

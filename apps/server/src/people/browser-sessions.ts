import { Injectable } from '@nestjs/common';
import {
  csrfTokenOf,
  type OpenedSession,
  type PersonTenant,
  SessionAuthenticator,
  SessionCookie,
  SessionService,
} from '@rekomi/identity';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { SessionAnswer } from './session.answer.js';

/** Somebody who is signed in, as a page or a script of ours needs to know them. */
export interface SignedIn {
  readonly person: PersonTenant;
  /** Of the session; stays in here and in the cookie. */
  readonly token: string;
  readonly csrfToken: string;
}

/** Sessions as browsers carry them. */
@Injectable()
export class BrowserSessions {
  constructor(
    private readonly cookie: SessionCookie,
    private readonly authenticator: SessionAuthenticator,
    private readonly sessions: SessionService,
  ) {}

  /** Who sends a request to a public route, if anybody is signed in. */
  async find(request: FastifyRequest): Promise<SignedIn | undefined> {
    const token = this.cookie.read(request);
    if (token === undefined) return undefined;
    const person = await this.authenticator.authenticate(token);
    return person === undefined ? undefined : { person, token, csrfToken: csrfTokenOf(token) };
  }

  /** The token that the browser brought along, good or not. */
  tokenOf(request: FastifyRequest): string | undefined {
    return this.cookie.read(request);
  }

  /** Ends what the browser brought along and hands out the new session. */
  async begin(request: FastifyRequest, reply: FastifyReply, opened: OpenedSession): Promise<void> {
    const former = this.cookie.read(request);
    if (former !== undefined && former !== opened.token) await this.sessions.endByToken(former);
    this.cookie.set(reply, opened.token, opened.expiresAt);
  }

  /** Ends the session of a request here and in the browser. */
  async end(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const token = this.cookie.read(request);
    if (token !== undefined) await this.sessions.endByToken(token);
    this.cookie.clear(reply);
  }

  async describe(token: string): Promise<SessionAnswer> {
    const person = await this.authenticator.authenticate(token);
    if (person === undefined) throw new Error('A session ended while it was described.');
    return this.describePerson(person, token);
  }

  async describePerson({ organizationId, actor }: PersonTenant, token: string): Promise<SessionAnswer> {
    const organizations = await this.sessions.organizationsOf(actor.id);
    const organization = organizations.find(({ id }) => id === organizationId);
    if (organization === undefined) throw new Error('A session is in an organisation without its person.');
    return {
      id: actor.sessionId,
      user: { id: actor.id, email: actor.label, name: actor.name },
      organization,
      organizations,
      csrfToken: csrfTokenOf(token),
    };
  }
}

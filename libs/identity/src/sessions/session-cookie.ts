import { Injectable, Optional } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { SiteAddress } from '../access/site-address.js';
import { isToken } from './session-token.js';

const NAME = 'rekomi_session';

/**
 * The cookie that carries a session's token: out of reach of scripts, not sent along by other sites' forms, and with
 * https bound to this very host (`__Host-`), so that no neighbour under the same domain can plant one.
 */
@Injectable()
export class SessionCookie {
  readonly #secure: boolean;

  constructor(@Optional() site?: SiteAddress) {
    this.#secure = site?.secure ?? false;
  }

  get name(): string {
    return this.#secure ? `__Host-${NAME}` : NAME;
  }

  /** The token that came with a request, if it has the form of one. */
  read(request: FastifyRequest): string | undefined {
    for (const pair of (request.headers.cookie ?? '').split(';')) {
      const [name, value = ''] = pair.trim().split('=', 2);
      if (name === this.name && isToken(value)) return value;
    }
    return undefined;
  }

  set(reply: FastifyReply, token: string, expiresAt: Date): void {
    this.#send(reply, `${this.name}=${token}; Expires=${expiresAt.toUTCString()}`);
  }

  clear(reply: FastifyReply): void {
    this.#send(reply, `${this.name}=; Max-Age=0`);
  }

  #send(reply: FastifyReply, pair: string): void {
    const secure = this.#secure ? '; Secure' : '';
    void reply.header('set-cookie', `${pair}; Path=/; HttpOnly; SameSite=Lax${secure}`);
    // What carries a session is for one person only.
    void reply.header('cache-control', 'no-store');
  }
}

import type { KeyObject } from 'node:crypto';

import { SignedIds } from './signed-ids.js';

/** Keys made for one purpose: the first signs, all of them verify. */
export type KeysFor = (purpose: string) => readonly KeyObject[];

/**
 * Addresses that invited people get. They are made from the invite's id whenever they are shown and stored nowhere; whether
 * an invite may still be used is asked of the database.
 */
export class InviteLinks {
  readonly #invites: SignedIds;
  readonly #unsubscribing: SignedIds;

  /** @param addresses makes the address of a page of this server. */
  constructor(
    keysFor: KeysFor,
    private readonly addresses: { url(path: string): string },
  ) {
    this.#invites = new SignedIds(keysFor('rekomi invite links 1'));
    this.#unsubscribing = new SignedIds(keysFor('rekomi unsubscribe links 1'));
  }

  /** Where the person accepts. */
  invite(inviteId: string): string {
    return this.addresses.url(`/invites/${this.#invites.sign(inviteId)}`);
  }

  /** Where the person says that they want no further invitations. */
  unsubscribe(inviteId: string): string {
    return this.addresses.url(`/unsubscribe/${this.#unsubscribing.sign(inviteId)}`);
  }

  /** @returns the invite's id; undefined for a token that we did not make. */
  readInvite(token: string): string | undefined {
    return this.#invites.read(token);
  }

  readUnsubscribe(token: string): string | undefined {
    return this.#unsubscribing.read(token);
  }
}

import type { ContactChange, WrittenContact, WrittenDelta } from './contact.js';

/** Whether two addresses are one, for vendors that do not mind letter case. */
export function sameAddress(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

/** Whether an address can be put into a request at all: a lone surrogate has no UTF-8 form. */
export function isSendable(email: string): boolean {
  return email.trim() !== '' && !/\p{Surrogate}/u.test(email);
}

/** A change, seen from the address that the contact has now. */
export interface Move {
  /** The letter case under which the person was written stays. */
  readonly email: string;
  /** The change at this address: what was written under another one is not there. */
  readonly change: ContactChange;
  /** What stands under another address and has to be taken back there first. */
  readonly moveFrom?: WrittenContact;
}

/** Tells what is left at an old address from what is to be done at the present one. */
export function sinceMove(change: ContactChange): Move {
  const { previous, ...anew } = change;
  const wanted = change.desired.email.trim();
  if (previous === undefined) return { email: wanted, change };
  return sameAddress(previous.email, wanted)
    ? { email: previous.email, change }
    : { email: wanted, change: anew, moveFrom: previous };
}

/** What the ledger knows no more once an address was left: it knows one address, and nothing of ours is at the new one. */
export function leftBehind({ fields, tags, audiences }: WrittenContact): WrittenDelta {
  return {
    fields: Object.fromEntries(Object.keys(fields).map((name) => [name, null])),
    tagsRemoved: tags,
    audiencesLeft: audiences,
  };
}

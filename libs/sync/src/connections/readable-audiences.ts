import type { Audience } from '@rekomi/provider-contract';

import { denied, granted, type ConnectionResult, type InputProblem } from './connection-problem.js';
import type { ConnectionVerifier, VerificationSubject } from './connection-verifier.js';
import { problemOf } from './vendor-problem.js';

export interface WantedAudience {
  readonly id: string;
  /** Where the id stood in the request body. */
  readonly pointer: string;
}

export interface ReadableAudiences {
  /** In the order in which they were asked for. */
  readonly audiences: readonly Audience[];
  readonly warnings: readonly string[];
}

/**
 * Checks that the vendor can tell who is in these audiences. Unlike an audience that people are added to, one that cannot
 * be checked is not taken on trust: without the list there is no reading either.
 */
export async function findReadable(
  verifier: ConnectionVerifier,
  subject: VerificationSubject,
  wanted: readonly WantedAudience[],
): Promise<ConnectionResult<ReadableAudiences>> {
  const { provider } = subject;
  const { manifest } = provider;
  const { singular, plural } = manifest.audience;
  if (!manifest.capabilities.readBack || provider.readContact === undefined) {
    const detail = `${manifest.name} cannot be asked which ${plural} somebody is in, so no tier can follow from them.`;
    return denied({ reason: 'unsupported', detail });
  }
  const listing = await verifier.everyAudience(subject);
  if (listing.kind === 'failed') return denied(problemOf(listing.failure));
  const known = new Map([...listing.audiences, ...listing.ruleBased].map((one) => [one.id, one]));
  const missing = wanted.filter(({ id }) => !known.has(id));
  if (missing.length > 0 && listing.nextCursor === undefined) {
    return denied({ reason: 'invalid', errors: missing.map((one) => unknown(one, singular, known.size)) });
  }
  return granted({
    audiences: wanted.map(({ id }) => known.get(id) ?? { id, name: id }),
    warnings: missing.map(
      ({ id }) => `The ${singular} "${id}" was taken unchecked: the account has more than are searched.`,
    ),
  });
}

function unknown({ id, pointer }: WantedAudience, singular: string, searched: number): InputProblem {
  const detail = `No ${singular} "${id}" is among the ${searched} that the account lists.`;
  return { pointer, code: 'audience_missing', detail };
}

import {
  notSent,
  parcels,
  unknownAnswer,
  type Failure,
  type ProviderAccess,
  type VendorRequest,
} from '@rekomi/provider-contract';
import { readAnswer, type Reading } from './braze.answers.js';
import { CALL_BYTES, OBJECTS_PER_CALL, type brazeManifest } from './braze.manifest.js';

export interface Call extends Pick<
  VendorRequest,
  'method' | 'path' | 'query' | 'json' | 'jsonText' | 'onlyReads'
> {
  readonly family: keyof (typeof brazeManifest)['limits'];
  /** A look, whatever its method. */
  readonly harmless: boolean;
}

/** One request to the instance that the connection names. */
export async function ask(access: ProviderAccess, { harmless, ...call }: Call): Promise<Reading> {
  const answer = await access.http.request({
    ...call,
    host: access.hint('endpoint') ?? '',
    authorization: { kind: 'bearer', credential: 'apiKey' },
  });
  return readAnswer(answer, { family: call.family, now: access.now(), harmless });
}

const CLOSING = ']}';
/** A user whose tags are added and removed. */
const OBJECTS_OF_ONE = 2;

/** What became of one object of a `/users/track`. */
export type ObjectResult =
  | { readonly kind: 'ok' }
  | {
      readonly kind: 'declined';
      readonly message: string;
      readonly status: number;
      /** With all others of its request, and nobody was named. */
      readonly together?: true;
    }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * Sends objects of one kind, each given as JSON, 50 at a time. Of a refused request nothing was taken: the objects that it
 * names are set aside and the others sent again. One that names nobody is told of all of them, unless it holds no more
 * than the two of one user, which then go one by one. After a failure of the way nothing more is sent.
 */
export async function track(
  access: ProviderAccess,
  array: 'attributes' | 'events',
  objects: readonly string[],
): Promise<readonly ObjectResult[]> {
  const results: ObjectResult[] = [];
  const opening = `{"${array}":[`;
  const frame = opening.length + CLOSING.length;
  const waiting = [...parcels(objects, { items: OBJECTS_PER_CALL, bytes: CALL_BYTES, frame })];
  let stopped: Failure | undefined;
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    const positions = part;
    const give = (result: (index: number) => ObjectResult): void =>
      positions.forEach((position, index) => (results[position] = result(index)));
    if (stopped !== undefined) {
      const failure = notSent(stopped);
      give(() => ({ kind: 'failed', failure }));
      continue;
    }
    const reading = await ask(access, {
      family: 'track',
      method: 'POST',
      path: '/users/track',
      jsonText: `${opening}${positions.map((position) => objects[position]).join(',')}${CLOSING}`,
      harmless: false,
    });
    if (reading.kind === 'failed') {
      stopped = reading.failure;
      give(() => reading);
      continue;
    }
    const { status, errors } = reading;
    const named = new Map(
      errors.flatMap((error) =>
        (error.array ?? array) === array && error.index !== undefined && error.index < positions.length
          ? [[error.index, error.message] as const]
          : [],
      ),
    );
    const own = (index: number): ObjectResult => ({
      kind: 'declined',
      status,
      message: named.get(index) ?? ('message' in reading ? reading.message : (errors[0]?.message ?? '')),
    });
    if (reading.kind === 'ok') {
      const unclear = errors.length > 0 && named.size < errors.length;
      const counted = reading.body[`${array}_processed`];
      const missed = typeof counted === 'number' && counted < positions.length - named.size;
      const failure = unknownAnswer(status);
      give((index) =>
        named.has(index) ? own(index) : unclear || missed ? { kind: 'failed', failure } : { kind: 'ok' },
      );
    } else if (positions.length === 1) {
      give(own);
    } else if (named.size === 0 && objects.length <= OBJECTS_OF_ONE) {
      waiting.unshift(...positions.map((position) => [position]));
    } else if (named.size === 0) {
      give((index) => ({ ...own(index), together: true }) as ObjectResult);
    } else {
      for (const index of named.keys()) results[positions[index] ?? 0] = own(index);
      const others = positions.filter((_, index) => !named.has(index));
      if (others.length > 0) waiting.unshift(others);
    }
  }
  return results;
}

import type { DestinationInput } from '@rekomi/programs';

import type { PutDestinationRequest } from './put-destination.request.js';

/** The body with its choice of an audience in one of its two forms. */
export function destinationInput({ audience, ...rest }: PutDestinationRequest): DestinationInput {
  if (audience == null) return audience === undefined ? rest : { ...rest, audience };
  if (audience.none === true) return { ...rest, audience: { none: true } };
  const name = audience.name === undefined ? {} : { name: audience.name };
  return { ...rest, audience: { id: audience.id ?? '', ...name } };
}

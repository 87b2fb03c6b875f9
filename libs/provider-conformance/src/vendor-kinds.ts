import type { ProviderManifest } from '@rekomi/provider-contract';

/** Whether an audience is a name that a person types, because the API lists none. */
export function audiencesAreTyped({ audience }: ProviderManifest): boolean {
  return audience.typed === true;
}

/** Headers of the vendor's own that tell, beside a 429, when there is room again. In lower case. */
export function resetHeadersOf({ resetHeaders }: ProviderManifest): readonly string[] {
  return resetHeaders ?? [];
}

import { fixedHosts, type ProviderManifest } from '@rekomi/provider-contract';

/** An exchange as it may be counted: nothing in it names an account. */
export interface ObservedExchange {
  /** A host of the vendor, `*` in place of an account's own part: `*.api-us1.com`. `sandbox`: it went there. */
  readonly server: string;
  /** Absent when no answer began to come. */
  readonly status?: number;
  /** Until the last byte, or until it was given up. */
  readonly durationMs: number;
}

export function serverOf(manifest: ProviderManifest, environment: 'live' | 'sandbox', host: string): string {
  if (environment === 'sandbox') return 'sandbox';
  if (fixedHosts(manifest).includes(host)) return host;
  const shape = manifest.accountHosts?.find(({ suffix }) => host.endsWith(suffix));
  return shape === undefined ? 'unknown' : `*${shape.suffix}`;
}

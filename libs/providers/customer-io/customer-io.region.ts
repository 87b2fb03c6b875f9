import type { Authorization, Failure, ProviderAccess } from '@rekomi/provider-contract';
import { readAnswer, type JsonObject } from './customer-io.answers.js';
import { customerIoManifest } from './customer-io.manifest.js';

export type RegionName = 'us' | 'eu';

export const TRACK_AUTHORIZATION: Authorization = { kind: 'basic', user: 'siteId', password: 'trackApiKey' };

export type Detection =
  | { readonly kind: 'found'; readonly region: RegionName; readonly workspaceId?: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

export function hostsOf(region: string | undefined): { readonly track: string; readonly app: string } {
  const [us, eu] = customerIoManifest.regions;
  return region === eu.name ? eu.hosts : us.hosts;
}

/**
 * Asks which region the Track credentials belong to. Either host knows it for both regions, so the EU host is asked
 * only when the US host fails or refuses (https://docs.customer.io/integrations/api/track/, "Find your account
 * region", 2026-08). A refusal by either host outweighs silence of the other.
 */
export async function detectRegion(
  access: ProviderAccess,
  authorization: Authorization = TRACK_AUTHORIZATION,
): Promise<Detection> {
  const first = await askRegion(access, hostsOf('us').track, authorization);
  if (first.kind === 'found' || isNotYet(first.failure)) return first;
  const second = await askRegion(access, hostsOf('eu').track, authorization);
  if (second.kind === 'found' || second.failure.kind === 'unauthorised') return second;
  return first;
}

async function askRegion(
  access: ProviderAccess,
  host: string,
  authorization: Authorization,
): Promise<Detection> {
  const answer = await access.http.request({
    family: 'track',
    method: 'GET',
    host,
    path: '/api/v1/accounts/region',
    authorization,
  });
  const reading = readAnswer(answer, { door: 'track', now: access.now(), harmless: true, declines: [] });
  if (reading.kind === 'failed') return reading;
  const region = reading.kind === 'ok' ? regionIn(reading.body) : undefined;
  if (reading.kind !== 'ok' || region === undefined) {
    return {
      kind: 'failed',
      failure: { kind: 'unavailable', code: 'answer_unknown', status: reading.status },
    };
  }
  const id = reading.body.environment_id;
  const known = (typeof id === 'number' || typeof id === 'string') && id !== '';
  return { kind: 'found', region, ...(known ? { workspaceId: String(id) } : {}) };
}

function regionIn(body: JsonObject): RegionName | undefined {
  if (body.region === 'us' || body.region === 'eu') return body.region;
  if (body.url === `https://${hostsOf('us').track}`) return 'us';
  if (body.url === `https://${hostsOf('eu').track}`) return 'eu';
  return undefined;
}

/** Too fast, or the process is ending: asking another host would not help. */
function isNotYet(failure: Failure): boolean {
  return failure.kind === 'throttled' || failure.code === 'send_withheld';
}

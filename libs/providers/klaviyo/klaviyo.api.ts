import type { ProviderAccess, VendorRequest } from '@rekomi/provider-contract';
import { readAnswer, type Reading } from './klaviyo.answers.js';
import { HOST, type klaviyoManifest, REVISION } from './klaviyo.manifest.js';

export interface Call extends Pick<VendorRequest, 'method' | 'path' | 'query' | 'json' | 'jsonText'> {
  readonly family: keyof (typeof klaviyoManifest)['limits'];
  /** Statuses with which the vendor says that this call was taken. */
  readonly done: readonly number[];
}

const MEDIA_TYPE = 'application/vnd.api+json';

/** One request in the vendor's dialect: JSON:API, pinned to a revision that is not to be replaced by another. */
export async function ask(access: ProviderAccess, { done, ...call }: Call): Promise<Reading> {
  const hasBody = call.json !== undefined || call.jsonText !== undefined;
  const answer = await access.http.request({
    ...call,
    host: HOST,
    headers: {
      accept: MEDIA_TYPE,
      revision: REVISION,
      'x-klaviyo-revision-fall-forward-opt-out': '1',
      ...(hasBody ? { 'content-type': MEDIA_TYPE } : {}),
    },
    authorization: {
      kind: 'header',
      name: 'authorization',
      credential: 'privateKey',
      prefix: 'Klaviyo-API-Key ',
    },
  });
  const harmless = call.method === 'GET';
  return readAnswer(answer, { family: call.family, now: access.now(), harmless, done });
}

import { pathSegment, type ProviderAccess, type VendorRequest } from '@rekomi/provider-contract';
import { readAnswer, type Reading } from './mailchimp.answers.js';
import { subscriberHash } from './mailchimp.mapping.js';

export interface Call extends Pick<VendorRequest, 'method' | 'path'> {
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/** One request to the data centre that the key names. */
export async function ask(access: ProviderAccess, call: Call): Promise<Reading> {
  const dataCentre = access.hint('apiKey');
  if (dataCentre === undefined) {
    const vendorMessage = 'The key ends before the name of the data centre, so there is no host to ask.';
    return {
      kind: 'failed',
      failure: { kind: 'unauthorised', code: 'credentials_rejected', credential: 'apiKey', vendorMessage },
    };
  }
  const family = call.method === 'GET' ? 'read' : 'write';
  const answer = await access.http.request({
    family,
    host: `${dataCentre}.api.mailchimp.com`,
    ...call,
    path: `/3.0${call.path}`,
    authorization: { kind: 'basic_literal', user: 'rekomi', password: 'apiKey' },
  });
  return readAnswer(answer, family, access.now());
}

export function memberPath(audience: string, email: string, rest = ''): string {
  return `/lists/${pathSegment(audience)}/members/${subscriberHash(email)}${rest}`;
}

/** Other tools of the merchant may have made fields required that we have no value for. */
export const ANY_FIELDS = { skip_merge_validation: 'true' } as const;

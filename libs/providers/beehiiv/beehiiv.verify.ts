import type { CredentialCheck, Failure, ProviderAccess, Verification } from '@rekomi/provider-contract';
import { isObject, UNKNOWN } from './beehiiv.answers.js';
import { ask, listPublications } from './beehiiv.publication.js';

const CREDENTIALS: readonly string[] = ['apiKey'];

/** Lists publications, which is what everything else needs, and asks for the workspace's name. Both only read. */
export async function verifyKey(access: ProviderAccess): Promise<Verification> {
  if (!access.has('apiKey')) {
    const check: CredentialCheck = {
      credentials: CREDENTIALS,
      result: 'missing',
      code: 'credential_missing',
    };
    return { kind: 'rejected', code: 'credential_missing', credentials: CREDENTIALS, checks: [check] };
  }
  const page = await listPublications(access);
  if (page.kind !== 'page') return failed(page);
  const identity = await ask(access, 'GET', '/workspaces/identify');
  const workspace = identity.kind === 'ok' && isObject(identity.body.data) ? identity.body.data : {};
  const any = page.audiences.length > 0;
  return {
    kind: 'valid',
    account: {
      ...(typeof workspace.id === 'string' ? { id: workspace.id } : {}),
      ...(typeof workspace.name === 'string' ? { name: workspace.name } : {}),
    },
    rights: [
      {
        name: 'audiences',
        granted: any,
        ...(any ? {} : { detail: 'The key opens no publication. Allow it at least one in beehiiv.' }),
      },
      { name: 'read_back', granted: true },
    ],
    checks: [{ credentials: CREDENTIALS, result: 'valid' }],
  };
}

function failed(failure: Failure): Verification {
  const { code, vendorMessage } = failure;
  const words = vendorMessage === undefined ? {} : { vendorMessage };
  if (failure.kind !== 'unauthorised') {
    const check: CredentialCheck = { credentials: CREDENTIALS, result: 'unreachable', code, ...words };
    return { kind: 'unreachable', code: code ?? UNKNOWN.code, checks: [check], ...words };
  }
  const detail =
    code === 'right_missing'
      ? 'beehiiv knows the key, but its plan or its permissions do not include the API.'
      : 'beehiiv does not accept this key.';
  const check: CredentialCheck = { credentials: CREDENTIALS, result: 'rejected', code, detail, ...words };
  return { kind: 'rejected', code, credentials: CREDENTIALS, checks: [check], ...words };
}

import {
  lacking,
  verificationOf,
  within,
  type Failure,
  type ProviderAccess,
  type Verification,
} from '@rekomi/provider-contract';
import { ask, listPublications } from './beehiiv.publication.js';

const CREDENTIALS: readonly string[] = ['apiKey'];

/** Lists publications, which is what everything else needs, and asks for the workspace's name. Both only read. */
export async function verifyKey(access: ProviderAccess): Promise<Verification> {
  const missing = lacking(access, CREDENTIALS);
  if (missing !== undefined) return missing;
  const page = await listPublications(access);
  if (page.kind !== 'page') return fault(page);
  const identity = await ask(access, 'GET', '/workspaces/identify');
  const workspace = within(identity.kind === 'ok' ? identity.body.data : undefined);
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

function fault(failure: Failure): Verification {
  const detail =
    failure.code === 'right_missing'
      ? 'beehiiv knows the key, but its plan or its permissions do not include the API.'
      : 'beehiiv does not accept this key.';
  return verificationOf(failure, CREDENTIALS, detail);
}

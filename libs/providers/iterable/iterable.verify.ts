import {
  rejected,
  unknownAnswer,
  unreachable,
  type Failure,
  type ProviderAccess,
  type Verification,
} from '@rekomi/provider-contract';
import { IterableCalls } from './iterable.calls.js';
import { iterableManifest } from './iterable.manifest.js';

const CREDENTIALS: readonly string[] = ['apiKey'];
const CONTACTS_DETAIL =
  'Only the first write shows whether the key may write; a read-only key is told as "right_missing" then.';

/** Asks the data centres one after the other; a key is known in one of them. */
export async function verifyKey(access: ProviderAccess): Promise<Verification> {
  const failures: Failure[] = [];
  for (const { name } of iterableManifest.regions) {
    const reading = await new IterableCalls(access, name).lists();
    if (reading.kind === 'ok' && Array.isArray(reading.body.lists)) return valid(name);
    if (reading.kind !== 'ok') failures.push(reading.failure);
    else failures.push(unknownAnswer(200));
  }
  // One that did not answer may be the key's own, so only a no of all of them is a no.
  const silent = failures.find(({ kind }) => kind !== 'unauthorised');
  if (silent !== undefined) return unreachable(silent, CREDENTIALS);
  const told = failures.find(({ code }) => code === 'right_missing') ?? failures[0];
  return rejected(told ?? { code: 'credentials_rejected' }, CREDENTIALS);
}

function valid(region: string): Verification {
  return {
    kind: 'valid',
    // The vendor tells the project's name nowhere.
    account: {},
    region,
    rights: [
      { name: 'audiences', granted: true },
      { name: 'contacts', granted: true, detail: CONTACTS_DETAIL },
      { name: 'events', granted: true, detail: CONTACTS_DETAIL },
      { name: 'read_back', granted: true },
    ],
    checks: [{ credentials: CREDENTIALS, result: 'valid' }],
  };
}

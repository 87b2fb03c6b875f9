import { verificationOf, type ProviderAccess, type Verification } from '@rekomi/provider-contract';
import { failureOf } from './brevo.answers.js';
import { BrevoCalls } from './brevo.calls.js';

const CREDENTIALS: readonly string[] = ['apiKey'];

/**
 * The lists tell whether the key may do what it is for. The account's name is asked for once and may be missing: that call
 * is one of a hundred that the whole account has in an hour.
 */
export async function verifyKey(access: ProviderAccess): Promise<Verification> {
  const calls = new BrevoCalls(access);
  const lists = await calls.lists(1, 0);
  if (lists.kind !== 'ok') return verificationOf(failureOf(lists), CREDENTIALS);
  const account = await calls.account();
  const { companyName, organization_id: id, email } = account.kind === 'ok' ? account.body : {};
  const name = [companyName, email].find((text) => typeof text === 'string' && text !== '');
  // An account without lists may answer an empty object, as others do; then the account has to speak for itself.
  const { count, lists: shown } = lists.body;
  if (typeof count !== 'number' && !Array.isArray(shown) && name === undefined)
    return verificationOf(failureOf(account), CREDENTIALS);
  return {
    kind: 'valid',
    account: {
      ...(typeof id === 'string' && id !== '' ? { id } : {}),
      ...(typeof name === 'string' ? { name } : {}),
    },
    region: 'all',
    rights: ['audiences', 'contacts', 'events', 'read_back'].map((right) => ({ name: right, granted: true })),
    checks: [{ credentials: CREDENTIALS, result: 'valid' }],
  };
}

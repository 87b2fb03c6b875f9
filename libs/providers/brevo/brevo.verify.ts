import type { CredentialCheck, Failure, ProviderAccess, Verification } from '@rekomi/provider-contract';
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
  if (lists.kind !== 'ok') return fault(failureOf(lists));
  const account = await calls.account();
  const { companyName, organization_id: id, email } = account.kind === 'ok' ? account.body : {};
  const name = [companyName, email].find((text) => typeof text === 'string' && text !== '');
  // An account without lists may answer an empty object, as others do; then the account has to speak for itself.
  const { count, lists: shown } = lists.body;
  if (typeof count !== 'number' && !Array.isArray(shown) && name === undefined)
    return fault(failureOf(account));
  return {
    kind: 'valid',
    account: {
      ...(typeof id === 'string' && id !== '' ? { id } : {}),
      ...(typeof name === 'string' ? { name } : {}),
    },
    region: 'all',
    rights: ['audiences', 'contacts', 'events', 'read_back'].map((right) => ({ name: right, granted: true })),
    checks: [check('valid')],
  };
}

function fault({ kind, code, vendorMessage }: Failure): Verification {
  const words = { code, ...(vendorMessage === undefined ? {} : { vendorMessage }) };
  return kind === 'unauthorised'
    ? { kind: 'rejected', ...words, credentials: CREDENTIALS, checks: [check('rejected', words)] }
    : { kind: 'unreachable', ...words, checks: [check('unreachable', words)] };
}

function check(result: CredentialCheck['result'], words: Partial<CredentialCheck> = {}): CredentialCheck {
  return { credentials: CREDENTIALS, result, ...words };
}

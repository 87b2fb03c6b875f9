import {
  lacking,
  textIn,
  unknownAnswer,
  verificationOf,
  type Failure,
  type ProviderAccess,
  type Right,
  type Verification,
} from '@rekomi/provider-contract';
import { failureOf } from './mailchimp.audiences.js';
import { ask } from './mailchimp.calls.js';

const CREDENTIALS: readonly string[] = ['apiKey'];
const ROOT_FIELDS = 'account_id,account_name,role';

/** Three reads: does the key open the account, what is the account called, may it see audiences. */
export async function verifyKey(access: ProviderAccess): Promise<Verification> {
  const missing = lacking(access, CREDENTIALS);
  if (missing !== undefined) return missing;
  const ping = await ask(access, { method: 'GET', path: '/ping' });
  if (ping.kind !== 'ok') return verificationOf(failureOf(ping), CREDENTIALS);
  if (typeof ping.body['health_status'] !== 'string')
    return verificationOf(unknownAnswer(ping.status), CREDENTIALS);
  const root = await ask(access, { method: 'GET', path: '/', query: { fields: ROOT_FIELDS } });
  const account = root.kind === 'ok' ? root.body : {};
  const id = textIn(account['account_id']);
  const name = textIn(account['account_name']);
  const lists = await ask(access, {
    method: 'GET',
    path: '/lists',
    query: { count: '1', fields: 'total_items' },
  });
  const detail = `The account is in data centre ${access.hint('apiKey') ?? ''}.`;
  return {
    kind: 'valid',
    account: {
      ...(id === undefined ? {} : { id }),
      ...(name === undefined ? {} : { name }),
    },
    rights: rightsOf(account['role'], lists.kind === 'ok' ? undefined : failureOf(lists)),
    checks: [{ credentials: CREDENTIALS, result: 'valid', detail }],
  };
}

/** Keys have no scopes, they have their user's role. https://mailchimp.com/help/manage-user-levels-in-your-account/ (2026-08). */
function rightsOf(role: unknown, failure: Failure | undefined): readonly Right[] {
  const reads = /^(viewer|author)$/i.test(String(role));
  const writes = reads
    ? `The key’s user is ${String(role)}, a role that cannot change contacts. Use a key of a manager, an admin or the owner.`
    : undefined;
  const lists =
    failure === undefined
      ? undefined
      : `Audiences could not be listed: ${failure.vendorMessage ?? failure.code}`;
  const right = (name: string, lost: string | undefined): Right =>
    lost === undefined ? { name, granted: true } : { name, granted: false, detail: lost };
  return [
    right('contacts', writes),
    right('events', writes),
    right('audiences', lists),
    right('read_back', lists),
  ];
}

import type {
  CredentialCheck,
  Failure,
  ProviderAccess,
  Right,
  Verification,
} from '@rekomi/provider-contract';
import type { JsonObject } from './mailchimp.answers.js';
import { failureOf } from './mailchimp.audiences.js';
import { ask } from './mailchimp.calls.js';

const CREDENTIALS: readonly string[] = ['apiKey'];
const ROOT_FIELDS = 'account_id,account_name,role';

/** Three reads: does the key open the account, what is the account called, may it see audiences. */
export async function verifyKey(access: ProviderAccess): Promise<Verification> {
  if (!access.has('apiKey')) return rejected({ kind: 'unauthorised', code: 'credential_missing' }, 'missing');
  const ping = await ask(access, { method: 'GET', path: '/ping' });
  if (ping.kind !== 'ok') return refusalOf(failureOf(ping));
  if (typeof ping.body['health_status'] !== 'string')
    return refusalOf({ kind: 'unavailable', code: 'answer_unknown', status: ping.status });
  const root = await ask(access, { method: 'GET', path: '/', query: { fields: ROOT_FIELDS } });
  const account = root.kind === 'ok' ? root.body : {};
  const lists = await ask(access, {
    method: 'GET',
    path: '/lists',
    query: { count: '1', fields: 'total_items' },
  });
  const detail = `The account is in data centre ${access.hint('apiKey') ?? ''}.`;
  return {
    kind: 'valid',
    account: {
      ...textOf(account, 'account_id', 'id'),
      ...textOf(account, 'account_name', 'name'),
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

/** A missing right proves that the key is known, but nothing that we need would work. */
function refusalOf(failure: Failure): Verification {
  if (failure.kind === 'unauthorised') return rejected(failure, 'rejected');
  const { code, vendorMessage } = failure;
  const words = vendorMessage === undefined ? {} : { vendorMessage };
  const check: CredentialCheck = { credentials: CREDENTIALS, result: 'unreachable', code, ...words };
  return { kind: 'unreachable', code, ...words, checks: [check] };
}

function rejected(failure: Failure, result: 'rejected' | 'missing'): Verification {
  const { code, vendorMessage } = failure;
  const words = vendorMessage === undefined ? {} : { vendorMessage };
  const check: CredentialCheck = { credentials: CREDENTIALS, result, code, ...words };
  return { kind: 'rejected', code, credentials: CREDENTIALS, ...words, checks: [check] };
}

function textOf<Name extends string>(
  body: JsonObject,
  key: string,
  name: Name,
): Partial<Record<Name, string>> {
  const value = body[key];
  return typeof value === 'string' && value !== '' ? ({ [name]: value } as Record<Name, string>) : {};
}

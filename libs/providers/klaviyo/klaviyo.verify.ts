import type { CredentialCheck, ProviderAccess, Right, Verification } from '@rekomi/provider-contract';
import { isObject, unknownAnswer, within } from './klaviyo.answers.js';
import { ask, type Call } from './klaviyo.api.js';

const CREDENTIALS: readonly string[] = ['privateKey'];
const PUBLIC_KEY = 'This is the public key (the site id of six characters). The private key begins with pk_.';

/**
 * Reads the lists, which has a generous limit and needs the right that the picker needs; then the account for its
 * name, and one profile's id for the right to look people up. What a key may write shows only in writing.
 */
export async function verifyKey(access: ProviderAccess): Promise<Verification> {
  const rejected = (check: Omit<CredentialCheck, 'credentials'>): Verification => {
    const { code = 'credentials_rejected', vendorMessage } = check;
    const words = vendorMessage === undefined ? {} : { vendorMessage };
    return {
      kind: 'rejected',
      code,
      credentials: CREDENTIALS,
      ...words,
      checks: [{ credentials: CREDENTIALS, ...check }],
    };
  };
  if (!access.has('privateKey')) return rejected({ result: 'missing', code: 'credential_missing' });
  if (access.hint('privateKey') !== undefined) {
    return rejected({ result: 'rejected', code: 'credential_of_other_kind', detail: PUBLIC_KEY });
  }
  const lists = await look(access, { family: 'lists', path: '/api/lists', query: { 'page[size]': '1' } });
  if (lists.kind === 'rejected') {
    const detail = 'Klaviyo does not know this private key (any more).';
    return rejected({ result: 'rejected', code: 'credentials_rejected', detail, ...lists.words });
  }
  if (lists.kind === 'unreachable') {
    const { code, words } = lists;
    const check: CredentialCheck = { credentials: CREDENTIALS, result: 'unreachable', code, ...words };
    return { kind: 'unreachable', code, ...words, checks: [check] };
  }
  const account = await look(access, { family: 'accounts', path: '/api/accounts' });
  const profiles = await look(access, {
    family: 'reads',
    path: '/api/profiles',
    query: { 'page[size]': '1', 'fields[profile]': 'created' },
  });
  return {
    kind: 'valid',
    account: account.kind === 'granted' ? nameOf(account.body) : {},
    rights: [
      { name: 'contacts', granted: true, detail: ONLY_BY_WRITING },
      { name: 'events', granted: true, detail: ONLY_BY_WRITING },
      right(
        'audiences',
        lists.kind,
        'Lists cannot be picked, and lists with double opt-in not be told apart.',
        'lists:read',
      ),
      right(
        'read_back',
        profiles.kind,
        'What arrived cannot be read back, and nothing be taken back.',
        'profiles:read',
      ),
    ],
    checks: [{ credentials: CREDENTIALS, result: 'valid' }],
  };
}

const ONLY_BY_WRITING =
  'Whether the key may write shows with the first contact: it needs profiles:write, lists:write, subscriptions:write and events:write.';

type Words = { readonly vendorMessage?: string };
type Look =
  | { readonly kind: 'granted'; readonly body: unknown }
  /** The key is good and lacks this one right. */
  | { readonly kind: 'lacking' }
  | { readonly kind: 'rejected'; readonly words: Words }
  | {
      readonly kind: 'unreachable';
      readonly code: NonNullable<CredentialCheck['code']>;
      readonly words: Words;
    };

async function look(access: ProviderAccess, call: Pick<Call, 'family' | 'path' | 'query'>): Promise<Look> {
  const reading = await ask(access, { ...call, method: 'GET', done: [200] });
  if (reading.kind === 'ok') {
    const listed = Array.isArray(reading.body.data);
    return listed
      ? { kind: 'granted', body: reading.body }
      : { kind: 'unreachable', code: 'answer_unknown', words: {} };
  }
  const { code, vendorMessage } = reading.kind === 'failed' ? reading.failure : unknownAnswer(reading.status);
  const words = vendorMessage === undefined ? {} : { vendorMessage };
  if (code === 'right_missing') return { kind: 'lacking' };
  if (code === 'credentials_rejected') return { kind: 'rejected', words };
  return { kind: 'unreachable', code, words };
}

function nameOf(body: unknown): { readonly id?: string; readonly name?: string } {
  const data = isObject(body) && Array.isArray(body.data) ? (body.data as readonly unknown[]) : [];
  const [account] = data.filter(isObject);
  const name = within(account, 'attributes', 'contact_information').organization_name;
  return {
    ...(typeof account?.id === 'string' ? { id: account.id } : {}),
    ...(typeof name === 'string' && name !== '' ? { name } : {}),
  };
}

function right(name: string, kind: Look['kind'], lost: string, scope: string): Right {
  if (kind === 'granted') return { name, granted: true };
  const why =
    kind === 'lacking' ? `The scope ${scope} grants it.` : 'It could not be asked just now; verify again.';
  return { name, granted: false, detail: `${lost} ${why}` };
}

import {
  lacking,
  objectsIn,
  rejected,
  textIn,
  unknownAnswer,
  unreachable,
  within,
  type Failure,
  type ProviderAccess,
  type Right,
  type Verification,
} from '@rekomi/provider-contract';
import { ask, type Call } from './klaviyo.api.js';

const CREDENTIALS: readonly string[] = ['privateKey'];
const UNKNOWN_KEY = 'Klaviyo does not know this private key (any more).';
const PUBLIC_KEY = 'This is the public key (the site id of six characters). The private key begins with pk_.';

/**
 * Reads the lists, which has a generous limit and needs the right that the picker needs; then the account for its
 * name, and one profile's id for the right to look people up. What a key may write shows only in writing.
 */
export async function verifyKey(access: ProviderAccess): Promise<Verification> {
  const missing = lacking(access, CREDENTIALS);
  if (missing !== undefined) return missing;
  if (access.hint('privateKey') !== undefined)
    return rejected({ code: 'credential_of_other_kind' }, CREDENTIALS, PUBLIC_KEY);
  const lists = await look(access, { family: 'lists', path: '/api/lists', query: { 'page[size]': '1' } });
  if (lists.kind === 'rejected') return rejected(lists.failure, CREDENTIALS, UNKNOWN_KEY);
  if (lists.kind === 'unreachable') return unreachable(lists.failure, CREDENTIALS);
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

type Look =
  | { readonly kind: 'granted'; readonly body: unknown }
  /** The key is good and lacks this one right. */
  | { readonly kind: 'lacking' }
  | { readonly kind: 'rejected' | 'unreachable'; readonly failure: Failure };

async function look(access: ProviderAccess, call: Pick<Call, 'family' | 'path' | 'query'>): Promise<Look> {
  const reading = await ask(access, { ...call, method: 'GET', done: [200] });
  if (reading.kind === 'ok') {
    return Array.isArray(reading.body.data)
      ? { kind: 'granted', body: reading.body }
      : { kind: 'unreachable', failure: unknownAnswer() };
  }
  const failure = reading.kind === 'failed' ? reading.failure : unknownAnswer(reading.status);
  if (failure.code === 'right_missing') return { kind: 'lacking' };
  return { kind: failure.code === 'credentials_rejected' ? 'rejected' : 'unreachable', failure };
}

function nameOf(body: unknown): { readonly id?: string; readonly name?: string } {
  const [account] = objectsIn(within(body).data);
  const id = textIn(account?.id);
  const name = textIn(within(account, 'attributes', 'contact_information').organization_name);
  return { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) };
}

function right(name: string, kind: Look['kind'], lost: string, scope: string): Right {
  if (kind === 'granted') return { name, granted: true };
  const why =
    kind === 'lacking' ? `The scope ${scope} grants it.` : 'It could not be asked just now; verify again.';
  return { name, granted: false, detail: `${lost} ${why}` };
}

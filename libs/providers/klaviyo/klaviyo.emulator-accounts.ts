import type { StoredAccount, StoredProfile } from './klaviyo.emulator-model.js';

export interface AccountConfig {
  readonly id: string;
  readonly name: string;
  /** Private key → scopes; undefined stands for all of them. */
  readonly keys: ReadonlyMap<string, readonly string[] | undefined>;
}

export const FULL_KEY = 'pk_5and0b0xr1vers1de0k1av1y0000000001';
/** Fills lists and writes profiles, and may neither read nor subscribe. */
export const NARROW_KEY = 'pk_5and0b0xr1vers1de0k1av1y0000000002';

export const ACCOUNTS: readonly AccountConfig[] = [
  {
    id: 'RvSd01',
    name: 'Riverside Shop',
    keys: new Map([
      [FULL_KEY, undefined],
      [NARROW_KEY, ['profiles:write', 'lists:write', 'events:write']],
    ]),
  },
  {
    id: 'HrBr02',
    name: 'Harbour Goods',
    keys: new Map([['pk_5and0b0xharb0ur0g00ds0000000000003', undefined]]),
  },
];

/** Addresses are told apart without letter case. */
export function findByEmail(account: StoredAccount, email: string): StoredProfile | undefined {
  const id = account.addresses.get(addressKey(email));
  return id === undefined ? undefined : account.profiles.get(id);
}

export function storeProfile(account: StoredAccount, profile: StoredProfile): void {
  if (!account.profiles.has(profile.id)) account.count += 1;
  account.profiles.set(profile.id, profile);
  if (profile.email !== undefined) account.addresses.set(addressKey(profile.email), profile.id);
}

function addressKey(email: string): string {
  return email.trim().toLowerCase();
}

/** Ids are counted, so that a journal leads to the same ones again. */
export function profileId(account: StoredAccount): string {
  return `01KLAV1Y0${String(account.count + 1).padStart(17, '0')}`;
}

/** Six letters and digits. */
export function listId(account: StoredAccount): string {
  return `L${(account.count + 1).toString(36).padStart(5, '0')}`;
}

export function jobId(account: StoredAccount): string {
  return `job-${String(account.count + 1).padStart(12, '0')}`;
}

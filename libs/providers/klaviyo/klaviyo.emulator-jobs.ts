import { findByEmail, profileId, storeProfile } from './klaviyo.emulator-accounts.js';
import type { StoredAccount, StoredJob, StoredProfile } from './klaviyo.emulator-model.js';
import { asObject, isFault, newProfile, readProfile, withInput } from './klaviyo.emulator-profile.js';

/** What a subscription lifts; a hard bounce stays. */
const LIFTED: ReadonlySet<string> = new Set(['UNSUBSCRIBE', 'SPAM_COMPLAINT', 'USER_SUPPRESSED']);

/** Does what a job was queued for. A list that is gone by then is skipped without a word. */
export function applyJob(account: StoredAccount, id: string): void {
  const job = account.jobs.get(id);
  if (job === undefined || job.status === 'complete') return;
  const at = new Date(job.at).toISOString();
  const failures = job.profiles.flatMap((resource) => {
    const detail =
      job.kind === 'import'
        ? importOne(account, job, resource, at)
        : job.kind === 'subscribe'
          ? subscribeOne(account, job, resource, at)
          : job.kind === 'unsubscribe'
            ? unsubscribeOne(account, resource, at)
            : eraseOne(account, resource);
    return detail === undefined ? [] : [{ detail, original: resource }];
  });
  // Of an import the results can be asked for; of the others there is nothing more to know.
  if (job.kind === 'import') account.jobs.set(id, { ...job, status: 'complete', failures });
  else account.jobs.delete(id);
}

function importOne(
  account: StoredAccount,
  job: StoredJob,
  resource: unknown,
  at: string,
): string | undefined {
  const input = readProfile(resource);
  if (isFault(input)) return input.detail;
  const profile = withInput(ensured(account, input.id, input.email, at), input, at);
  storeProfile(account, profile);
  if (job.list !== undefined) account.members.get(job.list)?.add(profile.id);
  return undefined;
}

function subscribeOne(
  account: StoredAccount,
  job: StoredJob,
  resource: unknown,
  at: string,
): string | undefined {
  const { id, attributes } = asObject(resource);
  const { email } = asObject(attributes);
  const profile = ensured(
    account,
    typeof id === 'string' ? id : undefined,
    typeof email === 'string' ? email : undefined,
    at,
  );
  const list = job.list === undefined ? undefined : account.lists.get(job.list);
  if (job.list !== undefined && list === undefined) return undefined;
  if (list?.optIn === 'double_opt_in') {
    storeProfile(account, { ...profile, confirmations: profile.confirmations + 1 });
    return undefined;
  }
  storeProfile(account, {
    ...profile,
    consent: 'SUBSCRIBED',
    suppressions: profile.suppressions.filter(({ reason }) => !LIFTED.has(reason)),
    listSuppressions: profile.listSuppressions.filter(({ list_id }) => list_id !== list?.id),
    updated: at,
  });
  if (list !== undefined) account.members.get(list.id)?.add(profile.id);
  return undefined;
}

/** Makes the profile when there is none. */
function unsubscribeOne(account: StoredAccount, resource: unknown, at: string): undefined {
  const { email } = asObject(asObject(resource).attributes);
  const profile = ensured(account, undefined, typeof email === 'string' ? email : undefined, at);
  const suppressions = [...profile.suppressions, { reason: 'UNSUBSCRIBE' as const, timestamp: at }];
  storeProfile(account, { ...profile, consent: 'UNSUBSCRIBED', suppressions, updated: at });
}

function eraseOne(account: StoredAccount, resource: unknown): string | undefined {
  const { id, attributes } = asObject(resource);
  const { email } = asObject(attributes);
  const profile = typeof email === 'string' ? findByEmail(account, email) : account.profiles.get(String(id));
  if (profile === undefined) return undefined;
  account.profiles.delete(profile.id);
  account.addresses.delete(profile.email?.toLowerCase() ?? '');
  for (const members of account.members.values()) members.delete(profile.id);
  return undefined;
}

function ensured(
  account: StoredAccount,
  id: string | undefined,
  email: string | undefined,
  at: string,
): StoredProfile {
  const found =
    (id === undefined ? undefined : account.profiles.get(id)) ??
    (email === undefined ? undefined : findByEmail(account, email));
  if (found !== undefined) return found;
  const made = newProfile(profileId(account), email, at);
  storeProfile(account, made);
  return made;
}

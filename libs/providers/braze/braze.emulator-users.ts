import type { StoredUser, StoredWorkspace } from './braze.emulator-model.js';

/** Of several, those with an external id first, then the one that was changed last. */
export function usersByEmail(workspace: StoredWorkspace, email: string): readonly StoredUser[] {
  const ids = workspace.byAddress.get(addressKey(email)) ?? new Set<string>();
  return [...ids]
    .flatMap((id) => workspace.users.get(id) ?? [])
    .sort(
      (one, two) =>
        Number(two.externalId !== undefined) - Number(one.externalId !== undefined) ||
        two.changed - one.changed,
    );
}

export function storeUser(workspace: StoredWorkspace, user: StoredUser): void {
  workspace.count += 1;
  workspace.users.set(user.id, { ...user, changed: workspace.count });
  if (user.email === undefined) return;
  const key = addressKey(user.email);
  workspace.byAddress.set(key, (workspace.byAddress.get(key) ?? new Set()).add(user.id));
  if (!workspace.addresses.has(key)) workspace.addresses.set(key, 'subscribed');
}

export function deleteUser(workspace: StoredWorkspace, id: string): void {
  const user = workspace.users.get(id);
  workspace.users.delete(id);
  if (user?.email !== undefined) workspace.byAddress.get(addressKey(user.email))?.delete(id);
}

/** Ids are counted, so that a journal leads to the same ones again. */
export function newUser(
  workspace: StoredWorkspace,
  who: Pick<StoredUser, 'email' | 'externalId'>,
): StoredUser {
  const id = `b1${String(workspace.count + 1).padStart(22, '0')}`;
  return { id, ...who, standard: {}, custom: {}, events: [], changed: 0 };
}

export function addressKey(email: string): string {
  return email.trim().toLowerCase();
}

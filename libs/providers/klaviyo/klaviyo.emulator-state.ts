import { ACCOUNTS, storeProfile } from './klaviyo.emulator-accounts.js';
import { applyJob } from './klaviyo.emulator-jobs.js';
import type { Operation, StoredAccount } from './klaviyo.emulator-model.js';

const FOUNDED = '2026-01-05T10:00:00+00:00';

/** Everything the vendor knows. Changes only by operations, each of which has one effect. */
export class KlaviyoState {
  accounts: readonly StoredAccount[] = ACCOUNTS.map((_, index) => demoAccount(index));
  revoked = false;

  account(index: number): StoredAccount {
    const account = this.accounts[index];
    if (account === undefined) throw new Error(`There is no account ${index}.`);
    return account;
  }

  apply(operation: Operation): void {
    if (operation.k === 'reset') {
      this.accounts = ACCOUNTS.map((_, index) => demoAccount(index));
      this.revoked = false;
      return;
    }
    if (operation.k === 'revoked') {
      this.revoked = operation.revoked;
      return;
    }
    const account = this.account(operation.a);
    switch (operation.k) {
      case 'profile':
        storeProfile(account, operation.profile);
        break;
      case 'list':
        account.count += 1;
        account.lists.set(operation.list.id, operation.list);
        account.members.set(operation.list.id, new Set());
        break;
      case 'unlist':
        account.lists.delete(operation.id);
        account.members.delete(operation.id);
        break;
      case 'member': {
        const members = account.members.get(operation.list);
        if (operation.joins) members?.add(operation.profile);
        else members?.delete(operation.profile);
        break;
      }
      case 'job':
        account.count += 1;
        account.jobs.set(operation.job.id, { ...operation.job, status: 'queued', failures: [] });
        break;
      case 'ran':
        applyJob(account, operation.id);
        break;
    }
  }
}

function demoAccount(index: number): StoredAccount {
  const lists = [
    { id: `A${index}ffLs`, name: 'Affiliates', optIn: 'single_opt_in', created: FOUNDED },
    { id: `N${index}wsLt`, name: 'Newsletter', optIn: 'double_opt_in', created: FOUNDED },
  ] as const;
  return {
    lists: new Map(lists.map((list) => [list.id, list])),
    profiles: new Map(),
    addresses: new Map(),
    members: new Map(lists.map(({ id }) => [id, new Set()])),
    jobs: new Map(),
    count: 0,
  };
}

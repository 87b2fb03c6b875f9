import {
  WORKSPACES,
  type Operation,
  type Queued,
  type StoredGroup,
  type StoredWorkspace,
} from './braze.emulator-model.js';
import { runTask } from './braze.emulator-tasks.js';
import { storeUser } from './braze.emulator-users.js';

const GROUPS: readonly StoredGroup[] = [
  { id: '91a0b5c0-0000-4b4a-9e00-000000000001', name: 'Affiliates' },
  { id: '91a0b5c0-0000-4b4a-9e00-000000000002', name: 'Newsletter' },
];

/** Everything the vendor knows. Changes only by operations; those without a workspace are about the first. */
export class BrazeState {
  workspaces: readonly StoredWorkspace[] = WORKSPACES.map(emptyWorkspace);
  queue: Queued[] = [];
  revoked = false;

  workspace(index: number): StoredWorkspace {
    const workspace = this.workspaces[index];
    if (workspace === undefined) throw new Error(`There is no workspace ${index}.`);
    return workspace;
  }

  apply(operation: Operation): void {
    const first = this.workspace(0);
    switch (operation.k) {
      case 'queue':
        this.queue.push(operation.entry);
        break;
      case 'ran': {
        const due = this.queue.splice(0, operation.count);
        for (const { w, task } of due) runTask(this.workspace(w), task);
        break;
      }
      case 'user':
        storeUser(first, operation.user);
        break;
      case 'address':
        first.addresses.set(operation.email.toLowerCase(), operation.state);
        break;
      case 'group':
        first.groups.set(operation.group.id, operation.group);
        first.memberships.set(operation.group.id, new Map());
        first.count += 1;
        break;
      case 'ungroup':
        first.groups.delete(operation.id);
        first.memberships.delete(operation.id);
        break;
      case 'membership':
        first.memberships.get(operation.group)?.set(operation.email.toLowerCase(), operation.state);
        break;
      case 'revoked':
        this.revoked = operation.revoked;
        break;
      case 'reset':
        this.workspaces = WORKSPACES.map(emptyWorkspace);
        this.queue = [];
        this.revoked = false;
        break;
    }
  }
}

function emptyWorkspace(): StoredWorkspace {
  return {
    users: new Map(),
    byAddress: new Map(),
    addresses: new Map(),
    groups: new Map(GROUPS.map((group) => [group.id, group])),
    memberships: new Map(GROUPS.map(({ id }) => [id, new Map<string, 'subscribed' | 'unsubscribed'>()])),
    segments: [
      { id: '5e9a1c00-0000-4b4a-9e00-000000000001', name: 'All affiliates' },
      { id: '5e9a1c00-0000-4b4a-9e00-000000000002', name: 'Lapsed customers' },
    ],
    count: 0,
  };
}

import type { RefusedRow } from '../csv/affiliate-row.js';
import type { Group } from './account.js';
import type { SandboxReading } from './sandbox-profiles.js';

/** What `rekomi sync` prints; with `--json`, as it is. */
export interface SyncResult {
  readonly file: string;
  readonly environment: 'live' | 'sandbox';
  readonly connection: { readonly id: string; readonly label: string; readonly region: string | null };
  readonly campaign: { readonly id: string; readonly name: string };
  readonly audience: { readonly id: string; readonly name: string } | null;
  readonly rows: number;
  readonly people: number;
  readonly created: number;
  readonly updated: number;
  readonly duplicates: number;
  readonly refusedRows: readonly RefusedRow[];
  readonly approved: { readonly total: number; readonly now: number; readonly leftRejected: number };
  readonly eventName: string;
  readonly contacts: readonly Group[];
  readonly events: readonly Group[];
  /** Absent where the vendor cannot be asked. */
  readonly sandbox?: SandboxReading;
  readonly addsUp: boolean;
  readonly mismatches: readonly string[];
  readonly changedNothing: boolean;
  /** Why the watching ended early, or why nothing was read back. */
  readonly note?: string;
}

import type { Activity, OutgoingResult } from '@rekomi/provider-contract';
import type { CampaignSeed } from './customer-io.emulator-campaign-model.js';
import type { JourneyRecord } from './customer-io.emulator-journeys.js';
import type {
  EmulatorSettings,
  Operation,
  SegmentSeed,
  StoredAttribute,
  StoredEvent,
  WorkspaceConfig,
} from './customer-io.emulator-model.js';

/** A change that tests or the App API make at once, without waiting for the delay. */
export type DirectEntry =
  | { readonly k: 'reset'; readonly a: number }
  | { readonly k: 'settings'; readonly a: number; readonly settings: EmulatorSettings }
  | { readonly k: 'workspace'; readonly a: number; readonly config: WorkspaceConfig }
  | { readonly k: 'segment'; readonly a: number; readonly w: number; readonly segment: SegmentSeed }
  | { readonly k: 'segment_gone'; readonly a: number; readonly w: number; readonly segment: number }
  | { readonly k: 'direct'; readonly a: number; readonly w: number; readonly o: Operation }
  | { readonly k: 'campaign'; readonly a: number; readonly w: number; readonly campaign: CampaignSeed }
  /** What became of one attempt of a webhook. */
  | { readonly k: 'webhook'; readonly a: number; readonly id: string; readonly result: OutgoingResult }
  /** Time was moved on by so many milliseconds. */
  | { readonly k: 'ahead'; readonly a: number; readonly ms: number };

/** A write of the Track API: answered at `a`, in effect from `d` on. */
export interface OperationEntry {
  readonly k: 'op';
  readonly a: number;
  readonly d: number;
  readonly w: number;
  readonly o: Operation;
}

/** State as it stands, written when the journal is compacted. */
export type SnapshotEntry =
  | { readonly k: 'counters'; readonly a: number; readonly people: number; readonly events: number }
  | {
      readonly k: 'segment_state';
      readonly w: number;
      readonly segment: SegmentSeed;
      readonly created: number;
      readonly updated: number;
    }
  | {
      readonly k: 'person';
      readonly w: number;
      readonly number: number;
      readonly cioId: string;
      readonly created: number;
      readonly id?: string;
      readonly email?: string;
      readonly unsubscribed: boolean;
      readonly attributes: readonly (readonly [string, StoredAttribute])[];
      readonly events: readonly StoredEvent[];
      readonly segments: readonly number[];
    }
  | {
      readonly k: 'memory';
      readonly w: number;
      readonly suppressed: readonly (readonly [string, readonly string[]])[];
      readonly eventIds: readonly string[];
      readonly anonymous: readonly (readonly [string, StoredEvent[]])[];
      readonly claimed: readonly string[];
      readonly duplicates: number;
    }
  | { readonly k: 'activity'; readonly entry: Activity }
  | { readonly k: 'journeys'; readonly record: JourneyRecord };

export type JournalEntry = DirectEntry | OperationEntry | SnapshotEntry;

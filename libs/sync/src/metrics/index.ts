export { EngineCensus, type EngineCensusOptions } from './engine-census.js';
export {
  COUNTED_AT_MOST,
  WEBHOOK,
  type DeadLetterCount,
  type EngineCounts,
  type SettledCount,
  type TargetCount,
  type WaitingCount,
} from './engine-counts.js';

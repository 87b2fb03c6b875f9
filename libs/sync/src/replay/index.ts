export type { ReplayFilter, ReplayPreview, ReplayReach } from './replay-filter.js';
export type { ReplayItem, ReplayResult, ReplayRow } from './replay-row.js';
export { PASSED_OVER, type PassedOver } from './replay-chunk.js';
export {
  MOST_REPLAYED_AT_ONCE,
  DeliveryReplayService,
  type DeliveryReplayRefusal,
  type WantedContacts,
} from './replay.service.js';
export { ReplayWork } from './replay-work.js';

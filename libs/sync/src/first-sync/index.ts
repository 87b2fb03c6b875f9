export { FIRST_FEW, FIRST_SYNC_MODES, type FirstSyncMode } from './first-sync-statements.js';
export type { FirstSyncProgress, FirstSyncState } from './first-sync-progress.js';
export { FirstSyncService, type FirstSyncStep } from './first-sync.service.js';

export { ReconciliationService, USUAL_SAMPLE } from './reconciliation.service.js';
export {
  RECONCILED_OUTCOMES,
  type DriftOfPart,
  type ReconciledOutcome,
  type ReconciledPerson,
  type ReconciliationReport,
  type ReconciliationView,
  type Repaired,
} from './reconciliation-view.js';
export type { RepairChoice } from './repair.js';

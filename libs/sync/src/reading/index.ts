export type { AttemptView } from './attempt-view.js';
export type { ConnectionTotals, DeliveryCount } from './connection-totals.js';
export { ENDPOINT_LABEL } from './delivery-query.js';
export type { DeliveryFilter } from './delivery-query.js';
export { DeliveryReader } from './delivery-reader.js';
export type { DeliveryKind, DeliveryState, DeliveryView } from './delivery-view.js';
export { RECEIPT_STATES, type ReceiptState, type ReceiptView } from './receipt-view.js';
export type { Explanation, Standing } from './explanation.js';
export {
  TimelineReader,
  type PersonAtConnection,
  type Timeline,
  type TimelineEntry,
} from './timeline-reader.js';
export { waitingContacts } from './waiting-contacts.js';

export { MOST_PREVIEWED, PreviewService, type PreviewParts } from './preview.service.js';
export type {
  PreviewCounts,
  PreviewedAction,
  PreviewedPerson,
  PreviewedRequest,
  PreviewReport,
} from './preview.js';

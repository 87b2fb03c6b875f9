export { ALL_CASES } from './all-cases.js';
export { claimsOf } from './claims.js';
export { RULES, type ConformanceCase, type RuleId } from './conformance-case.js';
export { countsOf, type CaseReport, type CaseStatus, type ConformanceReport } from './report.js';
export { runConformance, type RunOptions } from './run.js';
export type { Subject } from './subject.js';

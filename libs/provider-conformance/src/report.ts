import type { RuleId } from './conformance-case.js';

export type CaseStatus = 'passed' | 'failed' | 'not_applicable';

export interface CaseReport {
  readonly id: string;
  readonly title: string;
  readonly rule: RuleId;
  readonly status: CaseStatus;
  /** What is wrong, or why there was nothing to examine. */
  readonly reason?: string;
  readonly durationMs: number;
  /** Claims of the manifest that this case stands for. */
  readonly claims: readonly string[];
}

/** What a run on one provider showed. Times are ISO 8601, UTC. */
export interface ConformanceReport {
  readonly provider: {
    readonly slug: string;
    readonly name: string;
    readonly apiVersion?: string;
    /** The day on which the manifest was last compared with the vendor's pages. */
    readonly checkedOn: string;
  };
  readonly mode: 'emulated' | 'live';
  readonly startedAt: string;
  readonly durationMs: number;
  readonly cases: readonly CaseReport[];
  /** Claims that no passed case proves. A run of chosen cases does not look for them. */
  readonly unproven: readonly string[];
  readonly passed: boolean;
}

/** Cases by status. */
export function countsOf({ cases }: ConformanceReport): Readonly<Record<CaseStatus, number>> {
  const count = (status: CaseStatus): number => cases.filter((one) => one.status === status).length;
  return { passed: count('passed'), failed: count('failed'), not_applicable: count('not_applicable') };
}

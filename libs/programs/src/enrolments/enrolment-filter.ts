import type { EnrolmentStatus } from '../entities/index.js';
import { cleanText } from '../names/clean-text.js';
import type { InputProblem } from '../program-problem.js';
import { readTime } from '../time.js';

/** Which of a campaign's people are meant. What is absent matches everybody. */
export interface EnrolmentFilter {
  readonly status?: readonly EnrolmentStatus[];
  /** Part of the address or of the name, in any letter case. */
  readonly search?: string;
  /** Exactly this tier, in any letter case. */
  readonly tier?: string;
  /** Has this tag of its own in the campaign, in any letter case. */
  readonly tag?: string;
  /** ISO 8601; who applied earlier than this. */
  readonly appliedBefore?: string;
}

export interface ReadFilter {
  readonly search: string | null;
  readonly tier: string | null;
  readonly tag: string | null;
  readonly appliedBefore: string | null;
}

export type FilterReading =
  | { readonly ok: true; readonly value: ReadFilter }
  | { readonly ok: false; readonly errors: readonly InputProblem[] };

/** A time that lies ahead is a limit like any other. */
const FAR_AHEAD = new Date('9999-12-31T23:59:59Z');

export function readFilter(filter: EnrolmentFilter): FilterReading {
  const text = (value: string | undefined): string | null => {
    const clean = cleanText(value ?? '').toLowerCase();
    return clean === '' ? null : clean;
  };
  const blank = (['search', 'tier', 'tag'] as const).filter(
    (field) => filter[field] !== undefined && text(filter[field]) === null,
  );
  const before = readTime(filter.appliedBefore, FAR_AHEAD);
  const errors = [
    // A blank field of a form must not widen what is meant to everybody.
    ...blank.map((field) => ({
      pointer: `#/filter/${field}`,
      code: 'invalid_value',
      detail: 'A text to look for, or leave the field out.',
    })),
    ...(before === 'invalid'
      ? [
          {
            pointer: '#/filter/appliedBefore',
            code: 'invalid_time',
            detail: 'A date or time of ISO 8601: 2026-01-31 or 2026-01-31T12:00:00Z.',
          },
        ]
      : []),
  ];
  if (errors.length > 0 || before === 'invalid') return { ok: false, errors };
  return {
    ok: true,
    value: {
      search: text(filter.search),
      tier: text(filter.tier),
      tag: text(filter.tag),
      appliedBefore: before?.toISOString() ?? null,
    },
  };
}

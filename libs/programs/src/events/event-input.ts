import { isUUID } from 'class-validator';

import { cleanText } from '../names/clean-text.js';
import type { InputProblem } from '../program-problem.js';
import { storableText } from '../text.js';
import { readTime } from '../time.js';
import { eventDataProblem } from './event-data.js';
import { readEventName } from './event-name.js';

export const REFERENCES = ['affiliateId', 'email', 'externalAffiliateId'] as const;

/** By which of the three an affiliate is named. */
export type ReferenceKind = (typeof REFERENCES)[number];

export interface NewEvent {
  /** Exactly one of these three says whom it happened to. */
  readonly affiliateId?: string;
  readonly email?: string;
  readonly externalAffiliateId?: string;
  readonly name: string;
  /** ISO 8601; now unless told. */
  readonly occurredAt?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** The caller's own id: the same one twice is the same event, stored and delivered once. */
  readonly externalId?: string;
  /** Id or slug: only where this campaign sends to. */
  readonly campaign?: string;
}

export interface ReadEvent {
  /** Index among the rows of the call. */
  readonly place: number;
  readonly reference: { readonly by: ReferenceKind; readonly value: string };
  readonly name: string;
  readonly externalId: string | null;
  /** ISO 8601, UTC. */
  readonly occurredAt: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly campaign?: string;
}

export type EventReading =
  | { readonly ok: true; readonly value: ReadEvent }
  | { readonly ok: false; readonly errors: readonly InputProblem[] };

const LONGEST_ID = 255;
/** Clocks of other systems may be ahead by that much. */
const TOLERANCE_MS = 5 * 60 * 1000;

/**
 * @param base pointer of the row in the body.
 * @param strictTime refuses what is more than five minutes ahead of us.
 */
export function readEvent(
  input: NewEvent,
  place: number,
  base: string,
  now: Date,
  strictTime: boolean,
): EventReading {
  const errors: InputProblem[] = [];
  const wrong = (field: string, code: string, detail: string): void => {
    errors.push({ pointer: `${base}/${field}`, code, detail });
  };
  const name = readEventName(input.name);
  if (!name.ok) errors.push({ pointer: `${base}/name`, ...name.problem });
  const externalId = cleanText(input.externalId ?? '');
  if (externalId.length > LONGEST_ID) wrong('externalId', 'too_long', `At most ${LONGEST_ID} characters.`);
  const occurredAt = readTime(input.occurredAt, now) ?? now;
  if (occurredAt === 'invalid') {
    wrong('occurredAt', 'invalid_time', 'A time of ISO 8601, not in the future: 2026-01-31T12:00:00Z.');
  } else if (strictTime && occurredAt.getTime() > now.getTime() + TOLERANCE_MS) {
    const detail = 'The time lies more than five minutes ahead of ours. Check the clock and the time zone.';
    wrong('occurredAt', 'time_in_future', detail);
  }
  const given = REFERENCES.filter((kind) => input[kind] !== undefined);
  const [by] = given;
  if (by === undefined || given.length > 1) {
    const detail = 'Name the affiliate by exactly one of affiliateId, email and externalAffiliateId.';
    wrong('affiliateId', 'one_of', detail);
  }
  const data = input.data ?? {};
  const unstorable = eventDataProblem(data);
  if (unstorable !== undefined) wrong('data', 'invalid_data', unstorable);
  if (errors.length > 0 || !name.ok || occurredAt === 'invalid' || by === undefined)
    return { ok: false, errors };
  return {
    ok: true,
    value: {
      place,
      reference: { by, value: storableText((input[by] ?? '').normalize('NFC').trim()) },
      name: name.name,
      externalId: externalId === '' ? null : externalId,
      occurredAt: occurredAt.toISOString(),
      data,
      ...(input.campaign === undefined ? {} : { campaign: storableText(input.campaign) }),
    },
  };
}

/** Whether a reference can be anybody's at all. */
export function isPossible({ by, value }: ReadEvent['reference']): boolean {
  return by !== 'affiliateId' || isUUID(value);
}

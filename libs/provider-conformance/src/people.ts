import {
  applyWritten,
  type ContactChange,
  type ContactEvent,
  type DesiredContact,
  type Outcome,
  type WrittenContact,
} from '@rekomi/provider-contract';
import type { Stage } from './stage.js';

/** When the invented people became affiliates. */
export const SINCE = '2026-01-15T09:30:00Z';
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A person with everything, wished for the first time. */
export function wish(
  stage: Stage,
  more: Partial<DesiredContact> = {},
  rest: Partial<ContactChange> = {},
): ContactChange {
  const email = more.email ?? stage.address();
  return {
    contactId: `contact-${email}`,
    desired: {
      email,
      firstName: 'Zoë',
      lastName: 'van der Meer',
      fullName: 'Zoë van der Meer',
      createdAt: SINCE,
      status: 'approved',
      tags: ['spring'],
      audiences: [stage.audience()],
      attributes: {},
      ...more,
    },
    consent: { basis: 'application', recordedAt: SINCE },
    ...rest,
  };
}

/** As little about a person as there can be. */
export function bareWish(stage: Stage, email: string, rest: Partial<ContactChange> = {}): ContactChange {
  return {
    contactId: `contact-${email}`,
    desired: {
      email,
      tags: [],
      audiences: stage.manifest.audience.required ? [stage.audience()] : [],
      attributes: {},
    },
    ...rest,
  };
}

/** The ledger after an outcome. */
export function ledger(change: ContactChange, ...outcomes: readonly Outcome[]): WrittenContact {
  let previous = change.previous;
  for (const { written } of outcomes) {
    if (written !== undefined) previous = applyWritten(previous, written, change.desired.email);
  }
  return previous ?? { email: change.desired.email, fields: {}, tags: [], audiences: [] };
}

/** The next wish about the same person. */
export function next(
  before: ContactChange,
  outcome: Outcome,
  more: Partial<DesiredContact> = {},
): ContactChange {
  return { ...before, desired: { ...before.desired, ...more }, previous: ledger(before, outcome) };
}

/** Something that happened a minute ago to somebody who is there. */
export function happening(stage: Stage, email: string, more: Partial<ContactEvent> = {}): ContactEvent {
  const number = stage.number();
  const eventId = more.eventId ?? `event-${number}`;
  return {
    contactId: `contact-${email}`,
    email,
    eventId,
    dedupeId: ulid(stage.clock.now() - 60_000, number),
    name: 'commission_earned',
    occurredAt: new Date(Math.floor((stage.clock.now() - 60_000) / 1000) * 1000).toISOString(),
    data: { reference: `ref-${eventId}`, amount: 1250, currency: 'EUR' },
    ...more,
  };
}

/** As the engine makes them: a time and something that is always the same for the same event. */
export function ulid(at: number, number: number): string {
  let time = '';
  for (let rest = at, digit = 0; digit < 10; digit += 1, rest = Math.floor(rest / 32)) {
    time = `${CROCKFORD[rest % 32] ?? '0'}${time}`;
  }
  let tail = '';
  for (let rest = number * 7919 + 104_729, digit = 0; digit < 16; digit += 1) {
    tail = `${CROCKFORD[rest % 32] ?? '0'}${tail}`;
    rest = Math.floor(rest / 32) + digit;
  }
  return `${time}${tail}`;
}

import type {
  ContactChange,
  ContactEvent,
  DesiredContact,
  Outcome,
  WrittenContact,
} from '@rekomi/provider-contract';

export const JANE = 'jane+tag@example.com';

/** A wish about Jane: nothing but her address, unless told. */
export function change(more: Partial<DesiredContact> = {}, rest: Partial<ContactChange> = {}): ContactChange {
  const desired = { email: JANE, tags: [], audiences: [], attributes: {}, ...more };
  return { contactId: 'contact-1', desired, ...rest };
}

/** What the ledger knows of Jane. */
export function written(more: Partial<WrittenContact> = {}): WrittenContact {
  return { email: JANE, fields: {}, tags: [], audiences: [], ...more };
}

export function event(more: Partial<ContactEvent> = {}): ContactEvent {
  return {
    contactId: 'contact-1',
    email: JANE,
    eventId: 'event-1',
    dedupeId: '01BX5ZZKBKACTAV9WEVGEMMVRZ',
    name: 'affiliate_approved',
    occurredAt: '2026-04-05T19:32:25.900Z',
    data: {},
    ...more,
  };
}

/** `refused email_invalid`, or the bare kind of a success. */
export function codeOf(outcome: Outcome): string {
  return 'code' in outcome ? `${outcome.kind} ${outcome.code}` : outcome.kind;
}

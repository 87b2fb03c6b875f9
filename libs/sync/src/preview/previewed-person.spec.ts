import type { Outcome } from '@rekomi/provider-contract';

import type { LedgerEntry } from '../core/delivery.js';
import type { Desired } from '../ports.js';
import type { PreviewedPerson, PreviewedRequest } from './preview.js';
import { previewedPerson } from './previewed-person.js';

const contact = { email: 'ada@example.com', tags: [], audiences: [], attributes: {} };
const written = { email: 'ada@example.com', fields: {}, tags: [], audiences: [] };
const there: LedgerEntry = { present: true, state: 'delivered', written };
const request = (made: boolean): PreviewedRequest => ({
  ...{ made, method: made ? 'GET' : 'PUT', url: 'https://api.example/ada', headers: {} },
});

interface Given {
  readonly ledger?: LedgerEntry;
  readonly desired?: Desired;
  readonly leftOut?: boolean;
  readonly requests?: readonly PreviewedRequest[];
  readonly outcome?: Outcome;
}

function person({ ledger, desired, leftOut = false, requests = [], outcome }: Given): PreviewedPerson {
  return previewedPerson(
    {
      ...{ contactId: 'ada', email: contact.email },
      known: {
        ledger: new Map(ledger === undefined ? [] : [['ada', ledger]]),
        intended: new Map(),
        leftOut: new Set(leftOut ? ['ada'] : []),
      },
      desired: new Map(desired === undefined ? [] : [['ada', desired]]),
    },
    { requests, ...(outcome === undefined ? {} : { outcome }) },
  );
}

const wanted: Desired = { kind: 'present', contact };
const write = [request(true), request(false)];

it('Who is not there yet is added, who is there is brought up to date, and who is not meant to be is taken back', () => {
  expect(person({ desired: wanted, requests: write })).toMatchObject({ action: 'add', wanted: contact });
  expect(person({ desired: wanted, requests: write, ledger: there }).action).toBe('update');
  const gone = person({ desired: { kind: 'absent' }, requests: write, ledger: there });
  expect(gone.action).toBe('take_back');
  expect(gone).not.toHaveProperty('wanted');
});

it('Who is there although nothing is on record of what was written is brought up to date', () => {
  const ledger: LedgerEntry = { present: true, state: 'delivered' };
  expect(person({ desired: wanted, requests: write, ledger }).action).toBe('update');
});

it('Requests that only ask are no write', () => {
  const outcome: Outcome = { kind: 'unchanged', written: {} };
  expect(person({ desired: wanted, requests: [request(true)], ledger: there, outcome })).toMatchObject({
    ...{ action: 'nothing', moreMayFollow: false, outcome: { kind: 'unchanged' } },
  });
});

it('After a write that was not made more may follow, and what came of the run says nothing', () => {
  const outcome: Outcome = { kind: 'unavailable', code: 'vendor_error' };
  const shown = person({ desired: wanted, requests: write, outcome });
  expect(shown.moreMayFollow).toBe(true);
  expect(shown).not.toHaveProperty('outcome');
});

it('A refusal that is known already says why, by field', () => {
  const outcome: Outcome = { kind: 'refused', code: 'email_invalid', field: 'email', vendorMessage: 'no' };
  expect(person({ desired: wanted, outcome }).outcome).toEqual({
    ...{ kind: 'refused', code: 'email_invalid', field: 'email', vendorMessage: 'no' },
  });
});

it('Left out is only who is not there', () => {
  expect(person({ desired: wanted, leftOut: true }).leftOut).toBe(true);
  expect(person({ desired: wanted, leftOut: true, ledger: there }).leftOut).toBe(false);
});

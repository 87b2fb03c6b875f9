import type { ContactChange, CrmProvider, Outcome } from '@rekomi/provider-contract';

import type { CallReport } from '../core/lane-record.js';
import type { LaneRun } from '../core/lane-run.js';
import type { LaneStep } from '../core/lane-step.js';
import { StepRunner } from './step-runner.js';
import type { VendorSession } from './vendor-session.js';

const BAD = 'bad@example.com';
const REFUSED: Outcome = { kind: 'refused', code: 'contact_refused' };

/** A lane that wants one contact written and keeps what it was told. */
class Wish {
  readonly told: { readonly outcome: Outcome; readonly report: CallReport }[] = [];

  constructor(readonly email: string) {}

  get run(): LaneRun {
    return this as unknown as LaneRun;
  }

  next(): LaneStep {
    if (this.told.length > 0) return { kind: 'end' };
    const desired = { email: this.email, tags: [], audiences: [], attributes: {} };
    return { kind: 'upsert', change: { contactId: this.email, desired } };
  }

  apply(outcome: Outcome, report: CallReport): void {
    this.told.push({ outcome, report });
  }
}

/** A vendor that turns down every request with the bad one in it, and names nobody. */
function session(over: (call: number) => Outcome | undefined = () => undefined) {
  const calls: (readonly string[])[] = [];
  const answer = (emails: readonly string[], refusal: Outcome): Outcome => {
    calls.push(emails);
    return over(calls.length) ?? (emails.includes(BAD) ? refusal : { kind: 'accepted' });
  };
  const provider = {
    upsertContacts: async (_: unknown, changes: readonly ContactChange[]) => {
      const emails = changes.map(({ desired }) => desired.email);
      const outcome = answer(emails, { ...REFUSED, wholeBatch: true } as Outcome);
      return emails.map((email) => ({ ...outcome, slice: { request: { email } } }));
    },
    upsertContact: async (_: unknown, { desired }: ContactChange) => answer([desired.email], REFUSED),
    trackEvent: () => Promise.reject(new Error('There are no events.')),
  } as unknown as CrmProvider;
  const bulk = { worthwhileFrom: 2, maximumItems: 1000 };
  return { calls, session: { provider, bulk, access: () => ({}) } as unknown as VendorSession };
}

describe('a group that the vendor turns down without naming anybody', () => {
  it('is divided, so that only the bad one is refused, by its own answer', async () => {
    const wishes = Array.from(
      { length: 8 },
      (_, index) => new Wish(index === 5 ? BAD : `p${index}@example.com`),
    );
    const { calls, session: vendor } = session();
    await new StepRunner(vendor).work(wishes.map(({ run }) => run));
    expect(wishes.map(({ told }) => told.map(({ outcome }) => outcome.kind).join())).toEqual(
      wishes.map(({ email }) => (email === BAD ? 'refused' : 'accepted')),
    );
    expect(wishes[5]?.told[0]?.outcome).toEqual(REFUSED);
    expect(calls.map(({ length }) => length)).toEqual([8, 4, 2, 1, 2, 1]);
  });

  it('is left as it is where no answer came', async () => {
    const wishes = [new Wish('a@example.com'), new Wish(BAD), new Wish('c@example.com')];
    const { calls, session: vendor } = session(() => ({ kind: 'ambiguous', code: 'vendor_timeout' }));
    await new StepRunner(vendor).work(wishes.map(({ run }) => run));
    expect(wishes.map(({ told }) => told[0]?.outcome.kind)).toEqual(Array(3).fill('ambiguous'));
    expect(calls).toHaveLength(1);
  });
});

import type { LaneResult, LedgerUpdate } from './delivery.js';
import { ReceiptSampling } from './receipt-sampling.js';

const written: LedgerUpdate = {
  ...{ present: true, state: 'delivered', warnings: [], deferred: [], wrote: true, confirmed: false },
  written: { email: 'ada@example.com', fields: {}, tags: [], audiences: [] },
};

/** A run in which the contact was delivered, with this in its ledger. */
function run(ledger: Partial<LedgerUpdate> = {}, more: Partial<LaneResult> = {}): LaneResult {
  const delivery = { kind: 'contact', seq: 1, id: 'd1', cause: 'test' } as const;
  return {
    lane: {
      ...{ id: '1', contactId: 'ada', tailSeq: 1, attempts: 0, failingForMs: 0 },
      pending: [delivery],
    },
    settlements: [{ delivery, state: 'delivered', attempts: 1 }],
    ledger: { ...written, ...ledger },
    ...{ attempts: [], next: { kind: 'done' }, rewritten: false, findings: [] },
    ...more,
  };
}

const always = (): ReceiptSampling => new ReceiptSampling(100, () => 0);

it('A write that the vendor accepted may be read back', () => {
  expect(always().candidates([run()])).toEqual([{ contactId: 'ada', deliveryId: 'd1', drawn: true }]);
});

it.each<[string, LaneResult]>([
  ['that took the contact back', run({ present: false })],
  ['of an event alone', run({ onlyWritten: true })],
  ['that the vendor confirmed itself', run({ confirmed: true })],
  ['that found everything there already', run({ wrote: false })],
  ['that ended otherwise', run({ state: 'refused' })],
  ['of which no contact was delivered', run({}, { settlements: [] })],
])('A run %s is not', (_, result) => {
  expect(always().candidates([result])).toEqual([]);
});

it('The share that is drawn is the share that was asked for, and none of it is all', () => {
  const drawnAt = (percent: number, chance: number): boolean | undefined =>
    new ReceiptSampling(percent, () => chance).candidates([run()])[0]?.drawn;
  expect([drawnAt(0, 0), drawnAt(1, 0.0099), drawnAt(1, 0.01), drawnAt(100, 0.9999)]).toEqual([
    false,
    true,
    false,
    true,
  ]);
});

it('Once the first ones are complete only those that are drawn are left, and that is told', () => {
  let told = 0;
  const sampling = new ReceiptSampling(
    10,
    () => 0.5,
    false,
    () => void (told += 1),
  );
  expect(sampling.candidates([run()])).toMatchObject([{ drawn: false }]);
  sampling.finishFirstOnes();
  expect(sampling.candidates([run()])).toEqual([]);
  expect(told).toBe(1);
});

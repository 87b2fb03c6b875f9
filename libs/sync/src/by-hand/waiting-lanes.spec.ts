import { randomUUID } from 'node:crypto';

import type { Outcome } from '@rekomi/provider-contract';

import { EngineBench } from '../engine/testing/engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await EngineBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const REFUSED = { kind: 'refused', code: 'email_invalid', vendorMessage: 'no' } as const;
/** Put off for so long that nothing happens by itself. */
const PUT_OFF = (): Outcome => ({
  kind: 'throttled',
  code: 'vendor_throttled',
  family: 'main',
  status: 429,
  until: new Date(Date.now() + 3_600_000),
});
const conserved = async () => {
  const { created, settled, open } = await bench.conservation();
  return created === settled + open;
};

/** Somebody whose contact was refused, with an event that waits behind it. */
async function held(contact: string): Promise<void> {
  bench.vendor.answer('upsert', REFUSED);
  await bench.record([bench.contact(contact), bench.event(contact, 'affiliate_approved')]);
  await bench.untilIdle();
}

describe('releasing', () => {
  it('writes a held contact once more, and its events follow', async () => {
    const contact = bench.want('ada@example.com');
    await held(contact);
    expect(await bench.byHand('release', contact)).toMatchObject({
      ok: true,
      value: { unchanged: false, waiting: { contacts: 1, events: 1 } },
    });
    await bench.untilIdle();
    expect(bench.vendor.log).toEqual([
      'upsert ada@example.com',
      'upsert ada@example.com',
      'event affiliate_approved ada@example.com',
    ]);
    expect((await bench.settled(contact)).map(({ state }) => state)).toEqual([
      'refused',
      'delivered',
      'delivered',
    ]);
    expect(await conserved()).toBe(true);
  });

  it('holds it again when it is refused again', async () => {
    const contact = bench.want('ada@example.com');
    await held(contact);
    bench.vendor.answer('upsert', REFUSED);
    await bench.byHand('release', contact);
    await bench.untilIdle();
    expect(await bench.lanes()).toEqual([{ held_code: 'email_invalid', tail_seq: '3' }]);
  });

  it('brings forward what waits for its next attempt', async () => {
    const contact = bench.want('ada@example.com');
    bench.vendor.answer('event', PUT_OFF());
    await bench.record([bench.contact(contact), bench.event(contact, 'one')]);
    await bench.untilIdle();
    expect(await bench.byHand('release', contact)).toMatchObject({ ok: true, value: { unchanged: false } });
    await bench.untilIdle();
    expect(bench.vendor.log.slice(1)).toEqual(['event one ada@example.com', 'event one ada@example.com']);
    expect((await bench.settled(contact)).at(-1)).toEqual({ kind: 'event', state: 'delivered' });
  });

  it('twice is releasing once', async () => {
    const contact = bench.want('ada@example.com');
    await held(contact);
    bench.pause();
    await bench.byHand('release', contact);
    expect(await bench.byHand('release', contact)).toMatchObject({ ok: true, value: { unchanged: true } });
    expect(await bench.openDeliveries()).toBe(2);
  });
});

describe('skipping', () => {
  it('gives up the events of a refused contact who is not at the vendor, and creates nobody', async () => {
    const contact = bench.want('ada@example.com');
    await held(contact);
    expect(await bench.byHand('skip', contact, 'A former colleague.')).toMatchObject({
      ok: true,
      value: { discarded: { contacts: 0, events: 1 }, waiting: { contacts: 0, events: 0 } },
    });
    await bench.untilIdle();
    expect(await bench.ends(contact)).toEqual([
      { state: 'refused', code: 'email_invalid', detail: 'no' },
      { state: 'discarded', code: 'skipped_by_hand', detail: 'A former colleague.' },
    ]);
    expect(await bench.lanes()).toEqual([]);
    expect(await bench.conservation()).toEqual({ created: 2, settled: 2, open: 0 });
    await bench.record([bench.event(contact, 'first_click')]);
    await bench.untilIdle();
    expect(bench.vendor.log).toEqual(['upsert ada@example.com']);
    expect(await bench.lanes()).toEqual([{ held_code: 'email_invalid', tail_seq: '1' }]);
  });

  it('lets the events of a refused change go on where the contact is at the vendor', async () => {
    const contact = bench.want('ada@example.com');
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    bench.want('ada@example.com', ['gold'], contact);
    await held(contact);
    expect(await bench.byHand('skip', contact)).toMatchObject({
      ok: true,
      value: { waiting: { events: 1 } },
    });
    await bench.untilIdle();
    expect(bench.vendor.log.at(-1)).toBe('event affiliate_approved ada@example.com');
    expect((await bench.settled(contact)).map(({ state }) => state)).toEqual([
      'delivered',
      'refused',
      'delivered',
    ]);
    expect(await conserved()).toBe(true);
  });

  it('gives up an event that stands in the way, and the next one goes', async () => {
    const contact = bench.want('ada@example.com');
    bench.vendor.answer('event', PUT_OFF());
    await bench.record([bench.contact(contact), bench.event(contact, 'one'), bench.event(contact, 'two')]);
    await bench.untilIdle();
    await bench.byHand('skip', contact);
    await bench.untilIdle();
    expect(bench.vendor.log.slice(1)).toEqual(['event one ada@example.com', 'event two ada@example.com']);
    expect((await bench.settled(contact)).map(({ state }) => state)).toEqual([
      'delivered',
      'discarded',
      'delivered',
    ]);
    expect(await bench.conservation()).toEqual({ created: 3, settled: 3, open: 0 });
  });

  it('gives up a contact that keeps failing, and says so where one asks why', async () => {
    const contact = bench.want('ada@example.com');
    bench.vendor.answer('upsert', PUT_OFF());
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    await bench.record([bench.contact(contact)]);
    bench.vendor.answer('upsert', PUT_OFF());
    await bench.untilIdle();
    await bench.byHand('skip', contact);
    expect((await bench.ends(contact)).map(({ state, code }) => `${state} ${code}`)).toEqual(
      Array(2).fill('discarded skipped_by_hand'),
    );
    expect(await bench.lanes()).toEqual([]);
    expect(await conserved()).toBe(true);
  });
});

describe('nothing is done by hand', () => {
  it('about what is settled, nobody’s, or waits its turn', async () => {
    const contact = bench.want('ada@example.com');
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    expect(await bench.byHand('release', contact)).toEqual({ ok: false, problem: 'settled' });
    expect(await bench.byHand('skip', randomUUID())).toEqual({ ok: false, problem: 'not_found' });
    bench.pause();
    await bench.record([bench.contact(contact)]);
    expect(await bench.byHand('skip', contact)).toEqual({ ok: false, problem: 'not_stuck' });
  });

  it('about what a worker has in hand', async () => {
    const contact = bench.want('ada@example.com');
    bench.pause();
    await bench.claimAsIfKilled([bench.contact(contact)]);
    expect(await bench.byHand('skip', contact)).toEqual({ ok: false, problem: 'in_hand' });
    expect(await bench.byHand('release', contact)).toEqual({ ok: false, problem: 'in_hand' });
  });
});

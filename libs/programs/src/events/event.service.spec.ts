import { randomUUID } from 'node:crypto';

import { ProgramBench } from '../testing/program-bench.js';
import type { NewEvent } from './event-input.js';

let bench: ProgramBench;
beforeAll(async () => {
  bench = await ProgramBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const record = (event: NewEvent) => bench.do((unit) => bench.events.record(unit, event));

describe('recording an event', () => {
  it('sends it to every connection where the affiliate is approved, once each', async () => {
    const [one, two] = [await bench.connection({ label: 'One' }), await bench.connection({ label: 'Two' })];
    const summer = await bench.campaign('Summer', one, two);
    const winter = await bench.campaign('Winter', two);
    const id = await bench.affiliate('a@example.com', { campaign: summer, status: 'approved' });
    await bench.affiliate('a@example.com', { campaign: winter, status: 'approved' });
    await bench.workOff();
    const data = { amount: 1250, currency: 'EUR' };
    const recorded = await record({
      affiliateId: id,
      name: 'commission_earned',
      occurredAt: '2026-01-31T12:00:00+02:00',
      data,
    });
    expect(recorded).toMatchObject({
      created: true,
      event: { affiliateId: id, name: 'commission_earned', occurredAt: '2026-01-31T10:00:00.000Z', data },
      connectionIds: [one, two].sort(),
    });
    expect(await bench.pending()).toMatchObject(
      ['One', 'Two'].map((connection) => ({
        connection,
        kind: 'event',
        event_id: recorded.event.id,
        event_name: 'commission_earned',
        payload: data,
      })),
    );
    expect(bench.woken.sort()).toEqual([one, two].sort());
  });

  it('for one campaign reaches only where that campaign sends', async () => {
    const [one, two] = [await bench.connection({ label: 'One' }), await bench.connection({ label: 'Two' })];
    const summer = await bench.campaign('Summer', one);
    await bench.affiliate('a@example.com', { campaign: summer, status: 'approved' });
    await bench.affiliate('a@example.com', {
      campaign: await bench.campaign('Winter', two),
      status: 'approved',
    });
    expect(await record({ email: ' A@EXAMPLE.com', name: 'payout_sent', campaign: summer })).toMatchObject({
      connectionIds: [one],
    });
  });

  it('with an external id seen before is the same event, delivered once, also at the same moment', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    const id = await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    await bench.workOff();
    const event = { affiliateId: id, name: 'commission_earned', externalId: 'order-1' };
    const all = await Promise.all([
      record(event),
      record(event),
      record({ ...event, data: { other: true } }),
    ]);
    expect(new Set(all.map((one) => one.event.id)).size).toBe(1);
    expect(all.filter(({ created }) => created)).toHaveLength(1);
    expect(await bench.pending()).toHaveLength(1);
  });

  it('with an external id of another event is refused', async () => {
    const id = await bench.affiliate('a@example.com');
    await record({ affiliateId: id, name: 'commission_earned', externalId: 'order-1' });
    expect(
      await bench.denied((unit) =>
        bench.events.record(unit, { affiliateId: id, name: 'payout_sent', externalId: 'order-1' }),
      ),
    ).toMatchObject({ reason: 'conflict', errors: [{ pointer: '#/externalId', code: 'external_id_taken' }] });
  });

  it('of somebody who is approved nowhere stores it and sends nothing', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    const id = await bench.affiliate('a@example.com', { campaign });
    expect(await record({ affiliateId: id, name: 'first_click' })).toMatchObject({
      created: true,
      connectionIds: [],
    });
    expect(await bench.pending()).toEqual([]);
    expect(await bench.count(`event WHERE name = 'first_click'`)).toBe(1);
  });

  it('of an affiliate that is unknown or another organisation’s is refused', async () => {
    const id = await bench.affiliate('a@example.com');
    const denied = (event: NewEvent) =>
      bench.denied((unit) => bench.events.record(unit, event), bench.otherOrganizationId);
    expect(await denied({ affiliateId: id, name: 'x' })).toMatchObject({
      what: 'affiliate',
      pointer: '#/affiliateId',
    });
    expect(await denied({ email: 'a@example.com', name: 'x' })).toMatchObject({
      what: 'affiliate',
      pointer: '#/email',
    });
    expect(
      await bench.denied(
        (unit) => bench.eventReader.ofAffiliate(unit, id, { limit: 5 }),
        bench.otherOrganizationId,
      ),
    ).toMatchObject({ reason: 'not_found' });
    expect(await bench.count('event')).toBe(0);
  });

  it('names every field that is wrong', async () => {
    const id = await bench.affiliate('a@example.com');
    const denied = (event: NewEvent) => bench.denied((unit) => bench.events.record(unit, event));
    expect(
      await denied({ name: ' ', occurredAt: 'now', externalId: 'x'.repeat(256), data: { a: ['\u0000'] } }),
    ).toMatchObject({
      errors: [
        { pointer: '#/name' },
        { pointer: '#/externalId' },
        { pointer: '#/occurredAt' },
        { pointer: '#/affiliateId' },
        { pointer: '#/data' },
      ],
    });
    expect(await denied({ affiliateId: id, email: 'a@example.com', name: 'x' })).toMatchObject({
      errors: [{ code: 'one_of' }],
    });
    for (const data of [{ a: '\uD800' }, { '\u0000': 1 }, { a: 'x'.repeat(100_001) }]) {
      expect(await denied({ affiliateId: id, name: 'x', data })).toMatchObject({
        errors: [{ pointer: '#/data' }],
      });
    }
    expect(await denied({ affiliateId: randomUUID(), name: 'x' })).toMatchObject({ reason: 'not_found' });
  });

  it('lists what happened, newest first', async () => {
    const id = await bench.affiliate('a@example.com');
    for (const name of ['one', 'two', 'three']) await record({ affiliateId: id, name });
    const page = await bench.do((unit) => bench.eventReader.ofAffiliate(unit, id, { limit: 1 }));
    expect(page.map(({ name }) => name)).toEqual(['three', 'two']);
  });
});

import { randomUUID } from 'node:crypto';

import { EngineBench } from './testing/engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await EngineBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

describe('the sync engine', () => {
  it('writes the contact before its event and settles both as delivered', async () => {
    const contact = bench.want('ada@example.com');
    await bench.record([bench.contact(contact), bench.event(contact, 'affiliate_approved')]);
    await bench.untilIdle();
    expect(bench.vendor.log).toEqual(['upsert ada@example.com', 'event affiliate_approved ada@example.com']);
    expect(await bench.settled(contact)).toEqual([
      { kind: 'contact', state: 'delivered' },
      { kind: 'event', state: 'delivered' },
    ]);
    expect(await bench.conservation()).toEqual({ created: 2, settled: 2, open: 0 });
  });

  it('collapses several contact deliveries into one write', async () => {
    const contact = bench.want('ada@example.com');
    await bench.record([bench.contact(contact), bench.contact(contact), bench.contact(contact)]);
    await bench.untilIdle();
    expect(bench.vendor.log).toEqual(['upsert ada@example.com']);
    expect((await bench.settled(contact)).map(({ state }) => state)).toEqual([
      'coalesced',
      'coalesced',
      'delivered',
    ]);
  });

  it('sends an event for a contact it never wrote only after writing the contact', async () => {
    const contact = bench.want('ada@example.com');
    await bench.record([bench.event(contact, 'first_click')]);
    await bench.untilIdle();
    expect(bench.vendor.log).toEqual(['upsert ada@example.com', 'event first_click ada@example.com']);
  });

  it('discards the event of someone who was un-approved before it was sent', async () => {
    const contact = bench.want('ada@example.com');
    bench.unwant(contact);
    await bench.record([
      bench.contact(contact),
      bench.event(contact, 'affiliate_approved'),
      bench.contact(contact),
    ]);
    await bench.untilIdle();
    expect(bench.vendor.log).toEqual([]);
    expect((await bench.settled(contact)).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'contact coalesced',
      'event discarded',
      'contact unchanged',
    ]);
  });

  it('takes back what it wrote once the contact is no longer wanted', async () => {
    const contact = bench.want('ada@example.com');
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    bench.unwant(contact);
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    expect(bench.vendor.log).toEqual(['upsert ada@example.com', 'remove ada@example.com']);
    expect(await bench.ledger(contact)).toMatchObject({ present: false, written: null });
  });

  it('holds the events behind a refused contact and lets them go once the data changed', async () => {
    const contact = bench.want('ada@example.com');
    bench.vendor.answer('upsert', { kind: 'refused', code: 'email_invalid', vendorMessage: 'no' });
    await bench.record([bench.contact(contact), bench.event(contact, 'affiliate_approved')]);
    await bench.untilIdle();
    expect(await bench.lanes()).toEqual([{ held_code: 'email_invalid', tail_seq: '2' }]);
    await bench.record([bench.event(contact, 'first_click')]);
    await bench.untilIdle();
    expect(bench.vendor.log).toEqual(['upsert ada@example.com']);
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    expect(bench.vendor.log.slice(1)).toEqual([
      'upsert ada@example.com',
      'event affiliate_approved ada@example.com',
      'event first_click ada@example.com',
    ]);
    expect(await bench.conservation()).toEqual({ created: 4, settled: 4, open: 0 });
  });

  it('does not send the same refused contact again because an event came up', async () => {
    const contact = bench.want('ada@example.com');
    bench.vendor.answer('upsert', { kind: 'refused', code: 'email_invalid' });
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    await bench.record([bench.event(contact, 'first_click')]);
    await bench.untilIdle();
    expect(bench.vendor.log).toEqual(['upsert ada@example.com']);
    expect(await bench.lanes()).toEqual([{ held_code: 'email_invalid', tail_seq: '1' }]);
  });

  it('lets a refused event block nothing behind it', async () => {
    const contact = bench.want('ada@example.com');
    bench.vendor.answer('event', { kind: 'refused', code: 'event_refused' });
    await bench.record([bench.contact(contact), bench.event(contact, 'bad'), bench.event(contact, 'good')]);
    await bench.untilIdle();
    expect((await bench.settled(contact)).map(({ state }) => state)).toEqual([
      'delivered',
      'refused',
      'delivered',
    ]);
  });

  it('keeps the order of a contact whose first event has to be tried again', async () => {
    const contact = bench.want('ada@example.com');
    bench.vendor.answer('event', { kind: 'unavailable', code: 'vendor_error', status: 503 });
    await bench.record([bench.contact(contact), bench.event(contact, 'one'), bench.event(contact, 'two')]);
    await bench.untilIdle();
    expect(bench.vendor.log).toEqual([
      'upsert ada@example.com',
      'event one ada@example.com',
      'event one ada@example.com',
      'event two ada@example.com',
    ]);
    expect(bench.vendor.dedupeIds('one').size).toBe(1);
  });

  it('stops the connection when the key no longer works, and goes on in order once it does', async () => {
    const first = bench.want('ada@example.com');
    bench.vendor.answer('upsert', { kind: 'unauthorised', code: 'credentials_rejected' });
    await bench.record([bench.contact(first), bench.event(first, 'affiliate_approved')]);
    await bench.untilIdle();
    expect(bench.connectionState()).toBe('auth_error');
    expect(await bench.settled(first)).toEqual([]);
    await bench.reconnect();
    await bench.untilIdle();
    expect((await bench.settled(first)).map(({ state }) => state)).toEqual(['delivered', 'delivered']);
    expect(await bench.attemptsOf(first)).toEqual([
      { number: 1, outcome: 'unauthorised' },
      { number: 1, outcome: 'accepted' },
      { number: 1, outcome: 'accepted' },
    ]);
  });

  it('works many contacts in bulk and gives every one its own outcome', async () => {
    const contacts = Array.from({ length: 300 }, (_, index) => bench.want(`person${index}@example.com`));
    bench.vendor.refuses('person7@example.com');
    await bench.record(
      contacts.flatMap((contact) => [bench.contact(contact), bench.event(contact, 'affiliate_approved')]),
    );
    await bench.untilIdle();
    expect(bench.vendor.bulkCalls).toBeGreaterThan(1);
    const states = await bench.states();
    expect(states).toEqual({ 'contact delivered': 299, 'contact refused': 1, 'event delivered': 299 });
    expect(await bench.lanes()).toEqual([{ held_code: 'contact_refused', tail_seq: '2' }]);
    expect(await bench.conservation()).toEqual({ created: 600, settled: 599, open: 1 });
  });

  it('looks a contact up when a field may only fill a gap, and writes it once more where it is missing', async () => {
    const gap = bench.want('gap@example.com');
    const full = bench.want('full@example.com');
    bench.vendor.defer('created_at');
    bench.vendor.shows('gap@example.com', {});
    bench.vendor.shows('full@example.com', { created_at: '1700000000' });
    await bench.record([bench.contact(gap), bench.contact(full)]);
    await bench.untilIdle();
    await bench.hurryLooks();
    await bench.untilIdle();
    expect(bench.vendor.log.filter((line) => line.includes('gap'))).toEqual([
      'upsert gap@example.com',
      'read gap@example.com',
      'upsert gap@example.com seen',
    ]);
    expect(bench.vendor.log.filter((line) => line.includes('full'))).toEqual([
      'upsert full@example.com',
      'read full@example.com',
    ]);
  });

  it('keeps what is on record of a contact when an event leaves a tag on it', async () => {
    const contact = bench.want('ada@example.com');
    bench.vendor.answer('upsert', {
      kind: 'confirmed',
      written: { email: 'ada@example.com' },
      warnings: [{ code: 'field_missing', field: 'tier', detail: 'There is no field for it.' }],
      deferred: ['created_at'],
    });
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    const before = await bench.ledger(contact);
    bench.vendor.answer('event', { kind: 'accepted', written: { tagsAdded: ['rekomi:first_click'] } });
    await bench.record([bench.event(contact, 'first_click')]);
    await bench.untilIdle();
    expect(before).toMatchObject({ deferred: ['created_at'], warnings: [{ field: 'tier' }] });
    expect(await bench.ledger(contact)).toEqual({
      ...before,
      written: { email: 'ada@example.com', fields: {}, tags: ['rekomi:first_click'], audiences: [] },
    });
  });

  it('hands the lanes of a killed worker on, and writes the contact once more when its request may have landed', async () => {
    const contact = bench.want('ada@example.com');
    await bench.claimAsIfKilled([bench.contact(contact), bench.event(contact, 'affiliate_approved')]);
    await bench.sweepDeadDrains();
    await bench.untilIdle();
    expect(bench.vendor.log).toEqual(['upsert ada@example.com', 'event affiliate_approved ada@example.com']);
    await bench.passRewriteTime();
    await bench.untilIdle();
    expect(bench.vendor.log.at(-1)).toBe('upsert ada@example.com again');
    expect(await bench.lanes()).toEqual([]);
  });

  it('lets a drain whose lease was taken complete nothing', async () => {
    const contact = bench.want('ada@example.com');
    bench.vendor.before('upsert', () => bench.expireAllDrains());
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    expect(bench.vendor.log.length).toBeGreaterThanOrEqual(2);
    expect(await bench.settled(contact)).toEqual([{ kind: 'contact', state: 'delivered' }]);
    expect(await bench.conservation()).toEqual({ created: 1, settled: 1, open: 0 });
  });

  it('keeps a delivery that was added while its lane was in hand', async () => {
    const contact = bench.want('ada@example.com');
    bench.vendor.before('upsert', async () => {
      await bench.recordQuietly([bench.event(contact, 'late')]);
    });
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    expect(bench.vendor.log).toEqual(['upsert ada@example.com', 'event late ada@example.com']);
    expect(await bench.conservation()).toEqual({ created: 2, settled: 2, open: 0 });
  });

  it('cancels what is left of a disconnected tool', async () => {
    const contact = bench.want('ada@example.com');
    bench.pause();
    await bench.record([bench.contact(contact), bench.event(contact, 'affiliate_approved')]);
    await bench.disconnect();
    await bench.untilIdle();
    expect((await bench.settled(contact)).map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    expect(bench.vendor.log).toEqual([]);
  });

  it('survives an account that asks for patience without using up an attempt', async () => {
    const contact = bench.want('ada@example.com');
    bench.vendor.answer('upsert', {
      kind: 'throttled',
      code: 'vendor_throttled',
      family: 'main',
      status: 429,
      until: new Date(Date.now() + 300),
    });
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    expect(await bench.attemptsOf(contact)).toEqual([
      { number: 1, outcome: 'throttled' },
      { number: 1, outcome: 'accepted' },
    ]);
  });

  it('numbers deliveries of one contact without gaps when many producers write at once', async () => {
    const contact = bench.want('ada@example.com');
    bench.pause();
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => bench.record([bench.event(contact, `event_${index}`)])),
    );
    expect(await bench.sequence(contact)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it('does not deadlock producers that name the same contacts in opposite order', async () => {
    bench.pause();
    const contacts = Array.from({ length: 40 }, () => randomUUID());
    const forth = contacts.map((id) => bench.contact(id));
    const back = [...forth].reverse();
    await Promise.all(Array.from({ length: 10 }, (_, index) => bench.record(index % 2 === 0 ? forth : back)));
    expect(await bench.openDeliveries()).toBe(400);
  });

  it('ends a connection that was disconnected while its last contact was being written', async () => {
    const contact = bench.want('ada@example.com');
    bench.vendor.before('upsert', () => bench.startDisconnecting());
    await bench.record([bench.contact(contact)]);
    await bench.untilDisconnected();
    expect(bench.connectionState()).toBe('disabled');
  });

  it('forgets a look whose contact was written again meanwhile, and looks once more', async () => {
    const contact = bench.want('ada@example.com');
    bench.vendor.defer('created_at');
    bench.vendor.shows('ada@example.com', {});
    bench.vendor.before('read', () => bench.touchLedger());
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    await bench.hurryLooks();
    await bench.untilLooksWait();
    expect(bench.vendor.log).toEqual(['upsert ada@example.com', 'read ada@example.com']);
    await bench.hurryLooks();
    await bench.untilIdle();
    expect(bench.vendor.log.slice(2)).toEqual(['read ada@example.com', 'upsert ada@example.com seen']);
  });

  it('ends a connection although a refused contact held its lane', async () => {
    const contact = bench.want('ada@example.com');
    bench.vendor.answer('upsert', { kind: 'refused', code: 'email_invalid' });
    await bench.record([bench.contact(contact), bench.event(contact, 'affiliate_approved')]);
    await bench.untilIdle();
    expect(await bench.lanes()).toEqual([{ held_code: 'email_invalid', tail_seq: '2' }]);
    await bench.startDisconnecting();
    await bench.untilDisconnected();
    expect((await bench.settled(contact)).map(({ state }) => state)).toEqual(['refused', 'discarded']);
  });

  it('goes on when it could not store at once that a key no longer works', async () => {
    const contacts = [bench.want('ada@example.com'), bench.want('ben@example.com')];
    bench.failNextMark();
    bench.vendor.answer('upsert', { kind: 'unauthorised', code: 'credentials_rejected' });
    await bench.record(contacts.map((contact) => bench.contact(contact)));
    await bench.untilIdle();
    expect(await bench.states()).toEqual({ 'contact delivered': 2 });
    expect(await bench.conservation()).toEqual({ created: 2, settled: 2, open: 0 });
  });
});

describe('a first write of which nobody heard the end', () => {
  it('is taken back at once and again when it may have landed, once its worker died and the contact is not wanted', async () => {
    const contact = bench.want('ada@example.com', ['gold']);
    bench.vendor.before('upsert', () => {
      bench.unwant(contact);
      return bench.expireAllDrains('15 seconds');
    });
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    expect(bench.vendor.log).toEqual(['upsert ada@example.com', 'remove ada@example.com']);
    await bench.passRewriteTime();
    await bench.untilIdle();
    expect(bench.vendor.log.slice(2)).toEqual(['remove ada@example.com']);
    expect(bench.vendor.tookBack).toContainEqual({
      email: 'ada@example.com',
      fields: { our_tags: '' },
      tags: ['gold'],
      audiences: [],
    });
    expect(await bench.intentions()).toEqual([]);
  });

  it('is taken back after an answer that never came', async () => {
    const contact = bench.want('ada@example.com', ['gold']);
    bench.vendor.answer('upsert', { kind: 'ambiguous', code: 'vendor_timeout' });
    bench.vendor.before('upsert', async () => bench.unwant(contact));
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    expect(bench.vendor.log).toEqual(['upsert ada@example.com', 'remove ada@example.com']);
    expect(await bench.ledger(contact)).toMatchObject({ present: false, written: null });
    expect(await bench.intentions()).toEqual([]);
  });

  it('is forgotten where the vendor certainly did not take it', async () => {
    const contact = bench.want('ada@example.com', ['gold']);
    bench.vendor.answer('upsert', { kind: 'refused', code: 'email_invalid' });
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    bench.unwant(contact);
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    expect(bench.vendor.log).toEqual(['upsert ada@example.com']);
    expect(await bench.intentions()).toEqual([]);
  });
});

describe('a change of what is there', () => {
  it('notes only what is new, and only until it is heard of', async () => {
    const contact = bench.want('ada@example.com', ['gold']);
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    const noted: unknown[] = [];
    bench.vendor.before('upsert', async () => void noted.push(...(await bench.intentions())));
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    expect(noted).toEqual([]);
    bench.want('ada@example.com', ['gold', 'vip'], contact);
    bench.vendor.before('upsert', async () => void noted.push(...(await bench.intentions())));
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    expect(noted).toMatchObject([[{ email: 'ada@example.com', tags: ['gold', 'vip'] }]]);
    expect(await bench.intentions()).toEqual([]);
  });
});

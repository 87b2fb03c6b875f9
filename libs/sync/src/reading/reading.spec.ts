import { randomUUID } from 'node:crypto';

import { ConnectionBench } from '../connections/testing/connection-bench.js';
import type { Membership } from '../ports.js';
import { DeliveryReader } from './delivery-reader.js';
import { TimelineReader } from './timeline-reader.js';

let bench: ConnectionBench;
let deliveries: DeliveryReader;
let timelines: TimelineReader;
let connectionId: string;
/** What the programme knows of people. */
const people = new Map<string, { email: string; memberships: readonly Membership[] }>();

beforeAll(async () => {
  bench = await ConnectionBench.open();
  deliveries = new DeliveryReader(bench.tenancy);
  timelines = new TimelineReader(bench.tenancy, {
    read: (_tx, _organization, id) => Promise.resolve(people.get(id)),
  });
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  connectionId = await bench.connect();
});

const contact = (contactId: string) =>
  ({ kind: 'contact', connectionId, contactId, cause: 'affiliate_approved' }) as const;
const event = (contactId: string, name: string) =>
  ({
    kind: 'event',
    connectionId,
    contactId,
    cause: name,
    event: { id: randomUUID(), name, occurredAt: '2026-11-01T12:00:00.000Z', data: {} },
  }) as const;
const list = (filter = {}, page = {}) =>
  deliveries.list(bench.organizationId, filter, { limit: 50, ...page });
const states = async (filter = {}) => (await list(filter)).map(({ state }) => state);

/** Settles everything of a contact the way the engine does, short of the totals. */
const settle = (contactId: string, state: string, code: string | null) =>
  bench.superuser.query(
    `WITH gone AS (DELETE FROM delivery WHERE contact_id = '${contactId}' RETURNING *), lanes AS (
       DELETE FROM lane WHERE contact_id = '${contactId}' RETURNING tail_seq, organization_id, connection_id
     ), counted AS (
       INSERT INTO delivery_total SELECT organization_id, connection_id, current_date, 'any', 'created', tail_seq FROM lanes
       UNION ALL SELECT organization_id, connection_id, current_date, kind, '${state}', count(*) FROM gone GROUP BY 1, 2, 4)
     INSERT INTO history (settled_at, id, organization_id, connection_id, contact_id, lane_id, lane_seq, kind, cause, event_id,
         event_name, dedupe_id, occurred_at, payload, state, code, attempts, created_at)
       SELECT now(), id, organization_id, connection_id, contact_id, lane_id, lane_seq, kind, cause, event_id, event_name,
         dedupe_id, occurred_at, payload, '${state}', ${code === null ? 'NULL' : `'${code}'`}, 1, created_at FROM gone`,
  );

describe('the list of deliveries', () => {
  it('shows open and settled ones together, newest first, page by page', async () => {
    const people = [randomUUID(), randomUUID(), randomUUID()];
    for (const person of people) {
      await bench.record([contact(person)]);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await settle(people[1] ?? '', 'delivered', null);
    const all = await list();
    expect(all.map(({ contactId, state }) => [contactId, state])).toEqual([
      [people[2], 'queued'],
      [people[1], 'delivered'],
      [people[0], 'queued'],
    ]);
    const rest = await list({}, { after: all[0]?.id ?? '', limit: 1 });
    expect(rest).toEqual([all[1]]);
    expect(await deliveries.get(bench.organizationId, all[1]?.id ?? '')).toEqual(all[1]);
  });

  it('names the state of what is open', async () => {
    const person = randomUUID();
    await bench.record([contact(person)]);
    expect(await states()).toEqual(['queued']);
    await bench.superuser.query(
      `UPDATE lane SET attempts = 1, last_code = 'vendor_error', next_due_at = now() + interval '1 minute'`,
    );
    expect(await list()).toMatchObject([
      { state: 'retrying', code: 'vendor_error', attempts: 1, nextAttemptAt: expect.any(String) },
    ]);
    await bench.superuser.query(`UPDATE lane SET held_code = 'contact_refused', next_due_at = 'infinity'`);
    expect(await list()).toMatchObject([{ state: 'held', code: 'contact_refused' }]);
    expect((await list())[0]).not.toHaveProperty('nextAttemptAt');
    await bench.superuser.query(
      `UPDATE lane SET held_code = NULL, attempts = 0, last_code = NULL, next_due_at = now()`,
    );
    await bench.superuser.query(
      `INSERT INTO pace (account_key, family, not_before) SELECT account_key, 'track', now() + interval '1 minute' FROM connection`,
    );
    expect(await states()).toEqual(['retrying']);
    await bench.takeInHand(connectionId);
    expect(await states()).toEqual(['sending']);
  });

  it('filters by person, kind, event name, code and state', async () => {
    const [ada, bob] = [randomUUID(), randomUUID()];
    await bench.record([contact(ada), event(ada, 'first_click'), contact(bob), event(bob, 'payout_sent')]);
    await settle(bob, 'refused', 'email_invalid');
    expect(await states({ contactId: ada })).toEqual(['queued', 'queued']);
    expect(await states({ contactId: bob })).toEqual(['refused', 'refused']);
    expect(await states({ kind: 'event', connectionId })).toHaveLength(2);
    expect(await states({ eventName: 'payout_sent' })).toEqual(['refused']);
    expect(await list({ state: 'refused', kind: 'contact' })).toMatchObject([
      {
        contactId: bob,
        connectionLabel: 'Acme (Scripted CRM, US)',
        code: 'email_invalid',
        settledAt: expect.any(String),
      },
    ]);
    expect(await states({ code: 'email_invalid' })).toEqual(['refused', 'refused']);
    expect(await states({ state: 'queued' })).toEqual(['queued', 'queued']);
    expect(await states({ state: 'refused' })).toEqual(['refused', 'refused']);
    expect(await states({ state: 'held' })).toEqual([]);
    expect(await states({ connectionId: randomUUID() })).toEqual([]);
  });

  it('is empty for another organisation', async () => {
    await bench.record([contact(randomUUID())]);
    const [mine] = await list();
    expect(await deliveries.list(bench.otherOrganizationId, {}, { limit: 10 })).toEqual([]);
    expect(await deliveries.get(bench.otherOrganizationId, mine?.id ?? '')).toBeUndefined();
  });
});

describe('a receipt', () => {
  it('stands beside its delivery, which stays delivered, and is found by what came of it', async () => {
    const [ada, bob] = [randomUUID(), randomUUID()];
    await bench.record([contact(ada), contact(bob)]);
    await settle(ada, 'delivered', null);
    await bench.superuser.query(
      `INSERT INTO receipt (delivery_id, organization_id, connection_id, contact_id, state, reason, due_at, decided_at, code, deviations)
         SELECT id, organization_id, connection_id, contact_id, 'ignored', 'first', now(), now(), 'receipt_incomplete',
                '[{"part": "field", "name": "city", "kind": "missing", "wrote": "Riga"}]'
           FROM history WHERE contact_id = '${ada}'`,
    );
    expect(await list({ receipt: 'ignored' })).toMatchObject([
      {
        ...{ contactId: ada, state: 'delivered' },
        receipt: {
          ...{ state: 'ignored', code: 'receipt_incomplete', decidedAt: expect.any(String) },
          deviations: [{ part: 'field', name: 'city', kind: 'missing', wrote: 'Riga' }],
        },
      },
    ]);
    expect(await states({ receipt: 'confirmed' })).toEqual([]);
    expect(await states({ receipt: 'ignored', state: 'queued' })).toEqual([]);
    expect((await list({ contactId: bob }))[0]).not.toHaveProperty('receipt');
  });
});

describe('totals', () => {
  it('add up, and say so when they do not', async () => {
    const [ada, bob] = [randomUUID(), randomUUID()];
    await bench.record([contact(ada), event(ada, 'first_click'), contact(bob)]);
    await settle(ada, 'delivered', null);
    expect(await deliveries.totals(bench.organizationId, connectionId)).toEqual({
      settled: [
        { kind: 'contact', state: 'delivered', deliveries: 1 },
        { kind: 'event', state: 'delivered', deliveries: 1 },
      ],
      open: [{ kind: 'contact', deliveries: 1 }],
      conservation: { created: 3, settled: 2, open: 1, holds: true },
      receipts: { owed: 0, confirmed: 0, ignored: 0, undecided: 0 },
    });
    await bench.superuser.query('DELETE FROM delivery');
    expect((await deliveries.totals(bench.organizationId, connectionId)).conservation.holds).toBe(false);
  });
});

describe('the timeline of a person', () => {
  const affiliate = (status: Membership['status'] | null) => {
    const id = randomUUID();
    const memberships =
      status === null ? [] : [{ campaign: 'Spring', status, connectionIds: [connectionId] }];
    people.set(id, { email: `${id}@example.com`, memberships });
    return id;
  };
  const read = (id: string) => timelines.read(bench.organizationId, id, { limit: 50 });

  it('tells where the person stands and lists deliveries with their attempts', async () => {
    const id = affiliate('approved');
    await bench.record([contact(id), event(id, 'affiliate_approved')]);
    const [first] = await list({ contactId: id, kind: 'contact' });
    await bench.superuser.query(
      `INSERT INTO attempt (at, id, organization_id, connection_id, contact_id, delivery_id, number, outcome, code, duration_ms, exchanges, exchange_text)
       VALUES (now() - interval '1 second', gen_random_uuid(), $1, $2, $3, $4, 1, 'unavailable', 'vendor_error', 12, '[{"status": 500}]', NULL),
              (now(), gen_random_uuid(), $1, $2, $3, $4, 2, 'unavailable', 'vendor_error', 12, '[]', '[{"status":503}]')`,
      [bench.organizationId, connectionId, id, first?.id],
    );
    expect(await read(id)).toMatchObject({
      email: `${id}@example.com`,
      connections: [
        {
          connectionId,
          present: false,
          explanation: { standing: 'queued' },
          waiting: { contacts: 1, events: 1 },
        },
      ],
    });
    const entries = (await read(id))?.deliveries ?? [];
    expect(entries.find(({ kind }) => kind === 'contact')?.attemptLog).toMatchObject([
      { number: 2, outcome: 'unavailable', code: 'vendor_error', exchanges: [{ status: 503 }] },
      // As it was logged before exchanges were text.
      { number: 1, outcome: 'unavailable', code: 'vendor_error', exchanges: [{ status: 500 }] },
    ]);
    await bench.written(connectionId, id);
    await settle(id, 'delivered', null);
    expect(await read(id)).toMatchObject({
      connections: [
        {
          present: true,
          since: expect.any(String),
          written: { email: 'a@b.example' },
          explanation: { standing: 'present' },
        },
      ],
    });
  });

  it('says that the approval is missing', async () => {
    expect((await read(affiliate('applied')))?.connections[0]?.explanation.text).toContain(
      '“Spring” waits for a decision',
    );
    expect((await read(affiliate(null)))?.connections[0]?.explanation.standing).toBe('not_desired');
  });

  it('does not exist for a stranger, and shows another organisation nothing', async () => {
    expect(await read(randomUUID())).toBeUndefined();
    const id = affiliate('approved');
    await bench.record([contact(id)]);
    expect(await timelines.read(bench.otherOrganizationId, id, { limit: 1 })).toMatchObject({
      connections: [],
      deliveries: [],
    });
  });
});

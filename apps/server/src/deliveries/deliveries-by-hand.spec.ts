import { randomUUID } from 'node:crypto';

import { ApiBench, GOOD_KEY } from '../connections/testing/api-bench.js';

let bench: ApiBench;
let connection: string;

beforeAll(async () => {
  bench = await ApiBench.open();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  const pasted = {
    ...{ provider: 'acme-mail', environment: 'sandbox' },
    credentials: { siteId: 'site-1', apiKey: GOOD_KEY },
  };
  connection = String((await bench.call('POST', '/connections', pasted)).body['id']);
});

/** Two events of somebody that wait behind a refused contact; @returns the id of the first. */
async function held(code: string | null = 'email_invalid'): Promise<string> {
  const [contact, first] = [randomUUID(), randomUUID()];
  const due = code === null ? 'now()' : `'infinity'`;
  await bench.superuser.query(
    `WITH l AS (INSERT INTO lane (organization_id, connection_id, contact_id, next_due_at, tail_seq, contact_pending, held_code, last_code)
       VALUES ($1, $2, $3, ${due}, 2, false, $5, $5) RETURNING id)
     INSERT INTO delivery (lane_id, lane_seq, id, organization_id, connection_id, contact_id, kind, cause, event_id,
                           event_name, dedupe_id, occurred_at, payload)
     SELECT l.id, n, CASE n WHEN 1 THEN $4::uuid ELSE gen_random_uuid() END, $1, $2, $3, 'event', 'test', gen_random_uuid(),
            'first_click', 'id', now(), '{}' FROM l, generate_series(1, 2) n`,
    [bench.organizationId, connection, contact, first, code],
  );
  return first;
}

const audited = async () =>
  (
    await bench.superuser.query<{ action: string; details: unknown }>(
      `SELECT action, details FROM audit_entry WHERE action LIKE 'delivery.%' ORDER BY at`,
    )
  ).rows;
describe('POST /deliveries/:id/release', () => {
  it('tries what is held again, wakes the connection, and leaves an entry in the audit log', async () => {
    const before = (await audited()).length;
    const id = await held();
    bench.woken.length = 0;
    const { status, body } = await bench.call('POST', `/deliveries/${id}/release`);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        ...{ id, targetId: connection, discardedContacts: 0, discardedEvents: 0 },
        ...{ waitingContacts: 1, waitingEvents: 2 },
      },
    });
    expect(bench.woken).toEqual([connection]);
    const again = await bench.call('POST', `/deliveries/${id}/release`);
    expect({ status: again.status, body: again.body }).toEqual({ status, body });
    expect((await bench.superuser.query(`SELECT 1 FROM delivery`)).rows).toHaveLength(3);
    expect((await audited()).slice(before)).toMatchObject([
      { action: 'delivery.released', details: { targetId: connection, waitingEvents: 2 } },
    ]);
  });

  it('answers a repeat with the same key without doing it again', async () => {
    const id = await held();
    const first = await bench.call('POST', `/deliveries/${id}/release`, undefined, { idempotencyKey: 'one' });
    const again = await bench.call('POST', `/deliveries/${id}/release`, undefined, { idempotencyKey: 'one' });
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(first.body);
    const open = await bench.superuser.query(`SELECT 1 FROM delivery`);
    expect(open.rows).toHaveLength(3);
  });
});

describe('POST /deliveries/:id/skip', () => {
  it('gives up what cannot go without the contact, with the note', async () => {
    const id = await held();
    const { status, body } = await bench.call('POST', `/deliveries/${id}/skip`, { note: ' Not needed. ' });
    expect({ status, body }).toMatchObject({ status: 200, body: { discardedEvents: 2, waitingEvents: 0 } });
    expect((await bench.call('GET', `/deliveries/${id}`)).body).toMatchObject({
      ...{ state: 'discarded', detail: 'Not needed.' },
      reason: { code: 'skipped_by_hand', fix: expect.any(String) },
    });
    expect(await bench.call('POST', `/deliveries/${id}/skip`)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('come to its end') },
    });
  });

  it('takes no note that is no text, and knows nothing of other people’s deliveries', async () => {
    const id = await held();
    expect((await bench.call('POST', `/deliveries/${id}/skip`, { note: 7 })).status).toBe(400);
    expect((await bench.call('POST', `/deliveries/${id}/skip`, {}, { as: 'stranger' })).status).toBe(404);
    expect(
      (await bench.call('POST', `/deliveries/${id}/release`, undefined, { as: 'stranger' })).status,
    ).toBe(404);
    expect((await bench.call('POST', `/deliveries/${await held(null)}/skip`)).status).toBe(409);
  });
});

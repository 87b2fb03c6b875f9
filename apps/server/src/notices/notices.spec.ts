import 'reflect-metadata';

import { Tenancy } from '@rekomi/database';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';

import { type Reply, WebhooksApiBench } from '../webhooks/testing/webhooks-api-bench.js';
import { ConnectionBoard } from './connection-board.js';

const LABEL = 'Acme (Customer.io, US)';

let bench: WebhooksApiBench;
let connectionId: string;

beforeAll(async () => {
  bench = await WebhooksApiBench.open();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  await bench.superuser.query(`DELETE FROM connection`);
  connectionId = newId();
  // Far from its next check: nobody would answer it here.
  await bench.superuser.query(
    `INSERT INTO connection (id, organization_id, provider, label, environment, state, account_key, check_at)
     VALUES ($1, $2, 'customer-io', $4, 'live', 'auth_error', $3::bytea, now() + interval '1 day')`,
    [connectionId, bench.organizationId, Buffer.from(connectionId), LABEL],
  );
});

const inTenant = <T>(work: (tx: EntityManager) => Promise<T>): Promise<T> =>
  bench.app.get(Tenancy).run(bench.organizationId, work);

/** As the engine says it when a key is refused; its time to be told comes after so long. @returns the notice's id. */
async function broke(tellIn = '0 seconds'): Promise<string> {
  const board = bench.app.get(ConnectionBoard);
  await inTenant((tx) =>
    board.broke(tx, bench.organizationId, {
      ...{ connectionId, label: LABEL, matter: 'auth_error', code: 'credentials_rejected' },
      detail: 'The key is refused.',
    }),
  );
  const [row] = await bench.rows(
    `UPDATE notice SET tell_at = now() + interval '${tellIn}' WHERE resolved_at IS NULL RETURNING id`,
  );
  return String(row?.['id']);
}

/** As the engine says it when the vendor accepts the key again. */
const healed = (): Promise<void> =>
  inTenant((tx) =>
    bench.app
      .get(ConnectionBoard)
      .over(tx, bench.organizationId, connectionId, ['auth_error', 'needs_attention'], 'told'),
  );

const mails = async (): Promise<string[]> =>
  (await bench.rows(`SELECT subject FROM mail WHERE purpose = 'notice' ORDER BY id`)).map(({ subject }) =>
    String(subject),
  );

const told = (): Record<string, unknown>[] =>
  bench.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

const listen = (more: object = {}): Promise<Reply> =>
  bench.call('POST', '/webhook-endpoints', { url: bench.url, eventTypes: ['*'], ...more });

describe('a connection that broke', () => {
  it('is on the board at once, with cause, fix, link and what waits, until somebody has read it', async () => {
    const id = await broke('1 hour');
    await bench.superuser.query(
      `INSERT INTO lane (organization_id, connection_id, contact_id, next_due_at, tail_seq, contact_pending)
       VALUES ($1, $2, $3, 'infinity', 1, true)`,
      [bench.organizationId, connectionId, newId()],
    );
    const list = async (query: string): Promise<Record<string, unknown>[]> =>
      (await bench.call('GET', `/notices?${query}`)).body['data'] as Record<string, unknown>[];
    expect(await list(`read=false&subject=${connectionId}`)).toMatchObject([
      {
        ...{ id, kind: 'connection.auth_error', subjectId: connectionId, subjectLabel: LABEL },
        reason: { code: 'credentials_rejected', docsUrl: '/problems/credentials_rejected' },
        ...{ waiting: { count: 1, atLeast: false }, resolvedAt: null, readAt: null },
      },
    ]);
    const strangers = await bench.call('POST', `/notices/${id}/read`, undefined, { as: 'stranger' });
    expect(strangers.status).toBe(404);
    expect((await bench.call('POST', `/notices/${id}/read`)).body['readAt']).toEqual(expect.any(String));
    expect(await list('read=false')).toEqual([]);
    await healed();
    expect(await list('open=false')).toMatchObject([{ id, waiting: null }]);
    await bench.superuser.query(`DELETE FROM lane`);
  });

  it('is told once by webhook and mail, and once more when it works again', async () => {
    await listen();
    const id = await broke();
    await bench.until('it is told', () => bench.received.length === 1);
    expect(told()[0]).toMatchObject({
      type: 'connection_auth_error',
      data: {
        notice: { id, kind: 'connection.auth_error', state: 'open' },
        connection: { id: connectionId, label: LABEL },
        code: 'credentials_rejected',
        ...{ fix: expect.any(String) as unknown, link: expect.stringMatching(/^http/) as unknown },
        waiting: { count: 0, atLeast: false },
      },
    });
    await bench.until('it is mailed', async () => (await mails()).length === 1);
    await healed();
    await bench.until('that is told', () => bench.received.length === 2);
    expect(told()[1]).toMatchObject({
      type: 'connection_recovered',
      data: { notice: { id, state: 'over' }, until: expect.any(String) as unknown },
    });
    // The mailbox hears of one connection once an hour at the most; what happened since comes in one mail.
    await broke();
    await bench.until('that it broke again is told', () => bench.received.length === 3);
    expect(await mails()).toEqual([`Something needs your attention: ${LABEL}`]);
    await bench.superuser.query(`UPDATE notice SET mail_at = now() WHERE mail_at IS NOT NULL`);
    await bench.until('the summary is mailed', async () => (await mails()).length === 2);
    const [mail] = await bench.rows(`SELECT body_text AS text FROM mail ORDER BY id DESC LIMIT 1`);
    expect(mail?.['text']).toMatch(/that is over since[\s\S]*The key is refused/);
  });

  it('said again and again is one notice, with what is so now, and one entry of what the product did', async () => {
    await broke('1 hour');
    const board = bench.app.get(ConnectionBoard);
    for (const detail of ['first', 'second'])
      await inTenant((tx) =>
        board.broke(tx, bench.organizationId, {
          ...{ connectionId, label: LABEL, matter: 'auth_error', code: 'account_inactive', detail },
        }),
      );
    expect(await bench.rows(`SELECT code, detail FROM notice`)).toEqual([
      { code: 'account_inactive', detail: 'second' },
    ]);
    const entries = await bench.rows(
      `SELECT 1 FROM audit_entry WHERE action = 'connection.stopped' AND resource_id = '${connectionId}'`,
    );
    expect(entries).toHaveLength(1);
  });

  it('is told to nobody when it came back before its time', async () => {
    await listen();
    await broke('1 hour');
    await healed();
    const other = await broke();
    await bench.until('the next one is told', () => bench.received.length === 1);
    expect(told()[0]).toMatchObject({ data: { notice: { id: other } } });
    expect(await mails()).toHaveLength(1);
  });

  it('is not told to endpoints whose own form speaks of a person, unless they name it', async () => {
    const form = { template: { event: '{{type}}', who: '{{affiliate.email}}' } };
    const deaf = await listen(form);
    await listen({ ...form, eventTypes: ['connection_auth_error'] });
    await broke();
    await bench.until('one is told', () => bench.received.length === 1);
    expect(told()).toEqual([{ event: 'connection_auth_error' }]);
    const id = String(deaf.body['id']);
    expect(await bench.rows(`SELECT 1 FROM lane WHERE connection_id = '${id}'`)).toEqual([]);
    expect(await bench.rows(`SELECT 1 FROM history WHERE connection_id = '${id}'`)).toEqual([]);
  });

  it('is mailed only to owners and admins who want it', async () => {
    await bench.superuser.query(`UPDATE membership SET notice_mails = false`);
    await listen();
    await broke();
    await bench.until('it is told', () => bench.received.length === 1);
    expect(await mails()).toEqual([]);
    await bench.superuser.query(`UPDATE membership SET notice_mails = true`);
  });
});

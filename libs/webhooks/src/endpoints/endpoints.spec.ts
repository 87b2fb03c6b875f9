import type { ServerResponse } from 'node:http';

import { Webhook } from 'standardwebhooks';

import type { EndpointChange } from './endpoint.js';
import { DEAD_AFTER_MS, FAILING_AFTER_MS } from './endpoint-health.js';
import { Receiver } from './testing/receiver.js';
import { WebhookBench } from './testing/webhook-bench.js';

let receiver: Receiver;
let other: Receiver;
let bench: WebhookBench;

beforeAll(async () => {
  [receiver, other] = await Promise.all([Receiver.open(), Receiver.open()]);
  bench = await WebhookBench.open([receiver.host, other.host]);
});
afterAll(async () => {
  await bench.close();
  await Promise.all([receiver.close(), other.close()]);
});
beforeEach(async () => {
  await bench.reset();
  receiver.reset();
  other.reset();
});

const settled = (count: number, endpointId: string) =>
  bench.until(`${count} are settled`, async () => (await bench.conservation(endpointId)).settled === count);

describe('an endpoint', () => {
  it('is told what happened, signed so that the reference library accepts it', async () => {
    const { endpoint, secret } = await bench.create(receiver.url());
    const [id] = await bench.happen();
    await settled(1, endpoint.id);
    expect(receiver.verified(secret)).toEqual([
      {
        id,
        type: 'commission_earned',
        data: expect.objectContaining({
          amount: 1250,
          affiliate: expect.objectContaining({ email: 'ada@example.com' }),
        }),
      },
    ]);
    expect(await bench.states(endpoint.id)).toEqual({ delivered: 1 });
    await bench.quiet();
    expect(await bench.conservation(endpoint.id)).toEqual({ created: 1, settled: 1, open: 0 });
    expect((await bench.endpoint(endpoint.id)).lastSuccessAt).not.toBeNull();
  });

  it('hears of the events it chose and of no others', async () => {
    const chosen = await bench.create(receiver.url(), { eventTypes: ['payout_sent', 'my own event'] });
    const all = await bench.create(other.url());
    for (const name of ['commission_earned', 'payout_sent', 'my own event']) await bench.happen(name);
    await settled(3, all.endpoint.id);
    await settled(2, chosen.endpoint.id);
    expect(
      receiver
        .verified(chosen.secret)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['my own event', 'payout_sent']);
  });

  it('gets its own headers, whose values are stored sealed and recorded nowhere', async () => {
    const { endpoint } = await bench.create(receiver.url(), { headers: { 'X-Key': 'sesame-open-4711' } });
    receiver.answers((response, { headers }) =>
      response.writeHead(200).end(`you sent ${String(headers['x-key'])}`),
    );
    await bench.happen();
    await settled(1, endpoint.id);
    expect(receiver.received[0]?.headers['x-key']).toBe('sesame-open-4711');
    expect(endpoint.headerNames).toEqual(['X-Key']);
    for (const table of ['webhook_endpoint', 'webhook_secret', 'attempt', 'history']) {
      const { rows } = await bench.superuser.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t`);
      expect(rows.map(({ row }) => row).join()).not.toContain('sesame-open-4711');
    }
  });

  it('gets headers changed one by one: absent stays, null goes, a text replaces in any letter case', async () => {
    const { endpoint } = await bench.create(receiver.url(), { headers: { A: '1', B: '2', C: '3' } });
    const change = { headers: { b: '4', C: null } };
    await bench.run((tx) => bench.service.update(tx, bench.ours, endpoint.id, change));
    await bench.happen();
    await settled(1, endpoint.id);
    expect(receiver.received[0]?.headers).toMatchObject({ a: '1', b: '4' });
    expect(receiver.received[0]?.headers).not.toHaveProperty('c');
  });

  it('that moves to another host takes no header values along', async () => {
    const { endpoint } = await bench.create(receiver.url(), { headers: { 'X-Key': 'for the old host' } });
    const update = (change: EndpointChange) =>
      bench.run((tx) => bench.service.update(tx, bench.ours, endpoint.id, change));
    expect((await update({ url: receiver.url('/other-path') }))?.headerNames).toEqual(['X-Key']);
    expect((await update({ url: other.url(), headers: { 'X-New': '1' } }))?.headerNames).toEqual(['X-New']);
    await bench.happen();
    await settled(1, endpoint.id);
    expect(other.received[0]?.headers).not.toHaveProperty('x-key');
  });

  it('signs with the old and the new secret until the overlap ends', async () => {
    const { endpoint, secret } = await bench.create(receiver.url());
    const rotated = await bench.run((tx) => bench.service.rotate(tx, bench.ours, endpoint.id, 24));
    await bench.happen();
    await settled(1, endpoint.id);
    expect(receiver.verified(secret)).toHaveLength(1);
    expect(receiver.verified(rotated!.secret)).toHaveLength(1);
    await bench.superuser.query(`UPDATE webhook_secret SET expires_at = now() WHERE expires_at IS NOT NULL`);
    receiver.reset();
    await bench.happen();
    await settled(2, endpoint.id);
    expect(() => receiver.verified(secret)).toThrow();
    expect(receiver.verified(rotated!.secret)).toHaveLength(1);
  });

  it('gets the same id on every attempt, and fails no other message by failing one', async () => {
    const { endpoint, secret } = await bench.create(receiver.url());
    let bad: string | undefined;
    receiver.answers((response, { headers }) => {
      bad ??= String(headers['webhook-id']);
      response.writeHead(headers['webhook-id'] === bad ? 500 : 200).end();
    });
    await bench.happen('commission_earned', 20);
    await settled(19, endpoint.id);
    receiver.takes();
    await bench.timePasses();
    await settled(20, endpoint.id);
    const ids = receiver.verified(secret).map(({ id }) => id);
    expect(ids.filter((id) => id === bad)).toHaveLength(2);
    expect(new Set(ids).size).toBe(20);
    const { rows } = await bench.superuser.query(
      `SELECT a.number, a.outcome, a.code FROM attempt a JOIN history h ON h.id = a.delivery_id WHERE h.event_id = $1 ORDER BY number`,
      [bad],
    );
    expect(rows).toEqual([
      { number: 1, outcome: 'unavailable', code: 'endpoint_failed' },
      { number: 2, outcome: 'accepted', code: null },
    ]);
  });

  it('that redirects is not followed', async () => {
    const { endpoint } = await bench.create(receiver.url());
    receiver.answersStatus(302, { location: other.url('/elsewhere') });
    await bench.happen();
    await bench.until('it was tried', async () => (await bench.endpoint(endpoint.id)).failures > 0);
    expect(other.received).toEqual([]);
    expect((await bench.endpoint(endpoint.id)).lastFailureCode).toBe('endpoint_redirected');
  });

  it('that answers with a page of HTML keeps the page in the log, cut', async () => {
    const { endpoint } = await bench.create(receiver.url());
    receiver.answersStatus(500, { 'content-type': 'text/html' }, `<html>${'é'.repeat(9_000)}\u0000</html>`);
    await bench.happen();
    await bench.until('it was tried', async () => (await bench.endpoint(endpoint.id)).failures > 0);
    await bench.quiet();
    const { rows } = await bench.superuser.query<{ exchange: { status: number; responseBody: string } }>(
      `SELECT exchange_text::jsonb->0 AS exchange FROM attempt WHERE connection_id = $1`,
      [endpoint.id],
    );
    expect(rows[0]?.exchange.status).toBe(500);
    expect(rows[0]?.exchange.responseBody.length).toBeLessThan(5_000);
  });

  it('at an inner address is not connected to', async () => {
    const closed = await Receiver.open();
    const { endpoint } = await bench.create(closed.url());
    await bench.happen();
    await bench.until('it was tried', async () => (await bench.endpoint(endpoint.id)).failures > 0);
    expect((await bench.endpoint(endpoint.id)).lastFailureCode).toBe('endpoint_not_allowed');
    expect(closed.received).toEqual([]);
    await closed.close();
  });

  it('that hangs holds up nobody else, and is left alone for a while', async () => {
    const silent = await bench.create(receiver.url());
    const healthy = await bench.create(other.url());
    const hanging: ServerResponse[] = [];
    receiver.answers((response) => hanging.push(response));
    await bench.happen('commission_earned', 40);
    await settled(40, healthy.endpoint.id);
    // No more than its own connections are taken, and nothing of it is settled.
    expect(receiver.received.length).toBeLessThanOrEqual(16);
    expect(await bench.states(silent.endpoint.id)).toEqual({});
    for (const response of hanging) response.destroy();
  });

  it('that asks for patience is left alone, then tried with one message before the others follow', async () => {
    const { endpoint } = await bench.create(receiver.url());
    receiver.answersStatus(503, { 'retry-after': '3600' });
    await bench.happen('commission_earned', 40);
    await bench.until('it rests', async () => (await bench.endpoint(endpoint.id)).restsUntil !== null);
    await bench.quiet();
    const before = receiver.received.length;
    expect(before).toBeLessThanOrEqual(16);
    await bench.happen();
    await bench.quiet();
    expect(receiver.received).toHaveLength(before);
    await bench.timePasses();
    await bench.quiet();
    expect(receiver.received).toHaveLength(before + 1);
    receiver.takes();
    await bench.timePasses();
    await settled(41, endpoint.id);
    expect(await bench.endpoint(endpoint.id)).toMatchObject({
      restsUntil: null,
      failingSince: null,
      failures: 0,
    });
  });

  it('that answers 410 is disabled at once, with one notice; what waits is cancelled', async () => {
    const { endpoint } = await bench.create(receiver.url());
    receiver.answersStatus(410);
    await bench.happen('commission_earned', 200);
    await settled(200, endpoint.id);
    expect(await bench.endpoint(endpoint.id)).toMatchObject({
      state: 'disabled',
      stateCode: 'endpoint_gone',
    });
    expect(bench.notices).toMatchObject([{ endpointId: endpoint.id, code: 'endpoint_gone' }]);
    const states = await bench.states(endpoint.id);
    expect(Object.keys(states)).toEqual(['cancelled', 'refused']);
    await bench.quiet();
    expect(await bench.conservation(endpoint.id)).toEqual({ created: 200, settled: 200, open: 0 });
    await bench.happen();
    expect(await bench.conservation(endpoint.id)).toMatchObject({ created: 200 });
  });

  it('that has taken nothing for a day is spoken of, and no more once it takes something', async () => {
    const { endpoint } = await bench.create(receiver.url());
    receiver.answersStatus(500);
    await bench.happen();
    await bench.until('it fails', async () => (await bench.endpoint(endpoint.id)).failures === 1);
    expect(bench.warnings).toEqual([]);
    bench.laterByMs = FAILING_AFTER_MS + 60_000;
    await bench.quiet();
    await bench.timePasses();
    await bench.until('it fails again', async () => (await bench.endpoint(endpoint.id)).failures === 2);
    expect(bench.warnings).toMatchObject([
      { endpointId: endpoint.id, code: 'endpoint_failing', label: receiver.host },
    ]);
    expect(bench.resolved).toEqual([]);
    receiver.answersStatus(200);
    await bench.quiet();
    await bench.timePasses();
    await settled(1, endpoint.id);
    expect(bench.resolved).toEqual([endpoint.id]);
    expect(bench.warnings).toHaveLength(1);
    expect(bench.notices).toEqual([]);
  });

  it('that has taken nothing for five days is disabled, with one notice', async () => {
    const { endpoint } = await bench.create(receiver.url());
    receiver.answersStatus(500);
    await bench.happen('commission_earned', 3);
    await bench.until('it fails', async () => (await bench.endpoint(endpoint.id)).failures === 3);
    bench.laterByMs = DEAD_AFTER_MS + 60_000;
    await bench.timePasses();
    await settled(3, endpoint.id);
    expect(await bench.endpoint(endpoint.id)).toMatchObject({
      state: 'disabled',
      stateCode: 'endpoint_dead',
    });
    expect(bench.notices).toMatchObject([{ code: 'endpoint_dead', label: receiver.host }]);
  });

  it('is told once more after the death of a worker, with the same id', async () => {
    const { endpoint, secret } = await bench.create(receiver.url());
    const release: (() => void)[] = [];
    receiver.answers((response) => release.push(() => response.writeHead(200).end()));
    const [id] = await bench.happen();
    await bench.until('it is being told', () => receiver.received.length === 1);
    receiver.takes();
    await bench.killDrains();
    release[0]?.();
    await settled(1, endpoint.id);
    expect(receiver.verified(secret).map((one) => one.id)).toEqual([id, id]);
    await bench.quiet();
    expect(await bench.conservation(endpoint.id)).toEqual({ created: 1, settled: 1, open: 0 });
  });

  it('that is deleted gets nothing more, and its secrets are gone', async () => {
    const { endpoint } = await bench.create(receiver.url(), { headers: { A: 'secret-value' } });
    receiver.answersStatus(500);
    await bench.happen();
    await bench.until('it fails', async () => (await bench.endpoint(endpoint.id)).failures === 1);
    await bench.quiet();
    expect(await bench.run((tx) => bench.service.delete(tx, bench.ours, endpoint.id))).toBe(true);
    expect(await bench.states(endpoint.id)).toEqual({ cancelled: 1 });
    expect(await bench.run((tx) => bench.service.get(tx, bench.ours, endpoint.id))).toBeUndefined();
    expect(await bench.run((tx) => bench.service.delete(tx, bench.ours, endpoint.id))).toBe(false);
    const { rows } = await bench.superuser.query(
      `SELECT 1 FROM webhook_secret UNION ALL SELECT 1 FROM webhook_endpoint WHERE sealed_headers IS NOT NULL`,
    );
    expect(rows).toEqual([]);
  });

  it('of another organisation is neither seen nor changed, and hears nothing of ours', async () => {
    const { endpoint } = await bench.create(receiver.url());
    const { service, theirs } = bench;
    const foreign = <T>(work: Parameters<typeof bench.run<T>>[0]) => bench.run(work, theirs);
    expect(await foreign((tx) => service.list(tx, theirs, { limit: 10 }))).toEqual([]);
    expect(await foreign((tx) => service.rotate(tx, theirs, endpoint.id, 0))).toBeUndefined();
    expect(await foreign((tx) => service.disable(tx, theirs, endpoint.id))).toBeUndefined();
    // Under their tenancy the rows stay invisible even when our id is named.
    expect(await foreign((tx) => service.delete(tx, bench.ours, endpoint.id))).toBe(false);
    expect((await bench.endpoint(endpoint.id)).state).toBe('enabled');
  });
});

describe('a replay', () => {
  const since = new Date(0);
  const replayed = (id: string, more: object = {}) =>
    bench.run((tx) =>
      bench.replays.since(tx, bench.ours, id, { since, which: 'missed', dryRun: false, ...more }),
    );

  it('counts first, then tells what was missed while the endpoint was disabled, with the ids of the events', async () => {
    const { endpoint, secret } = await bench.create(receiver.url(), { eventTypes: ['commission_earned'] });
    await bench.superuser.query(`DELETE FROM event`);
    await bench.happen();
    await settled(1, endpoint.id);
    await bench.run((tx) => bench.service.disable(tx, bench.ours, endpoint.id));
    const missed = await bench.happen('commission_earned', 3);
    await bench.happen('payout_sent');
    expect(await replayed(endpoint.id)).toBe('disabled');
    bench.resolved.length = 0;
    await bench.run((tx) => bench.service.enable(tx, bench.ours, endpoint.id));
    expect(bench.resolved).toEqual([endpoint.id]);
    expect(await replayed(endpoint.id, { dryRun: true })).toEqual({ matched: 3, replayed: 0, remaining: 3 });
    expect(await replayed(endpoint.id, { expected: 2 })).toEqual({ matched: 3 });
    receiver.reset();
    expect(await replayed(endpoint.id, { expected: 3 })).toEqual({ matched: 3, replayed: 3, remaining: 0 });
    bench.outbox.wake([endpoint.id]);
    await settled(4, endpoint.id);
    expect(
      receiver
        .verified(secret)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...missed].sort());
    expect(await replayed(endpoint.id)).toEqual({ matched: 0, replayed: 0, remaining: 0 });
    expect(await replayed(endpoint.id, { which: 'all', dryRun: true })).toMatchObject({ matched: 4 });
  });

  it('of one message sends it again with the same id, and hurries one that waits', async () => {
    const { endpoint, secret } = await bench.create(receiver.url());
    const [id] = await bench.happen();
    await settled(1, endpoint.id);
    const delivery = async () => {
      const { rows } = await bench.superuser.query<{ id: string }>(
        `SELECT id FROM history WHERE connection_id = $1 UNION ALL SELECT id FROM delivery WHERE connection_id = $1`,
        [endpoint.id],
      );
      return rows.at(-1)!.id;
    };
    await bench.quiet();
    receiver.answersStatus(500);
    const settledOne = await delivery();
    expect(await bench.run((tx) => bench.replays.one(tx, bench.ours, endpoint.id, settledOne))).toEqual({
      eventId: id,
    });
    bench.outbox.wake([endpoint.id]);
    await bench.until('it fails', async () => (await bench.endpoint(endpoint.id)).failures === 1);
    await bench.quiet();
    receiver.takes();
    const waiting = await delivery();
    expect(await bench.run((tx) => bench.replays.one(tx, bench.ours, endpoint.id, waiting))).toEqual({
      eventId: id,
    });
    bench.outbox.wake([endpoint.id]);
    await settled(2, endpoint.id);
    expect(receiver.verified(secret).map((message) => message.id)).toEqual([id, id, id]);
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect(await bench.run((tx) => bench.replays.one(tx, bench.ours, endpoint.id, nobody))).toBe('not_found');
  });
});

describe('a test message', () => {
  it('is sent at once, shows the answer, and is no delivery', async () => {
    const { endpoint, secret } = await bench.create(receiver.url());
    receiver.answersStatus(418, {}, 'I am a teapot');
    const sent = await bench.tests.send(bench.ours, endpoint.id, {
      type: 'payout_sent',
      data: { amount: 1 },
    });
    expect(sent).toMatchObject({
      outcome: { kind: 'unavailable', code: 'endpoint_failed' },
      exchanges: [{ status: 418, responseBody: 'I am a teapot' }],
    });
    const [{ headers, body }] = receiver.received as [Receiver['received'][number]];
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
      type: 'payout_sent',
    });
    expect(headers['webhook-id']).toBe(sent?.messageId);
    expect(await bench.conservation(endpoint.id)).toEqual({ created: 0, settled: 0, open: 0 });
  });
});

import { createDataSource, Tenancy } from '@rekomi/database';
import { migratedTestDatabase } from '@rekomi/database/testing';
import type { DataSource, EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';

import { ProblemException } from '../problem/problem-exception.js';
import type { IdempotentCall } from './idempotent-call.js';
import { requestFingerprint } from './idempotency-key.js';
import { type Answer, IdempotentWork } from './idempotent-work.js';

let database: Awaited<ReturnType<typeof migratedTestDatabase>>;
let dataSource: DataSource;
let tenancy: Tenancy;
let idempotent: IdempotentWork;
const organizationId = newId();
const callerId = newId();

beforeAll(async () => {
  database = await migratedTestDatabase();
  dataSource = createDataSource({ url: database.appUrl, poolSize: 5, applicationName: 'test' });
  await dataSource.initialize();
  tenancy = new Tenancy(dataSource);
  await tenancy.run(organizationId, async (tx) => {
    await tx.query(`INSERT INTO organization (id, slug, name) VALUES ($1, 'acme', 'Acme')`, [organizationId]);
  });
});

beforeEach(() => {
  idempotent = new IdempotentWork(tenancy);
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

interface Recorded {
  readonly call: IdempotentCall;
  readonly answers: { status: number; headers: Readonly<Record<string, string>> }[];
}

function request(
  key: string | undefined,
  body: unknown = { name: 'Spring' },
  change: Partial<IdempotentCall> = {},
): Recorded {
  const answers: Recorded['answers'] = [];
  const call: IdempotentCall = {
    organizationId,
    callerId,
    route: 'POST /v1/campaigns',
    key,
    fingerprint: requestFingerprint('/v1/campaigns', body),
    answer: (status, headers) => answers.push({ status, headers }),
    ...change,
  };
  return { call, answers };
}

const campaigns = (): Promise<number> =>
  tenancy.run(organizationId, async (tx) => {
    const rows: { count: number }[] = await tx.query('SELECT count(*)::integer AS count FROM campaign');
    return rows[0]?.count ?? -1;
  });

const createCampaign = async (tx: EntityManager): Promise<Answer<{ id: string }>> => {
  const id = newId();
  await tx.query(`INSERT INTO campaign (id, organization_id, name, slug) VALUES ($1, $2, 'Spring', $3)`, [
    id,
    organizationId,
    id,
  ]);
  return { status: 201, body: { id } };
};

const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'no problem',
    (err: unknown) => (err instanceof ProblemException ? err.problem.code : String(err)),
  );

describe('a request with an Idempotency-Key', () => {
  it('sent twice happens once and gets the same answer', async () => {
    const before = await campaigns();
    const first = request(newId());
    const body = await idempotent.run(first.call, createCampaign);
    expect(first.answers).toEqual([{ status: 201, headers: {} }]);

    const again = request(first.call.key);
    expect(await idempotent.run(again.call, createCampaign)).toEqual(body);
    expect(again.answers).toEqual([{ status: 201, headers: { 'idempotency-replayed': 'true' } }]);
    expect(await campaigns()).toBe(before + 1);
  });

  it('sent with another body is refused', async () => {
    const { call } = request(newId());
    await idempotent.run(call, createCampaign);
    expect(await codeOf(idempotent.run(request(call.key, { name: 'Autumn' }).call, createCampaign))).toBe(
      'idempotency_key_reused',
    );
  });

  it('is another request on another route or of another caller', async () => {
    const before = await campaigns();
    const otherCaller = newId();
    const key = newId();
    await idempotent.run(request(key).call, createCampaign);
    await idempotent.run(request(key, {}, { route: 'POST /v1/other' }).call, createCampaign);
    await idempotent.run(request(key, {}, { callerId: otherCaller }).call, createCampaign);
    expect(await campaigns()).toBe(before + 3);
  });

  it('is told to wait while its first sending still runs, in this process or in another one', async () => {
    const { call } = request(newId());
    const otherProcess = new IdempotentWork(tenancy);
    const codes = await idempotent.run(call, async (tx) => {
      const body = [
        await codeOf(idempotent.run(request(call.key).call, createCampaign)),
        await codeOf(otherProcess.run(request(call.key).call, createCampaign)),
      ];
      await createCampaign(tx);
      return { status: 200, body };
    });
    expect(codes).toEqual(['idempotency_key_in_use', 'idempotency_key_in_use']);
  });

  it('that failed left nothing behind and can be sent again', async () => {
    const before = await campaigns();
    const { call } = request(newId());
    const failing = async (tx: EntityManager): Promise<Answer<unknown>> => {
      await createCampaign(tx);
      throw new Error('failed after the insert');
    };
    await expect(idempotent.run(call, failing)).rejects.toThrow('failed after the insert');
    expect(await campaigns()).toBe(before);
    await idempotent.run(request(call.key).call, createCampaign);
    expect(await campaigns()).toBe(before + 1);
  });

  it('asks the vendor first, and not again when it is repeated', async () => {
    let asked = 0;
    const ask = (): Promise<string> => Promise.resolve(`answer ${(asked += 1)}`);
    const work = (_tx: EntityManager, answer: string): Promise<Answer<string>> =>
      Promise.resolve({ status: 200, body: answer });
    const { call } = request(newId());
    expect(await idempotent.runPrepared(call, ask, work)).toBe('answer 1');
    expect(await idempotent.runPrepared(request(call.key).call, ask, work)).toBe('answer 1');
    expect(asked).toBe(1);
  });

  it('is repeated without the secret that was shown once, which is not stored', async () => {
    const { call } = request(newId());
    const work = (): Promise<Answer<{ secret: string | null }>> =>
      Promise.resolve({ status: 201, body: { secret: 'rk_shown_once' }, repeatBody: { secret: null } });
    expect(await idempotent.run(call, work)).toEqual({ secret: 'rk_shown_once' });
    expect(await idempotent.run(request(call.key).call, work)).toEqual({ secret: null });
    const stored = await tenancy.run(organizationId, (tx) =>
      tx.query<unknown>('SELECT body FROM idempotency_key'),
    );
    expect(JSON.stringify(stored)).not.toContain('rk_shown_once');
  });

  it('is a new request after 24 hours', async () => {
    const before = await campaigns();
    const { call } = request(newId());
    await idempotent.run(call, createCampaign);
    await tenancy.run(organizationId, (tx) =>
      tx.query(
        `UPDATE idempotency_key SET created_at = now() - interval '24 hours 1 second' WHERE key = $1`,
        [call.key],
      ),
    );
    const later = request(call.key, { name: 'Autumn' });
    await idempotent.run(later.call, createCampaign);
    expect(later.answers).toEqual([{ status: 201, headers: {} }]);
    await idempotent.run(request(call.key, { name: 'Autumn' }).call, createCampaign);
    expect(await campaigns()).toBe(before + 2);
  });

  it('of 20 sent at the same time happens once', async () => {
    const before = await campaigns();
    const key = newId();
    const codes = await Promise.all(
      Array.from({ length: 20 }, () =>
        codeOf(new IdempotentWork(tenancy).run(request(key).call, createCampaign)),
      ),
    );
    expect(await campaigns()).toBe(before + 1);
    expect(codes).toContain('no problem');
    expect(codes.filter((code) => code !== 'no problem' && code !== 'idempotency_key_in_use')).toEqual([]);
  });
});

describe('a request without one', () => {
  it('happens every time', async () => {
    const before = await campaigns();
    await idempotent.run(request(undefined).call, createCampaign);
    await idempotent.run(request(undefined).call, createCampaign);
    expect(await campaigns()).toBe(before + 2);
  });
});

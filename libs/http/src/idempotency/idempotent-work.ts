import { Injectable, Optional } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';
import type { EntityManager } from 'typeorm';

import { problem } from '../problem/problem-exception.js';
import { CommitWitness } from './commit-witness.js';
import type { IdempotentCall } from './idempotent-call.js';

/** Hours for which a key is remembered. */
export const IDEMPOTENCY_HOURS = 24;

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
  /** Stored, and answered to a repeat, in place of `body`: for bodies with a secret that is shown once. */
  readonly repeatBody?: Body;
}

interface StoredAnswer {
  readonly fingerprint: Buffer;
  readonly status: number;
  readonly body: unknown;
}

/**
 * Work that a caller may ask for twice and that happens once. The answer is stored in the transaction of the effect;
 * a repeat with the same `Idempotency-Key` gets it back with the header `Idempotency-Replayed: true`. What fails
 * stores nothing, so it can be tried again with the same key.
 */
@Injectable()
export class IdempotentWork {
  /** Keys whose preparation or work runs in this process. */
  readonly #running = new Set<string>();

  constructor(
    private readonly tenancy: Tenancy,
    @Optional() private readonly witness?: CommitWitness,
  ) {}

  /**
   * Runs `work` in one transaction of the caller's organisation and sets the answer's status.
   *
   * @returns the body to answer with.
   * @throws ProblemException `idempotency_key_in_use`, `idempotency_key_reused`
   */
  run<Body>(call: IdempotentCall, work: (tx: EntityManager) => Promise<Answer<Body>>): Promise<Body> {
    return this.#oneAtATime(call, (lock) => this.#commit(call, lock, work));
  }

  /**
   * Like {@link run}, for work that first has to call a vendor, which must not happen inside a transaction: `prepare`
   * runs before it, and not at all for a repeat. A repeat that comes while another process prepares is prepared as well,
   * and then gets the first one's answer.
   */
  runPrepared<Prepared, Body>(
    call: IdempotentCall,
    prepare: () => Promise<Prepared>,
    work: (tx: EntityManager, prepared: Prepared) => Promise<Answer<Body>>,
  ): Promise<Body> {
    return this.#oneAtATime(call, async (lock) => {
      const { key } = call;
      if (key !== undefined) {
        const first = await this.tenancy.run(call.organizationId, (tx) => find<Body>(tx, call, key));
        if (first !== undefined) return this.#replay(call, first);
      }
      const prepared = await prepare();
      return this.#commit(call, lock, (tx) => work(tx, prepared));
    });
  }

  /**
   * For PATCH, PUT and DELETE, which need no key because doing them twice is doing them once: one transaction, seen by
   * the witness.
   */
  async change<Result>(
    organizationId: string,
    work: (tx: EntityManager) => Promise<Result>,
  ): Promise<Result> {
    const result = await this.tenancy.run(organizationId, async (tx) => {
      const done = await work(tx);
      await this.witness?.effected(tx, organizationId, done);
      return done;
    });
    this.witness?.settled();
    return result;
  }

  async #commit<Body>(
    call: IdempotentCall,
    lock: string,
    work: (tx: EntityManager) => Promise<Answer<Body>>,
  ): Promise<Body> {
    const { key, organizationId } = call;
    if (key === undefined) {
      return this.#reply(
        call,
        await this.tenancy.run(organizationId, (tx) => this.#witnessed(tx, call, work)),
      );
    }
    const done = await this.tenancy.run(organizationId, async (tx) => {
      await claim(tx, lock);
      const first = await find<Body>(tx, call, key);
      if (first !== undefined) return { answer: first, repeated: true };
      const answer = await this.#witnessed(tx, call, work);
      await store(tx, call, key, answer);
      return { answer, repeated: false };
    });
    return done.repeated ? this.#replay(call, done.answer) : this.#reply(call, done.answer);
  }

  async #witnessed<Body>(
    tx: EntityManager,
    call: IdempotentCall,
    work: (tx: EntityManager) => Promise<Answer<Body>>,
  ): Promise<Answer<Body>> {
    const answer = await work(tx);
    await this.witness?.effected(tx, call.organizationId, answer.body);
    return answer;
  }

  #reply<Body>(call: IdempotentCall, answer: Answer<Body>): Body {
    this.witness?.settled();
    call.answer(answer.status, {});
    return answer.body;
  }

  #replay<Body>(call: IdempotentCall, answer: Answer<Body>): Body {
    this.witness?.settled();
    call.answer(answer.status, { 'idempotency-replayed': 'true' });
    return answer.body;
  }

  async #oneAtATime<Body>(call: IdempotentCall, inside: (lock: string) => Promise<Body>): Promise<Body> {
    const lock = JSON.stringify(['idempotency', call.callerId, call.route, call.key]);
    if (call.key === undefined) return inside(lock);
    if (this.#running.has(lock)) throw stillRunning();
    this.#running.add(lock);
    try {
      return await inside(lock);
    } finally {
      this.#running.delete(lock);
    }
  }
}

async function claim(tx: EntityManager, lock: string): Promise<void> {
  const rows: { free: boolean }[] = await tx.query(
    'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS free',
    [lock],
  );
  if (rows[0]?.free !== true) throw stillRunning();
}

async function find<Body>(
  tx: EntityManager,
  call: IdempotentCall,
  key: string,
): Promise<Answer<Body> | undefined> {
  const rows: StoredAnswer[] = await tx.query(
    `SELECT fingerprint, status, body FROM idempotency_key
     WHERE caller_id = $1 AND route = $2 AND key = $3 AND created_at > now() - make_interval(hours => $4)`,
    [call.callerId, call.route, key, IDEMPOTENCY_HOURS],
  );
  const stored = rows[0];
  if (stored === undefined) return undefined;
  if (!stored.fingerprint.equals(call.fingerprint)) {
    throw problem('idempotency_key_reused', {
      errors: [
        {
          header: 'Idempotency-Key',
          code: 'idempotency_key_reused',
          detail: 'This key came with another body or address before. Use a fresh one.',
        },
      ],
    });
  }
  // What was stored is what `work` returned for this very route and fingerprint.
  return { status: stored.status, body: stored.body as Body };
}

async function store<Body>(
  tx: EntityManager,
  call: IdempotentCall,
  key: string,
  answer: Answer<Body>,
): Promise<void> {
  const body = answer.repeatBody ?? answer.body;
  // A row can only be in the way when it is too old to count.
  await tx.query(
    `INSERT INTO idempotency_key (organization_id, caller_id, route, key, fingerprint, status, body)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (organization_id, caller_id, route, key) DO UPDATE SET
       fingerprint = excluded.fingerprint, status = excluded.status, body = excluded.body, created_at = now()`,
    [
      call.organizationId,
      call.callerId,
      call.route,
      key,
      call.fingerprint,
      answer.status,
      body === undefined ? null : JSON.stringify(body),
    ],
  );
}

function stillRunning(): Error {
  return problem('idempotency_key_in_use', { headers: { 'retry-after': '1' } });
}

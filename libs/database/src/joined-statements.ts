import type { ClientBase } from 'pg';
import type { EntityManager, QueryRunner } from 'typeorm';

/** As TypeORM begins, ends and divides a transaction. */
const BEGIN = 'START TRANSACTION';
const COMMIT = 'COMMIT';
const ROLLBACK = 'ROLLBACK';
const ENTERS = /^SAVEPOINT /;
const LEAVES = /^(?:RELEASE|ROLLBACK TO) SAVEPOINT /;

interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

type Query = (sql: string, ...rest: unknown[]) => Promise<unknown>;

const joined = new WeakMap<QueryRunner, JoinedStatements>();

/**
 * Lets the transactions of a runner take fewer ways to the server and back: what begins one goes with its first statement,
 * and what {@link runLast} was given goes with its commit. Each way costs both sides more than a short statement does.
 *
 * @param begin what begins a transaction, in place of TypeORM's words.
 */
export function joinStatements(runner: QueryRunner, begin: string): QueryRunner {
  const own = new JoinedStatements(runner, begin, runner.query.bind(runner) as Query);
  joined.set(runner, own);
  runner.query = own.query.bind(own) as typeof runner.query;
  return runner;
}

/**
 * Runs a statement at the end of its transaction, on the way of the commit. For statements whose result nobody needs: when
 * it fails, the commit fails with its error and nothing of the transaction is done.
 */
export async function runLast(tx: EntityManager, sql: string, parameters: readonly unknown[]): Promise<void> {
  const own = tx.queryRunner === undefined ? undefined : joined.get(tx.queryRunner);
  if (own?.keep({ sql, parameters }) !== true) await tx.query(sql, [...parameters]);
}

class JoinedStatements {
  /** The caller's transaction has begun, the server's begins with the first statement. */
  #isUnsent = false;
  #savepoints = 0;
  readonly #last: Statement[] = [];

  constructor(
    private readonly runner: QueryRunner,
    private readonly begin: string,
    private readonly send: Query,
  ) {}

  /** @returns false where it has to run at once, because a savepoint that is undone must undo it as well. */
  keep(statement: Statement): boolean {
    if (this.#savepoints > 0) return false;
    this.#last.push(statement);
    return true;
  }

  async query(sql: string, ...rest: unknown[]): Promise<unknown> {
    if (sql === BEGIN) {
      this.#isUnsent = true;
      return [];
    }
    if (ENTERS.test(sql)) this.#savepoints += 1;
    if (LEAVES.test(sql)) this.#savepoints -= 1;
    if (sql !== COMMIT && sql !== ROLLBACK) return this.#together([], sql, rest);
    const kept = this.#last.splice(0);
    const last = sql === COMMIT ? kept : [];
    if (this.#isUnsent && last.length === 0) {
      this.#isUnsent = false;
      return [];
    }
    return this.#together(last, sql, rest);
  }

  /** One after the other without waiting for an answer; an error undoes the transaction, whatever comes after it. */
  async #together(before: readonly Statement[], sql: string, rest: readonly unknown[]): Promise<unknown> {
    const begins = this.#isUnsent;
    this.#isUnsent = false;
    if (!begins && before.length === 0) return this.send(sql, ...rest);
    const client = (await this.runner.connect()) as ClientBase;
    const sent: Promise<unknown>[] = [];
    if (begins) sent.push(client.query(this.begin));
    for (const statement of before) sent.push(client.query(statement.sql, [...statement.parameters]));
    sent.push(this.send(sql, ...rest));
    const answers = await Promise.all(sent);
    return answers.at(-1);
  }
}

import { Injectable } from '@nestjs/common';
import { sqlState } from '@rekomi/database';
import { problem } from '@rekomi/http';
import { COUNTED_AT_MOST, EngineCensus } from '@rekomi/sync';

import { Databases } from '../database/databases.js';
import { ProcessMetrics } from './process-metrics.js';
import { SharedAnswer } from './shared-answer.js';

const KEPT_MS = 1_000;
/** Prometheus itself gives up after ten seconds unless told. */
const PATIENCE_MS = 8_000;
const NO_SUCH_FUNCTION = '42883';

/** What a scrape is answered with. */
@Injectable()
export class MetricsText {
  readonly #engine: SharedAnswer<string>;

  constructor(
    databases: Databases,
    private readonly process: ProcessMetrics,
  ) {
    let census: EngineCensus | undefined;
    this.#engine = new SharedAnswer(async () => {
      census ??= new EngineCensus(databases.any);
      const { engineMetrics } = await import('./engine-metrics.js');
      return engineMetrics(await census.take(), COUNTED_AT_MOST);
    }, KEPT_MS);
  }

  /** @throws ProblemException `database_unavailable` when the database gives no answer in time. */
  async text(): Promise<string> {
    const engine = await withinPatience(this.#engine.get()).catch((err: unknown) => {
      if (sqlState(err) !== NO_SUCH_FUNCTION) throw err;
      throw problem('unavailable', {
        detail: 'The schema is not up to date. Run the migrations.',
        cause: err,
      });
    });
    return `${engine}\n${await this.process.text()}`;
  }
}

async function withinPatience<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(problem('database_unavailable', { headers: { 'retry-after': '2' } }));
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

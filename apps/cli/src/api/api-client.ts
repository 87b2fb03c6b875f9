import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { CliFailure } from '../cli-failure.js';
import { ApiProblem } from './api-problem.js';

export interface ApiClientOptions {
  /** Without `/v1`. */
  readonly url: string;
  readonly apiKey: string;
  /** Ends whatever is under way. */
  readonly signal?: AbortSignal;
  /** Milliseconds before the second try; grows with every further one. */
  readonly patienceMs?: number;
}

export interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
}

type Query = Readonly<Record<string, string | number | undefined>>;

const TRIES = 5;
/** A server that was killed is back after some seconds; this waits for about half a minute. */
const TRIES_AFTER_AN_ANSWER = 30;
/** The longest wait between two tries, as a multiple of the first. */
const LONGEST_PATIENCE = 3;
const ANSWER_WITHIN_MS = 60_000;
const LONGEST_WAIT_MS = 65_000;
const PAGE_ROWS = 200;

/**
 * The REST API under `/v1`. Each POST carries an idempotency key of its own, so a request whose answer got lost is
 * repeated without doing anything twice.
 */
export class ApiClient {
  #hasAnswered = false;

  constructor(private readonly options: ApiClientOptions) {}

  get<T>(path: string, query: Query = {}): Promise<T> {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) parameters.set(name, String(value));
    }
    const text = parameters.toString();
    return this.#request<T>('GET', text === '' ? path : `${path}?${text}`);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#request<T>('POST', path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#request<T>('PUT', path, body);
  }

  /** Every row of a list, page by page, as long as the caller wants more. */
  async *rows<T>(path: string, query: Query = {}): AsyncGenerator<T, void, undefined> {
    const limit = path.endsWith('/audiences') ? undefined : PAGE_ROWS;
    let cursor: string | null = null;
    do {
      const page: Page<T> = await this.get(path, { limit, ...query, cursor: cursor ?? undefined });
      yield* page.data;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  async #request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers = {
      accept: 'application/json',
      authorization: `Bearer ${this.options.apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
    };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    for (let tries = 1; ; tries += 1) {
      const exchange = await this.#exchange(path, init).catch((err: unknown) =>
        this.#unreachable(err, tries),
      );
      if (exchange === undefined) {
        const patience = this.options.patienceMs ?? 400;
        await this.#wait(Math.min(patience * tries, patience * LONGEST_PATIENCE));
        continue;
      }
      const { response, answer } = exchange;
      this.#hasAnswered = true;
      if (response.ok) return answer as T;
      const wait = retryAfterMs(response);
      if (wait === undefined || tries >= TRIES) throw ApiProblem.from(response.status, answer);
      await this.#wait(wait);
    }
  }

  /** The whole answer: a server that dies half way through it has not answered. */
  async #exchange(path: string, init: RequestInit): Promise<{ response: Response; answer: unknown }> {
    const response = await this.#send(path, init);
    return { response, answer: await readJson(response) };
  }

  #send(path: string, init: RequestInit): Promise<Response> {
    const late = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const { signal, url } = this.options;
    return fetch(`${url}/v1/${path}`, {
      ...init,
      signal: signal === undefined ? late : AbortSignal.any([signal, late]),
    });
  }

  /** @returns undefined when another try is worth it. */
  #unreachable(err: unknown, tries: number): undefined {
    this.options.signal?.throwIfAborted();
    const reason = reasonOf(err);
    // Whoever answered before is being restarted; whoever never did is not there.
    if (this.#hasAnswered) {
      if (tries < TRIES_AFTER_AN_ANSWER) return undefined;
      throw new CliFailure(
        `The API at ${this.options.url} stopped answering (${reason}).`,
        'Start it again with: npm start. Then repeat the command: what was done already is not done again.',
      );
    }
    if (tries < TRIES && reason !== 'ECONNREFUSED') return undefined;
    throw new CliFailure(
      `The API at ${this.options.url} does not answer (${reason}).`,
      'Start it with: npm start. If it runs elsewhere, give its address with --url or REKOMI_URL.',
    );
  }

  #wait(ms: number): Promise<unknown> {
    const { signal } = this.options;
    return sleep(ms, undefined, signal === undefined ? {} : { signal });
  }
}

function reasonOf(err: unknown): string {
  if (!(err instanceof Error)) return String(err);
  if (err.name === 'TimeoutError') return `no answer within ${ANSWER_WITHIN_MS / 1000} s`;
  const { cause } = err;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error ? cause.message : err.message;
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Undefined for an answer that stays the same when it is asked for again. */
function retryAfterMs(response: Response): number | undefined {
  if (response.status !== 429 && response.status !== 503) return undefined;
  const seconds = Number(response.headers.get('retry-after') ?? 1);
  return Math.min(LONGEST_WAIT_MS, Number.isFinite(seconds) ? Math.max(0, seconds) * 1000 : 1000);
}

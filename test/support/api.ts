import { randomUUID } from 'node:crypto';

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined when the answer has no body. */
  readonly body: Body;
}

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is, in place of a body in JSON. */
  readonly raw?: string;
}

/** The REST API under `/v1`, as a customer's program would call it. */
export class Api {
  constructor(
    private readonly url: () => string,
    readonly apiKey: string | undefined,
  ) {}

  get<Body = Record<string, unknown>>(path: string, options?: CallOptions): Promise<Answer<Body>> {
    return this.call('GET', path, undefined, options);
  }

  post<Body = Record<string, unknown>>(
    path: string,
    body?: unknown,
    options: CallOptions = {},
  ): Promise<Answer<Body>> {
    return this.call('POST', path, body, {
      ...options,
      headers: { 'idempotency-key': randomUUID(), ...options.headers },
    });
  }

  put<Body = Record<string, unknown>>(
    path: string,
    body: unknown,
    options?: CallOptions,
  ): Promise<Answer<Body>> {
    return this.call('PUT', path, body, options);
  }

  patch<Body = Record<string, unknown>>(
    path: string,
    body: unknown,
    options?: CallOptions,
  ): Promise<Answer<Body>> {
    return this.call('PATCH', path, body, options);
  }

  delete<Body = Record<string, unknown>>(path: string, options?: CallOptions): Promise<Answer<Body>> {
    return this.call('DELETE', path, undefined, options);
  }

  /** The body of a call that has to succeed. @throws Error with the whole answer when it does not */
  async must<Body = Record<string, unknown>>(call: Promise<Answer<Body>>): Promise<Body> {
    const { status, body } = await call;
    if (status >= 200 && status < 300) return body;
    throw new Error(`The API answered ${status}: ${JSON.stringify(body, null, 2)}`);
  }

  /** Every row of a list, page by page. */
  async all<Row>(path: string): Promise<readonly Row[]> {
    const rows: Row[] = [];
    let cursor: string | null = null;
    do {
      const mark = path.includes('?') ? '&' : '?';
      const at: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { data: Row[]; nextCursor: string | null } = await this.must(
        this.get(`${path}${mark}limit=200${at}`),
      );
      rows.push(...page.data);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return rows;
  }

  /** @param path under `/v1`, or from the root when it begins with a slash */
  async call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    { headers = {}, raw }: CallOptions = {},
  ): Promise<Answer<Body>> {
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${this.url()}${path.startsWith('/') ? path : `/v1/${path}`}`, {
      method,
      headers: {
        ...(this.apiKey === undefined ? {} : { authorization: `Bearer ${this.apiKey}` }),
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: content }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text) as Body };
  }
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

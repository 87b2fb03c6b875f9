import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { jest } from '@jest/globals';

import { CliFailure } from '../cli-failure.js';
import { ApiClient } from './api-client.js';

describe('the client of the API', () => {
  let server: Server;
  let url: string;
  let requests: { method: string; url: string; key: string | undefined; authorization: string | undefined }[];
  let answer: (request: IncomingMessage, response: ServerResponse) => void;

  beforeEach(async () => {
    requests = [];
    server = createServer((request, response) => {
      const { headers, method = '', url: path = '' } = request;
      const key = headers['idempotency-key'];
      requests.push({ method, url: path, key: String(key), authorization: headers.authorization });
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const client = () => new ApiClient({ url, apiKey: 'rk_test_key', patienceMs: 1 });
  const json = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

  it('repeats a POST whose answer got lost with the same idempotency key', async () => {
    answer = (request, response) => {
      if (requests.length === 1) request.socket.destroy();
      else json(response, 201, { id: 'c1' });
    };
    expect(await client().post('campaigns', { name: 'x' })).toEqual({ id: 'c1' });
    expect(requests).toHaveLength(2);
    expect(requests[0]?.key).toMatch(/^[0-9a-f-]{36}$/);
    expect(requests[1]?.key).toBe(requests[0]?.key);
    expect(requests[1]?.authorization).toBe('Bearer rk_test_key');
  });

  it('waits as it is told when it asks too often', async () => {
    answer = (_request, response) =>
      requests.length === 1
        ? json(response, 429, {}, { 'retry-after': '0' })
        : json(response, 200, { data: [], nextCursor: null });
    expect(await client().get('connections')).toEqual({ data: [], nextCursor: null });
  });

  it('reads lists to the last page', async () => {
    answer = (request, response) => {
      const last = request.url?.includes('cursor=two') ?? false;
      json(response, 200, last ? { data: [3], nextCursor: null } : { data: [1, 2], nextCursor: 'two' });
    };
    const rows: number[] = [];
    for await (const row of client().rows<number>('affiliates', { campaign: 'a b' })) rows.push(row);
    expect(rows).toEqual([1, 2, 3]);
    expect(requests.map((request) => request.url)).toEqual([
      '/v1/affiliates?limit=200&campaign=a+b',
      '/v1/affiliates?limit=200&campaign=a+b&cursor=two',
    ]);
  });

  it('hands on a refusal with its code, its fix and the field, without repeating it', async () => {
    const errors = [{ pointer: '#/name', code: 'invalid_value', detail: 'A name has 1 to 200 characters.' }];
    answer = (_request, response) =>
      json(response, 400, { code: 'validation_failed', detail: 'Not acceptable', fix: 'Mend it.', errors });
    await expect(client().post('campaigns', {})).rejects.toMatchObject({
      ...{ status: 400, code: 'validation_failed', detail: 'Not acceptable', fix: 'Mend it.', errors },
    });
    expect(requests).toHaveLength(1);
  });

  it('takes a page of a proxy for what it is', async () => {
    answer = (_request, response) => response.writeHead(502).end('<html>Bad Gateway</html>');
    await expect(client().get('connections')).rejects.toMatchObject({ code: 'http_502' });
  });

  it('says what to do when nothing listens there', async () => {
    const gone = new ApiClient({ url: 'http://127.0.0.1:9', apiKey: 'k', patienceMs: 1 });
    const failure = await gone.get('connections').catch((err: unknown) => err);
    expect(failure).toBeInstanceOf(CliFailure);
    expect((failure as CliFailure).remedy).toMatch(/npm start/);
  });

  it('waits for a server that answered before and is being started again', async () => {
    answer = (_request, response) => json(response, 200, { n: requests.length });
    const patient = client();
    expect(await patient.get('first')).toEqual({ n: 1 });
    const { port } = server.address() as AddressInfo;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const tries = jest.spyOn(globalThis, 'fetch');
    let isOver = false;
    const second = patient
      .get('second')
      .catch((err: unknown) => err)
      .finally(() => (isOver = true));
    // More tries than a server gets that never answered.
    while (!isOver && tries.mock.calls.length < 7) await new Promise(setImmediate);
    tries.mockRestore();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    expect(await second).toEqual({ n: 2 });
  });

  it('says that repeating is safe when a server that answered before stays away', async () => {
    answer = (_request, response) => json(response, 200, {});
    const patient = client();
    await patient.get('first');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(patient.get('second')).rejects.toThrow(/stopped answering/);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  it('ends at once when it is interrupted', async () => {
    const interrupt = new AbortController();
    answer = () => interrupt.abort();
    const { signal } = interrupt;
    const asking = new ApiClient({ url, apiKey: 'k', signal }).get('connections');
    await expect(asking).rejects.toMatchObject({ name: 'AbortError' });
    expect(requests).toHaveLength(1);
  });
});

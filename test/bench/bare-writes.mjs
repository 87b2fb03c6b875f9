// The ceilings of sending one by one: the requests that the product sends for a changed person, in a loop with as many at
// once, nothing claimed, checked, recorded or settled. Once with bare undici, once with axios on top of it, as many build it.
import axios, { AxiosHeaders } from 'axios';
import { Pool } from 'undici';

/** @returns `undici` and `axios`, each a function that sends `contacts` requests */
export function bareWrites(sandboxUrl, workspace, concurrency) {
  const pool = new Pool(sandboxUrl, { connections: concurrency, pipelining: 1 });
  const authorization = `Basic ${Buffer.from(`${workspace.siteId}:${workspace.trackApiKey}`).toString('base64')}`;
  const request = (number, mark) => {
    const email = `person${number}@example.com`;
    return {
      path: `/track.customer.io/api/v1/customers/${encodeURIComponent(email)}`,
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({
        email,
        first_name: 'Ada',
        last_name: `Number${number} ${mark}`,
        created_at: 1_700_000_000,
        rekomi_tags: 'Rekomi affiliate',
        rekomi_status: 'approved',
      }),
    };
  };
  const client = axios.create({
    adapter: async (config) => {
      const answer = await pool.request({
        path: config.url,
        method: config.method.toUpperCase(),
        headers: config.headers.toJSON(),
        body: config.data,
      });
      const data = Buffer.from(await answer.body.arrayBuffer());
      return {
        data,
        status: answer.statusCode,
        statusText: '',
        headers: new AxiosHeaders(),
        config,
        request: undefined,
      };
    },
  });
  const ways = {
    async undici(number, mark) {
      const { statusCode, body } = await pool.request(request(number, mark));
      await body.text();
      if (statusCode !== 200) throw new Error(`The bare loop was answered ${statusCode}.`);
    },
    async axios(number, mark) {
      const { path, method, headers, body } = request(number, mark);
      const { data } = await client.request({ url: path, method, headers, data: body });
      JSON.parse(data.toString('utf8') || '{}');
    },
  };
  return {
    send: (way, contacts, mark) => atOnce(contacts, concurrency, (number) => ways[way](number, mark)),
    close: () => pool.close(),
  };
}

async function atOnce(times, concurrency, work) {
  let next = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < times) await work(next++);
    }),
  );
}

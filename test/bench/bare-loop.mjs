// The ceiling: axios with a keep-alive agent in a loop, the same calls, nothing stored, nothing checked.
import http from 'node:http';

import axios from 'axios';

/** @returns contacts per second */
export async function bareAxiosLoop(sandboxUrl, workspace, contacts, concurrency, prefix) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency });
  const client = axios.create({
    baseURL: `${sandboxUrl}/track.customer.io`,
    httpAgent: agent,
    auth: { username: workspace.siteId, password: workspace.trackApiKey },
  });
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < contacts) {
        const number = next++;
        const email = `${prefix}${number}@example.com`;
        await client.put(`/api/v1/customers/${encodeURIComponent(email)}`, {
          email,
          first_name: 'Ada',
          last_name: `Number${number}`,
          created_at: 1_700_000_000,
          rekomi_tags: 'Rekomi affiliate',
          rekomi_status: 'approved',
        });
        // What an approval sends besides the person.
        await client.post(`/api/v1/customers/${encodeURIComponent(email)}/events`, {
          name: 'affiliate_approved',
          timestamp: 1_700_000_000,
          data: { campaign: 'bench', campaign_name: 'Bench' },
        });
      }
    }),
  );
  agent.destroy();
  return contacts / ((performance.now() - started) / 1_000);
}

import type { ApiClient } from '../api/api-client.js';
import type { Audience, Campaign, Connection, Destination } from '../api/answers.js';
import type { Terminal } from '../terminal/terminal.js';

/** The campaign with this name, created when there is none. */
export async function chooseCampaign(api: ApiClient, name: string, terminal: Terminal): Promise<Campaign> {
  for await (const campaign of api.rows<Campaign>('campaigns')) {
    if (campaign.name === name || campaign.slug === name) {
      terminal.step(`Campaign: ${campaign.name}`);
      return campaign;
    }
  }
  const created = await api.post<Campaign>('campaigns', { name });
  terminal.step(`Campaign: ${created.name}, created just now`);
  return created;
}

/**
 * Makes the campaign send to the connection. One that does already keeps its audience unless another was asked for:
 * somebody may have chosen it.
 *
 * @returns whether anything was written
 */
export async function sendTo(
  api: ApiClient,
  campaign: Campaign,
  connection: Connection,
  audience: { readonly chosen: Audience | undefined; readonly askedFor: boolean },
): Promise<boolean> {
  const path = `campaigns/${campaign.id}/destinations`;
  const { data } = await api.get<{ readonly data: readonly Destination[] }>(path);
  const ours = data.find((destination) => destination.connection.id === connection.id);
  if (ours?.enabled === true && !audience.askedFor) return false;
  const { chosen } = audience;
  const named = chosen?.name === '' ? { id: chosen.id } : chosen;
  await api.put(`${path}/${connection.id}`, {
    ...(named === undefined ? {} : { audience: named }),
  });
  return true;
}

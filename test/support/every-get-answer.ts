import { describedRoutes, filledPath } from './described-routes.js';
import type { FurnishedOrganization } from './furnished-organization.js';
import type { Product } from './product.js';

/**
 * What every GET route of the document answers an owner, headers included, by its path.
 *
 * @param more further ids of collections, beside those of the organisation
 * @throws Error when one does not answer 200
 */
export async function everyGetAnswer(
  product: Product,
  { owner, ids, slug, campaign }: FurnishedOrganization,
  more: Readonly<Record<string, readonly string[]>> = {},
): Promise<ReadonlyMap<string, string>> {
  const answers = new Map<string, string>();
  for (const route of await describedRoutes(product.api(undefined))) {
    if (route.method !== 'GET') continue;
    const collection = /\/v1\/([a-z-]+)\/\{/.exec(route.path)?.[1] ?? '';
    const own = { ...ids, slug: 'customer-io' };
    const all = [own, ...(more[collection] ?? []).map((id) => ({ ...own, [collection]: id }))];
    // What lies below another thing lies below that one alone.
    const isBelow = route.path.split('{').length > 2;
    for (const one of isBelow ? [own] : all) {
      const path = route.path.startsWith('/p/') ? `/p/${slug}/${campaign.slug}.json` : filledPath(route, one);
      const { status, headers, body } = await owner.get(path);
      if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(body)}`);
      const former = answers.get(route.path) ?? '';
      answers.set(route.path, `${former}\n${JSON.stringify([...headers])}\n${JSON.stringify(body)}`);
    }
  }
  return answers;
}

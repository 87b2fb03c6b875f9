import { readFile } from 'node:fs/promises';

/** From sources and from the build alike: both lie in a folder beside `package.json`. */
const PROVIDERS = new URL('../../providers/', import.meta.url);

/** The merchant's guide to a vendor, Markdown. @param slug of a provider that exists. */
export function readProviderGuide(slug: string): Promise<string> {
  return readFile(new URL(`${slug}/guide.md`, PROVIDERS), 'utf8');
}

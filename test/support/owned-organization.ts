import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import type { Api } from './api.js';
import { Browser } from './browser.js';
import type { Product } from './product.js';

const COMMAND = path.resolve('apps/server/dist/account-link.js');

export interface OwnedOrganization {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly person: { readonly name: string; readonly email: string; readonly password: string };
  /** Of the link that its first owner came in by. */
  readonly firstOwnerToken: string;
  readonly owner: Browser;
  readonly apiKey: string;
  readonly api: Api;
}

/** A new organisation as in life: by the operator's command, its one-time link, and a key that its owner makes. */
export async function ownedOrganization(
  product: Product,
  name: string,
  password = 'seven purple lanterns sing',
): Promise<OwnedOrganization> {
  const url = (): string => product.url;
  const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, 'organization', name], {
    env: { PATH: process.env['PATH'] ?? '', DATABASE_URL: product.runtimeUrl },
  });
  const firstOwnerToken = stdout.trim().split('/').at(-1) ?? '';
  const email = `owner@${name.toLowerCase().replace(/\W+/g, '-')}.example`;
  const person = { name: `Olga of ${name}`, email, password };
  const owner = await Browser.firstOwner(url, firstOwnerToken, person);
  const { id, slug } = await owner.must<{ id: string; slug: string }>(owner.get('organization'));
  const { secret } = await owner.must<{ secret: string }>(
    owner.post('api-keys', { name: `Key of ${name}`, environment: 'test', scope: 'read_write' }),
  );
  return { id, name, slug, person, firstOwnerToken, owner, apiKey: secret, api: product.api(secret) };
}

import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { fixedHosts, type CrmProvider } from '@rekomi/provider-contract';
import { readdirSync } from 'node:fs';
import { EMULATORS } from './emulators.js';
import { ProviderRegistry, ProviderRegistryModule } from './index.js';

const folders = readdirSync(new URL('../../providers/', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['dist', 'node_modules'].includes(entry.name))
  .map(({ name }) => name)
  .sort();

async function registry(): Promise<ProviderRegistry> {
  const app = await NestFactory.createApplicationContext(ProviderRegistryModule, { logger: false });
  return app.get(ProviderRegistry);
}

describe('The provider registry', () => {
  it('knows every folder, by its slug', async () => {
    const providers = await registry();
    expect(providers.manifests().map(({ slug }) => slug)).toEqual(folders);
    expect(providers.all().map(({ manifest }) => manifest.slug)).toEqual(folders);
    for (const slug of folders) expect(providers.get(slug).manifest.slug).toBe(slug);
  });

  it('has no provider for an unknown slug', async () => {
    const providers = await registry();
    expect(providers.find('nobody')).toBeUndefined();
    expect(() => providers.get('nobody')).toThrow('nobody');
  });

  it('does not take two providers of one slug', () => {
    const provider = { manifest: { slug: 'twice' } } as CrmProvider;
    expect(() => new ProviderRegistry([provider, provider])).toThrow('same slug');
  });

  it('has an emulator for every provider, which answers for the same hosts', async () => {
    const providers = await registry();
    expect([...EMULATORS.keys()].sort()).toEqual(folders);
    for (const [slug, create] of EMULATORS) {
      const emulator = create({ now: () => 0, journal: { replay: () => [], append: () => undefined } });
      expect(emulator.slug).toBe(slug);
      const { manifest } = providers.get(slug);
      const shapes = (manifest.accountHosts ?? []).map(({ suffix }) => `*${suffix}`);
      expect([...emulator.hosts].sort()).toEqual([...fixedHosts(manifest), ...shapes].sort());
    }
  });
});

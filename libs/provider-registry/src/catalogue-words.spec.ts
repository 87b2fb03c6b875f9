import 'reflect-metadata';

import { NestFactory } from '@nestjs/core';
import type { ProviderManifest } from '@rekomi/provider-contract';

import {
  catalogueWords,
  paceText,
  ProviderRegistry,
  ProviderRegistryModule,
  readProviderGuide,
} from './index.js';

async function manifests(): Promise<readonly ProviderManifest[]> {
  const app = await NestFactory.createApplicationContext(ProviderRegistryModule, { logger: false });
  return app.get(ProviderRegistry).manifests();
}

describe('The catalogue', () => {
  it('tells of every vendor what its audiences, events, tags, consent and limits are', async () => {
    for (const manifest of await manifests()) {
      const words = catalogueWords(manifest);
      expect(words.map(({ topic }) => topic)).toEqual(
        expect.arrayContaining(['audience', 'events', 'tags', 'consent', 'bulk', 'receipts', 'removal']),
      );
      for (const { text } of words) expect(text).toMatch(/^\S.*\.$/s);
      for (const limit of Object.values(manifest.limits)) expect(paceText(limit)).not.toContain('NaN');
    }
  });

  it('tells what stands in for events where a vendor has none', async () => {
    for (const manifest of await manifests()) {
      const { capabilities, slug } = manifest;
      const { events, eventSubstitute = '' } = capabilities;
      if (events === 'tag' || events === 'attribute') expect([slug, eventSubstitute]).not.toEqual([slug, '']);
      if (events === 'none') expect([slug, eventSubstitute]).toEqual([slug, '']);
      const told = catalogueWords(manifest).find(({ topic }) => topic === 'events')?.text;
      expect(told).toContain(eventSubstitute);
    }
  });

  it('tells the pace, further allowances, and what the vendor would allow', () => {
    const second = { requests: 3, perMs: 1000, kind: 'fixed' } as const;
    const minute = { requests: 60, perMs: 60_000, kind: 'fixed' } as const;
    const limit = { ceiling: second, usual: second, concurrency: 1, timeoutMs: 1, source: '' };
    expect(paceText(limit)).toBe('3 requests a second');
    expect(paceText({ ...limit, quotas: [minute] })).toBe('3 requests a second, and 60 a minute');
    expect(paceText({ ...limit, usual: { ...second, requests: 1 } })).toBe(
      '1 request a second (the vendor allows 3 a second)',
    );
  });

  it('has a guide for every vendor', async () => {
    for (const { slug, name } of await manifests()) expect(await readProviderGuide(slug)).toContain(name);
  });
});

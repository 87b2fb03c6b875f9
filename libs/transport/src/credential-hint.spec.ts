import type { ProviderManifest } from '@rekomi/provider-contract';

import { credentialHint } from './credential-hint.js';

const manifest = {
  credentials: [
    { name: 'url', secret: false },
    { name: 'apiKey', secret: true, publicPart: '-([a-z]{2,}[0-9]{1,3})$' },
    { name: 'eventKey', secret: true },
  ],
} as unknown as ProviderManifest;

function hint(name: string, values: Readonly<Record<string, string>>): string | undefined {
  const source = { has: (field: string) => field in values, reveal: (field: string) => values[field] };
  return credentialHint(manifest, source, name);
}

describe('what a provider may know of a credential', () => {
  it('is a public one whole', () => {
    expect(hint('url', { url: 'acme.example' })).toBe('acme.example');
  });

  it('is of a secret one the part that the manifest calls public', () => {
    expect(hint('apiKey', { apiKey: '0123456789abcdef-us14' })).toBe('us14');
    expect(hint('apiKey', { apiKey: '0123456789abcdef' })).toBeUndefined();
  });

  it('is nothing else', () => {
    expect(hint('eventKey', { eventKey: 'secret' })).toBeUndefined();
    expect(hint('url', {})).toBeUndefined();
    expect(hint('other', { other: 'x' })).toBeUndefined();
  });
});

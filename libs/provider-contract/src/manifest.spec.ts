import { isAllowedHost, type ProviderManifest } from './manifest.js';

const manifest = {
  regions: [{ name: 'all', label: 'All', hosts: { api: 'api.acme.example' } }],
  accountHosts: [{ suffix: '.api.acme.example', label: '[a-z]{2,}[0-9]{1,3}' }],
} as unknown as ProviderManifest;

describe('a host', () => {
  it.each(['api.acme.example', 'us14.api.acme.example'])('%s is the vendor’s', (host) => {
    expect(isAllowedHost(manifest, host)).toBe(true);
  });

  it.each([
    'evil.example',
    'us14.api.acme.example.evil.example',
    'evil.us14.api.acme.example',
    'US14.api.acme.example',
    '14.api.acme.example',
    'us14@evil.example#.api.acme.example',
    '.api.acme.example',
    'us14.api.acme.example:8443',
    '127.0.0.1',
    '',
  ])('%p is not', (host) => {
    expect(isAllowedHost(manifest, host)).toBe(false);
  });
});

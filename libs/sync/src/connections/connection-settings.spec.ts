import type { ProviderManifest } from '@rekomi/provider-contract';

import { SCRIPTED_MANIFEST as manifest } from './testing/scripted-provider.js';
import { accountText, publicCredentials, readCredentials } from './connection-credentials.js';
import { altersWrites, readSettings, withDefaults } from './connection-settings.js';
import { defaultLabel, readLabel, readTags } from './connection-text.js';

const errorsOf = (
  reading: { ok: true } | { ok: false; errors: readonly { pointer: string; code: string }[] },
) => (reading.ok ? [] : reading.errors.map(({ pointer, code }) => `${pointer} ${code}`));

describe('settings of a connection', () => {
  it('takes values that the manifest allows and nothing else', () => {
    expect(
      readSettings(manifest, 'live', { createdAt: 'never', requestsPerSecond: 1000, quiet: true }),
    ).toEqual({
      ok: true,
      settings: { createdAt: 'never', requestsPerSecond: 1000, quiet: true },
    });
    expect(
      errorsOf(
        readSettings(manifest, 'live', {
          createdAt: 'sometimes',
          quiet: 'yes',
          'a/b': 1,
          requestsPerSecond: 1.5,
        }),
      ),
    ).toEqual([
      '#/settings/createdAt invalid_value',
      '#/settings/quiet invalid_value',
      '#/settings/a~1b unknown_field',
      '#/settings/requestsPerSecond invalid_value',
    ]);
  });

  it('lets only a sandbox connection go faster than the vendor allows', () => {
    expect(errorsOf(readSettings(manifest, 'live', { requestsPerSecond: 1001 }))).toHaveLength(1);
    expect(errorsOf(readSettings(manifest, 'sandbox', { requestsPerSecond: 100_000 }))).toEqual([]);
    expect(errorsOf(readSettings(manifest, 'sandbox', { requestsPerSecond: 100_001 }))).toHaveLength(1);
    expect(errorsOf(readSettings(manifest, 'live', { requestsPerSecond: 0 }))).toHaveLength(1);
  });

  it('fills in defaults, and knows which change alters what is written', () => {
    expect(withDefaults(manifest, { quiet: true })).toEqual({
      requestsPerSecond: 100,
      createdAt: 'always',
      quiet: true,
    });
    expect(altersWrites(manifest, {}, { createdAt: 'always' })).toBe(false);
    expect(altersWrites(manifest, {}, { createdAt: 'never' })).toBe(true);
    expect(altersWrites(manifest, {}, { requestsPerSecond: 5 })).toBe(false);
    const bulk = {
      maximumItems: 9,
      maximumBytes: 9,
      maximumItemBytes: 9,
      worthwhileFrom: 2,
      setting: 'quiet',
    };
    const inBulk = { ...manifest, capabilities: { ...manifest.capabilities, bulk } };
    expect(altersWrites(manifest, { quiet: true }, { quiet: false })).toBe(true);
    expect(altersWrites(inBulk, { quiet: true }, { quiet: false })).toBe(false);
  });
});

describe('credentials as pasted', () => {
  it('trims them and refuses blanks and invisible characters inside', () => {
    expect(readCredentials(manifest, { siteId: ' ab12\n', apiKey: '\tkey ' }, true)).toMatchObject({
      ok: true,
      set: { siteId: 'ab12', apiKey: 'key' },
    });
    for (const bad of ['ab 12', 'ab\n12', 'ab\u200b12', 'ab\u000012']) {
      const reading = readCredentials(manifest, { siteId: bad, apiKey: 'key' }, true);
      expect(errorsOf(reading)).toEqual(['#/credentials/siteId invalid_value']);
      expect(JSON.stringify(reading)).not.toContain(bad);
    }
  });

  it('lets blanks be where they belong to the value, and still refuses line breaks', () => {
    const [first, ...others] = manifest.credentials;
    const listed = { ...manifest, credentials: [{ ...first!, mayHoldBlanks: true as const }, ...others] };
    expect(readCredentials(listed, { siteId: 'a1 Partners; b2 Friends', apiKey: 'key' }, true)).toMatchObject(
      {
        ok: true,
        set: { siteId: 'a1 Partners; b2 Friends' },
      },
    );
    for (const bad of ['a1\nb2', 'a1\u2028b2', 'a1\u200bb2'])
      expect(errorsOf(readCredentials(listed, { siteId: bad, apiKey: 'key' }, true))).toEqual([
        '#/credentials/siteId invalid_value',
      ]);
  });

  it('names what is missing, unknown or no text', () => {
    expect(errorsOf(readCredentials(manifest, { siteId: '  ', apiKey: 5, password: 'x' }, true))).toEqual([
      '#/credentials/password unknown_field',
      '#/credentials/siteId required',
      '#/credentials/apiKey invalid_value',
    ]);
  });

  it('warns about an unusual shape without blocking and without quoting the value', () => {
    const reading = readCredentials(manifest, { siteId: 'QUITE-OTHER', apiKey: 'key' }, true);
    expect(reading).toMatchObject({ ok: true, warnings: [{ credential: 'siteId' }] });
    expect(JSON.stringify(reading.ok && reading.warnings)).not.toContain('QUITE-OTHER');
  });

  it('keeps what is absent, removes null, and never removes a required one', () => {
    expect(readCredentials(manifest, { appKey: null }, false)).toMatchObject({
      ok: true,
      set: {},
      removed: ['appKey'],
    });
    expect(errorsOf(readCredentials(manifest, { apiKey: null }, false))).toEqual([
      '#/credentials/apiKey required',
    ]);
    expect(errorsOf(readCredentials(manifest, { appKey: '' }, false))).toEqual([
      '#/credentials/appKey invalid_value',
    ]);
  });

  it('shows only what the manifest does not call secret', () => {
    expect(publicCredentials(manifest, { siteId: 'ab12', apiKey: 'key' })).toEqual({ siteId: 'ab12' });
    expect(accountText(manifest, { siteId: 'ab12', apiKey: 'one' })).toBe(
      accountText(manifest, { siteId: 'ab12', apiKey: 'two' }),
    );
  });
});

describe('names and tags', () => {
  it('names a connection after its account', () => {
    expect(defaultLabel(manifest, { name: 'Acme' }, 'us')).toBe('Acme (Scripted CRM, US)');
    expect(defaultLabel(manifest, {}, undefined)).toBe('Scripted CRM');
    expect([...defaultLabel(manifest, { name: 'x'.repeat(500) }, 'eu')]).toHaveLength(200);
  });

  it('names the data centre that the key names, and no other part of a key', () => {
    const key = { ...manifest.credentials[0], name: 'apiKey', secret: true, publicPart: '-([a-z]+[0-9]+)$' };
    const elsewhere = {
      ...manifest,
      regions: manifest.regions.slice(0, 1),
      credentials: [key],
      accountHosts: [{ suffix: '.api.acme.example', label: '[a-z]{2}[0-9]{1,3}' }],
    } as unknown as ProviderManifest;
    const label = (apiKey: string): string =>
      defaultLabel(elsewhere, { name: 'Acme' }, undefined, { apiKey });
    expect(label('c0ffee-us14')).toBe('Acme (Scripted CRM, us14)');
    expect(label('c0ffee-public7')).toBe('Acme (Scripted CRM)');
    expect(label('c0ffee')).toBe('Acme (Scripted CRM)');
  });

  it('refuses empty labels and tags that a vendor would split', () => {
    expect(readLabel(' Mine ')).toEqual({ ok: true, value: 'Mine' });
    expect(errorsOf(readLabel(' '))).toEqual(['#/label invalid_value']);
    expect(readTags([' vip', 'vip', 'Ärger'])).toEqual({ ok: true, value: ['vip', 'Ärger'] });
    expect(errorsOf(readTags(['ok', 'a,b', ' ']))).toEqual([
      '#/defaultTags/1 invalid_value',
      '#/defaultTags/2 invalid_value',
    ]);
  });
});

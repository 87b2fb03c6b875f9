import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { loadVaultKeyFile } from './vault-key-file.js';
import { VaultKeyring } from './vault-keyring.js';

function material(): string {
  return randomBytes(32).toString('base64');
}

describe('the vault keys', () => {
  it('encrypt with the first and decrypt with all', () => {
    const keyring = VaultKeyring.parse(`k2:${material()}, k1:${material()},\nfp:${material()}\n`);
    expect(keyring.writingKeyId).toBe('k2');
    expect(keyring.keyIds).toEqual(['k2', 'k1']);
  });

  it('are read back from their own export', () => {
    const keyring = VaultKeyring.generate().rotated();
    const again = VaultKeyring.parse(keyring.export());
    expect(again.keyIds).toEqual(['k2', 'k1']);
    expect(again.key('k1').equals(keyring.key('k1'))).toBe(true);
    expect(again.fingerprintKey().equals(keyring.fingerprintKey())).toBe(true);
  });

  it('make keys for one purpose each, which outlive a rotation and end with the key they came from', () => {
    const before = VaultKeyring.generate();
    const after = before.rotated();
    const of = (keyring: VaultKeyring, purpose: string): readonly string[] =>
      keyring.derivedKeys(purpose).map((key) => key.export().toString('hex'));
    expect(of(before, 'links')).not.toEqual(of(before, 'other links'));
    expect(of(after, 'links')).toHaveLength(2);
    expect(of(after, 'links')[1]).toBe(of(before, 'links')[0]);
    expect(of(after, 'links')[0]).not.toBe(of(before, 'links')[0]);
    expect(of(after.without('k1'), 'links')).not.toContain(of(before, 'links')[0]);
  });

  it.each([
    ['nothing at all', ''],
    ['an entry without an id', material()],
    ['no encryption key', `fp:${material()}`],
    ['no fingerprint key', `k1:${material()}`],
    ['the same id twice', `k1:${material()},k1:${material()},fp:${material()}`],
    ['a short key', `k1:${randomBytes(16).toString('base64')},fp:${material()}`],
    ['a key that is not base64', `k1:${'*'.repeat(44)},fp:${material()}`],
  ])('are refused when they hold %s, and the message holds no key', (_, text) => {
    let message = '';
    try {
      VaultKeyring.parse(text);
    } catch (err) {
      message = String(err);
    }
    expect(message).toContain('VaultError');
    for (const key of text.match(/[A-Za-z0-9+/*]{20,}/g) ?? []) expect(message).not.toContain(key);
  });

  it('show ids only when printed', () => {
    const keyring = VaultKeyring.generate();
    const printed = `${inspect(keyring, { depth: 9 })} ${JSON.stringify(keyring)} ${String(keyring)}`;
    const key = keyring.key('k1').export();
    expect(printed).toContain('k1');
    expect(printed).not.toContain(key.toString('base64'));
    expect(printed).not.toContain(key.toString('hex'));
  });

  it('do not let go of the key that encrypts', () => {
    expect(() => VaultKeyring.generate().without('k1')).toThrow('rotate first');
  });
});

describe('the vault key file', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vault-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('is created readable by its owner only, and read the next time', async () => {
    const path = join(folder, 'data', 'vault.keys');
    const first = await loadVaultKeyFile(path);
    expect(first.created).toBe(true);
    expect(first.readableByOthers).toBe(false);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const second = await loadVaultKeyFile(path);
    expect(second.created).toBe(false);
    expect(second.keyring.key('k1').equals(first.keyring.key('k1'))).toBe(true);
  });

  it('is the same for all processes that start at once', async () => {
    const path = join(folder, 'vault.keys');
    const loaded = await Promise.all(Array.from({ length: 8 }, () => loadVaultKeyFile(path)));
    expect(loaded.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(loaded.map(({ keyring }) => keyring.export())).size).toBe(1);
    expect(await readdir(folder)).toEqual(['vault.keys']);
  });

  it('says so when others may read it', async () => {
    const path = join(folder, 'vault.keys');
    await loadVaultKeyFile(path);
    await chmod(path, 0o644);
    expect((await loadVaultKeyFile(path)).readableByOthers).toBe(true);
  });

  it('is left alone when it is damaged', async () => {
    const path = join(folder, 'vault.keys');
    await loadVaultKeyFile(path);
    await writeFile(path, 'k1:damaged');
    await expect(loadVaultKeyFile(path)).rejects.toThrow('Vault key "k1"');
    expect(await readFile(path, 'utf8')).toBe('k1:damaged');
  });
});

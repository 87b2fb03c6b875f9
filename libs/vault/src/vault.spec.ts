import fc from 'fast-check';
import type { CredentialBinding, SealedCredentials } from './sealed-credentials.js';
import { sealedFromStorage } from './sealed-text.js';
import { Vault } from './vault.js';
import { VaultError } from './vault-error.js';
import { VaultKeyring } from './vault-keyring.js';

const CANARY = 'canary-7f3a9c51e2';
const HERE: CredentialBinding = { organizationId: 'org-1', connectionId: 'con-1' };

function failureOf(work: () => unknown): VaultError {
  try {
    work();
  } catch (err) {
    if (err instanceof VaultError) return err;
    throw err;
  }
  throw new Error('expected a VaultError');
}

const values = fc.dictionary(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ unit: 'grapheme' }));

describe('credentials at rest', () => {
  const keyring = VaultKeyring.generate();
  const vault = new Vault(keyring);

  it('come back exactly as they were put in, whatever the script', () => {
    fc.assert(
      fc.property(values, fc.uuid(), fc.uuid(), (secrets, organizationId, connectionId) => {
        const binding = { organizationId, connectionId };
        const opened = vault.open(vault.seal(secrets, binding), binding);
        for (const [name, value] of Object.entries(secrets)) {
          expect(opened.reveal(name, 'authorize')).toBe(value);
        }
      }),
    );
  });

  it('never show a value in the sealed text, and never seal to the same text twice', () => {
    const first = vault.seal({ key: CANARY }, HERE);
    const second = vault.seal({ key: CANARY }, HERE);
    expect(first).not.toBe(second);
    for (const form of [CANARY, Buffer.from(CANARY).toString('base64url').slice(2, -2)]) {
      expect(first).not.toContain(form);
    }
  });

  it('do not open once any single bit of the sealed text is changed', () => {
    const bytes = Buffer.from(vault.seal({ key: CANARY }, HERE));
    let tried = 0;
    for (let index = 0; index < bytes.length; index++) {
      for (let bit = 0; bit < 8; bit++) {
        const altered = Buffer.from(bytes);
        altered.writeUInt8(altered.readUInt8(index) ^ (1 << bit), index);
        const failure = failureOf(() => vault.open(altered.toString('latin1') as SealedCredentials, HERE));
        expect(failure.message).not.toContain(CANARY);
        tried++;
      }
    }
    expect(tried).toBe(bytes.length * 8);
  });

  it('do not open for another organisation or another connection', () => {
    const sealed = vault.seal({ key: CANARY }, HERE);
    for (const other of [
      { ...HERE, organizationId: 'org-2' },
      { ...HERE, connectionId: 'con-2' },
      { organizationId: HERE.connectionId, connectionId: HERE.organizationId },
      { organizationId: 'org-', connectionId: '1con-1' },
    ]) {
      expect(failureOf(() => vault.open(sealed, other)).code).toBe('rejected');
    }
  });

  it('do not open when the payload or the wrapped key of another record is put in', () => {
    const one = vault.seal({ key: 'one' }, HERE).split(':');
    const two = vault.seal({ key: 'two' }, HERE).split(':');
    const mixed = [...one.slice(0, 4), two[4]].join(':') as SealedCredentials;
    expect(failureOf(() => vault.open(mixed, HERE)).code).toBe('rejected');
  });

  it('say that a text is not sealed credentials at all', () => {
    for (const text of [
      '',
      CANARY,
      'rekomi2:aes-256-gcm:k1:AA:AA',
      'rekomi1:aes-256-gcm:k1:AA',
      `rekomi1:rot13:k1:AA:AA`,
    ]) {
      const failure = failureOf(() => sealedFromStorage(text));
      expect(failure.code).toBe('malformed');
      expect(failure.message).not.toContain(CANARY);
    }
  });
});

describe('rotation of keys', () => {
  const old = VaultKeyring.generate();
  const sealed = new Vault(old).seal({ key: CANARY }, HERE);
  const rotated = old.rotated();

  it('encrypts under the new key and still reads what the old key encrypted', () => {
    const vault = new Vault(rotated);
    expect(rotated.keyIds).toEqual(['k2', 'k1']);
    expect(vault.keyIdOf(vault.seal({ key: 'x' }, HERE))).toBe('k2');
    expect(vault.open(sealed, HERE).reveal('key', 'authorize')).toBe(CANARY);
  });

  it('re-wraps a record once, after which the old key can go', () => {
    const renewed = new Vault(rotated).rewrap(sealed, HERE);
    if (renewed === undefined) throw new Error('expected a re-wrapped record');
    expect(new Vault(rotated).rewrap(renewed, HERE)).toBeUndefined();
    const vault = new Vault(rotated.without('k1'));
    expect(vault.keyIdOf(renewed)).toBe('k2');
    expect(vault.open(renewed, HERE).reveal('key', 'authorize')).toBe(CANARY);
  });

  it('names the missing key when it was taken away too early', () => {
    const failure = failureOf(() => new Vault(rotated.without('k1')).open(sealed, HERE));
    expect(failure).toMatchObject({ code: 'key_missing', keyId: 'k1' });
    expect(failure.message).toContain('"k1"');
  });

  it('does not re-wrap for another connection', () => {
    const failure = failureOf(() => new Vault(rotated).rewrap(sealed, { ...HERE, connectionId: 'con-2' }));
    expect(failure.code).toBe('rejected');
  });

  it('refuses another key under the same id', () => {
    expect(failureOf(() => new Vault(VaultKeyring.generate()).open(sealed, HERE)).code).toBe('rejected');
  });

  it('keeps fingerprints as they were', () => {
    const before = new Vault(old).fingerprint('customer-io', 'site');
    expect(before).toHaveLength(32);
    expect(new Vault(rotated.without('k1')).fingerprint('customer-io', 'site').equals(before)).toBe(true);
    expect(new Vault(old).fingerprint('customer-i', 'osite').equals(before)).toBe(false);
    expect(new Vault(VaultKeyring.generate()).fingerprint('customer-io', 'site').equals(before)).toBe(false);
  });
});

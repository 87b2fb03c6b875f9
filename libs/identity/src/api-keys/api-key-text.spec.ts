import { generateApiKey, hashApiKey, parseApiKey } from './api-key-text.js';

describe('an API key', () => {
  it('says what it is: prefix, environment, 30 random characters and a checksum of 6', () => {
    const key = generateApiKey('live');
    expect(key.secret).toMatch(/^rk_live_[0-9A-Za-z]{36}$/);
    expect(generateApiKey('test').secret).toMatch(/^rk_test_[0-9A-Za-z]{36}$/);
    expect(parseApiKey(key.secret)).toEqual(key);
    expect(key.prefix).toBe(key.secret.slice(0, 12));
    expect(key.lastFour).toBe(key.secret.slice(-4));
  });

  it('is never made twice', () => {
    const keys = new Set(Array.from({ length: 1000 }, () => generateApiKey('test').secret));
    expect(keys.size).toBe(1000);
  });

  it('with one wrong character is recognised as mistyped, wherever it is', () => {
    const { secret } = generateApiKey('live');
    for (let index = 0; index < secret.length; index += 1) {
      const other = secret[index] === 'x' ? 'y' : 'x';
      expect(parseApiKey(secret.slice(0, index) + other + secret.slice(index + 1))).toBeUndefined();
    }
  });

  it('with two neighbouring characters exchanged is recognised as mistyped', () => {
    const { secret } = generateApiKey('live');
    for (let index = 8; index < secret.length - 1; index += 1) {
      const [a, b] = [secret.charAt(index), secret.charAt(index + 1)];
      if (a !== b)
        expect(parseApiKey(secret.slice(0, index) + b + a + secret.slice(index + 2))).toBeUndefined();
    }
  });

  it('of the live environment is not one of the test environment', () => {
    expect(parseApiKey(generateApiKey('live').secret.replace('live', 'test'))).toBeUndefined();
  });

  it.each([
    '',
    'rk_live_',
    'sk_live_abc',
    ` ${generateApiKey('live').secret}`,
    `${generateApiKey('live').secret}x`,
  ])('is not %j', (text) => {
    expect(parseApiKey(text)).toBeUndefined();
  });

  it('is stored as 32 bytes that do not contain it', () => {
    const { secret } = generateApiKey('live');
    expect(hashApiKey(secret)).toHaveLength(32);
    expect(hashApiKey(secret).toString('latin1')).not.toContain(secret.slice(8, 16));
  });
});

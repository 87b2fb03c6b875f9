import fc from 'fast-check';

import { readEmailAddress } from './email-address.js';

const LONG_DOMAIN = `${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(55)}.example.com`;

describe('reading an e-mail address', () => {
  it.each([
    'jane@example.com',
    'jane+tag@example.com',
    "o'brien@example.com",
    'a/b@example.com',
    'x%y@example.com',
    '#1&only@example.com',
    'user!#$&*=?^_`{|}~@example.com',
    'Jane.DOE@Example.COM',
    'josé@example.com',
    '用户@example.com',
    'пользователь@example.com',
    'jane@bücher.example',
    'jane@例え.example',
    'cio_12345@example.com',
    `${'l'.repeat(64)}@${LONG_DOMAIN}`,
  ])('takes %s as it is written', (address) => {
    expect(readEmailAddress(address)).toEqual({ ok: true, address });
  });

  it('takes an address of 254 characters, and none of 255', () => {
    const domain = `${'d'.repeat(63)}.${'e'.repeat(63)}.${'f'.repeat(49)}.example.com`;
    const exact = `${'l'.repeat(64)}@${domain}`;
    expect(exact).toHaveLength(254);
    expect(readEmailAddress(exact).ok).toBe(true);
    expect(readEmailAddress(`${'l'.repeat(64)}@${domain.replace('f.', 'ff.')}`)).toMatchObject({
      code: 'email_too_long',
    });
  });

  it.each([
    ['  jane@example.com ', 'jane@example.com'],
    ['\u00A0jane@example.com\u200B', 'jane@example.com'],
    ['\uFEFFjane@example.com\r\n', 'jane@example.com'],
    ['jose\u0301@example.com', 'josé@example.com'],
  ])('cleans %j', (typed, address) => {
    expect(readEmailAddress(typed)).toEqual({ ok: true, address });
  });

  it.each([
    ['', 'email_missing'],
    ['   ', 'email_missing'],
    ['jane doe@example.com', 'email_with_blank'],
    ['Jane Doe <jane@example.com>', 'email_with_blank'],
    ['jane@example.com, joe@example.com', 'email_with_blank'],
    ['ja\u200Bne@example.com', 'email_invisible_character'],
    ['ja\u0000ne@example.com', 'email_invisible_character'],
    ['ja\uD800ne@example.com', 'email_invisible_character'],
    ['jane.example.com', 'email_without_at'],
    ['@example.com', 'email_local_part'],
    ['jane..doe@example.com', 'email_local_part'],
    ['.jane@example.com', 'email_local_part'],
    ['jane@doe@example.com', 'email_local_part'],
    ['jane,joe@example.com', 'email_local_part'],
    ['<jane@example.com>', 'email_local_part'],
    ['"jane doe"@example.com', 'email_with_blank'],
    ['"jane"@example.com', 'email_local_part'],
    [`${'l'.repeat(65)}@example.com`, 'email_local_part'],
    ['jane@', 'email_domain'],
    ['jane@example', 'email_domain'],
    ['jane@localhost', 'email_domain'],
    ['jane@exa_mple.com', 'email_domain'],
    ['jane@-example.com', 'email_domain'],
    ['jane@example..com', 'email_domain'],
    ['jane@192.0.2.1', 'email_domain'],
    ['jane@[192.0.2.1]', 'email_domain'],
    [`jane@${'x'.repeat(300)}.com`, 'email_too_long'],
  ])('refuses %j: %s', (typed, code) => {
    expect(readEmailAddress(typed)).toMatchObject({ ok: false, code });
  });

  it('never throws, and an address it takes is taken again unchanged', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string({ unit: 'binary' })), (typed) => {
        const reading = readEmailAddress(typed);
        if (reading.ok) expect(readEmailAddress(reading.address)).toEqual(reading);
      }),
      { numRuns: 2_000 },
    );
  });
});

import { passwordFault } from './password-rules.js';

const codeOf = (password: string): string => passwordFault(password, 'ada@example.com')?.code ?? 'good';

describe('a password', () => {
  it.each([
    'four unrelated words here',
    'Tr0ub4dor&3x',
    'zwölf grüne fische',
    '日本語のパスワードです',
    '8391-2245-7718',
    'mountain password kettle',
  ])('%s is good', (password) => {
    expect(codeOf(password)).toBe('good');
  });

  it.each([
    'Password123',
    'P@ssw0rd2026',
    '4dmin1strator',
    'welcome2026!!',
    '!!!letmein!!!',
    'i.love.you.2026',
    'Administrator1',
    '0987654321',
    'asdfghjkl;1',
    'zyxwvutsrqpo',
    '1231231231',
    'correct horse battery staple',
    'rekomi-crm-sync-2026',
  ])('%s is among the first that are tried', (password) => {
    expect(codeOf(password)).toBe('password_common');
  });

  it('is counted in characters, not in bytes or halves of emoji', () => {
    expect(codeOf('😀🚀🎸🌵🐙🍋🧊⚡🔥')).toBe('password_too_short');
    expect(codeOf('😀🚀🎸🌵🐙🍋🧊⚡🔥🪁')).toBe('good');
  });

  it('is neither the address nor what stands before its @', () => {
    expect(passwordFault('ada.lovelace@example.com', 'Ada.Lovelace@example.com')?.code).toBe(
      'password_is_address',
    );
    expect(passwordFault('ada.lovelace', 'ada.lovelace@example.com')?.code).toBe('password_is_address');
  });
});

import { isCommonPassword } from './guessed-passwords.js';

/** Characters, as people count them. */
export const PASSWORD_LENGTH = { least: 10, most: 256 } as const;

export interface PasswordFault {
  readonly code: 'password_too_short' | 'password_too_long' | 'password_common' | 'password_is_address';
  /** What is wrong and what to do instead. */
  readonly detail: string;
}

/** The same password typed on different keyboards is the same password (NFKC). */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC');
}

/** What rules a new password out. Length is what counts: no demands for digits or signs, which only breed patterns. */
export function passwordFault(password: string, email: string): PasswordFault | undefined {
  const normal = normalisePassword(password);
  const length = [...normal].length;
  if (length < PASSWORD_LENGTH.least) {
    return {
      code: 'password_too_short',
      detail: `The password has ${length} characters. Use at least ${PASSWORD_LENGTH.least}; a few words in a row are easy to remember.`,
    };
  }
  if (length > PASSWORD_LENGTH.most) {
    return {
      code: 'password_too_long',
      detail: `The password has ${length} characters. Use at most ${PASSWORD_LENGTH.most}.`,
    };
  }
  const lower = normal.toLowerCase();
  const address = email.toLowerCase();
  if (lower === address || lower === address.split('@')[0]) {
    return {
      code: 'password_is_address',
      detail: 'The password is your address. Use something that nobody can look up.',
    };
  }
  if (isCommonPassword(normal)) {
    return {
      code: 'password_common',
      detail:
        'This password is among those that are tried first. Use something longer, for instance a few unrelated words.',
    };
  }
  return undefined;
}

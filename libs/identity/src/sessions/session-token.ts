import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const TOKEN_BYTES = 32;
const FORM = /^[\w-]{43}$/;

/** 256 random bits as 43 characters of base64url: for sessions and for links that people click. */
export function generateToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** Whether the text could be such a token at all. */
export function isToken(text: string): boolean {
  return FORM.test(text);
}

/** What is stored. A plain hash is enough, because nobody can try out 256 random bits. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/**
 * What a form or script of ours sends along to prove that it was made for this session. It follows from the session's
 * token, which it does not give away.
 */
export function csrfTokenOf(sessionToken: string): string {
  return createHmac('sha256', sessionToken).update('rekomi csrf').digest('base64url');
}

/** In constant time. */
export function isCsrfTokenOf(sessionToken: string, given: unknown): boolean {
  if (typeof given !== 'string') return false;
  const [wanted, sent] = [Buffer.from(csrfTokenOf(sessionToken)), Buffer.from(given)];
  return wanted.length === sent.length && timingSafeEqual(wanted, sent);
}

import { domainToASCII } from 'node:url';

import { isEmail } from 'class-validator';

const LONGEST = 254;
const LONGEST_LOCAL_BYTES = 64;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\u115F\u1160\u3164\uFFA0]/u;
const INVISIBLE_AT_ENDS = /^[\s\p{Cc}\p{Cf}]+|[\s\p{Cc}\p{Cf}]+$/gu;

export type EmailProblemCode =
  | 'email_missing'
  | 'email_too_long'
  | 'email_with_blank'
  | 'email_invisible_character'
  | 'email_without_at'
  | 'email_local_part'
  | 'email_domain'
  | 'email_malformed';

export type EmailReading =
  | { readonly ok: true; readonly address: string }
  | { readonly ok: false; readonly code: EmailProblemCode; readonly detail: string };

/**
 * Reads an address as people paste it: blanks and invisible characters around it go, unicode becomes NFC, and the
 * letter case stays as given. Quoted local parts and IP addresses as domains are not taken: no vendor takes them.
 * Domains may be internationalised; they are kept in the spelling given.
 *
 * Two addresses that differ in letter case only are the same one; the database decides that (`affiliate.email_key`).
 */
export function readEmailAddress(text: string): EmailReading {
  const address = text.normalize('NFC').replace(INVISIBLE_AT_ENDS, '');
  if (address === '') return wrong('email_missing', 'An address is needed.');
  const length = [...address].length;
  if (length > LONGEST) {
    return wrong('email_too_long', `The address has ${length} characters; at most ${LONGEST} are possible.`);
  }
  if (/\s/u.test(address)) return wrong('email_with_blank', 'There is a blank inside the address.');
  if (INVISIBLE.test(address)) {
    return wrong(
      'email_invisible_character',
      'There is an invisible character inside the address. Type it anew.',
    );
  }
  const at = address.lastIndexOf('@');
  if (at === -1) return wrong('email_without_at', 'There is no @ in the address.');
  return readParts(address, address.slice(0, at), address.slice(at + 1));
}

function readParts(address: string, local: string, domain: string): EmailReading {
  if (Buffer.byteLength(local) > LONGEST_LOCAL_BYTES) {
    return wrong('email_local_part', `The part before the @ is longer than ${LONGEST_LOCAL_BYTES} bytes.`);
  }
  // The parts are checked one after the other, each beside a counterpart that is beyond doubt.
  if (local.startsWith('"') || !isEmail(`${local}@example.com`)) {
    return wrong('email_local_part', 'The part before the @ is not possible in an address.');
  }
  const asciiDomain = domainToASCII(domain);
  if (asciiDomain === '' || !isEmail(`a@${asciiDomain}`, { ignore_max_length: true })) {
    return wrong('email_domain', 'The part after the @ is not the name of a domain.');
  }
  if (!isEmail(`${local}@${asciiDomain}`, { ignore_max_length: true })) {
    return wrong('email_malformed', 'This is not an e-mail address.');
  }
  return { ok: true, address };
}

function wrong(code: EmailProblemCode, detail: string): EmailReading {
  return { ok: false, code, detail };
}

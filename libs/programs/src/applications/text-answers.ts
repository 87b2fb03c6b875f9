import { readEmailAddress } from '../addresses/email-address.js';
import { cleanText } from '../names/clean-text.js';
import { type Reading, fault, read } from './answer.js';
import { isCalendarDay } from './calendar-day.js';
import { cleanLongText } from './clean-long-text.js';
import { LONGEST_ANSWER, USUAL_LENGTH } from './field-bounds.js';
import type { FormField } from './form.js';

const LONGEST_URL = 2_000;
/** First and last name together have room in a full name. */
const LONGEST_NAME_PART = 240;
const NUMBER = /^[+-]?(?:\d{1,15})(?:\.\d{1,10})?$/;

/** Fields of text of one or several lines. */
export function readText(field: FormField, given: string): Reading {
  const type = field.type === 'long_text' ? 'long_text' : 'text';
  const text = type === 'text' ? cleanText(given) : cleanLongText(given);
  const length = [...text].length;
  const most = typeof field.max === 'number' ? field.max : USUAL_LENGTH[type];
  const longest = Math.min(most, field.mapsTo === null ? LONGEST_ANSWER[type] : LONGEST_NAME_PART);
  if (length > longest) {
    return fault('too_long', `Shorten this to ${longest} characters or fewer; it has ${length}.`);
  }
  if (typeof field.min === 'number' && length < field.min) {
    return fault('too_short', `Write at least ${field.min} characters; there are ${length}.`);
  }
  return read(text, text);
}

export function readEmail(given: string): Reading {
  const reading = readEmailAddress(given);
  if (reading.ok) return read(reading.address, reading.address);
  return fault(
    reading.code,
    `${reading.detail} Enter an address in the correct format, like name@example.com.`,
  );
}

/** Takes addresses as people write them, without `https://` in front. */
export function readUrl(given: string): Reading {
  const text = cleanText(given);
  const wrong = fault('invalid_url', 'Enter the address of a web page, like www.example.com.');
  if ([...text].length > LONGEST_URL)
    return fault('too_long', `Shorten this to ${LONGEST_URL} characters or fewer.`);
  if (/\s/u.test(text)) return wrong;
  const absolute = /^[a-z][a-z0-9+.-]*:/iu.test(text) && !/^[^/]+\.[^/]+:\d/u.test(text);
  const url = URL.parse(absolute ? text : `https://${text}`);
  if (url === null) return wrong;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return fault('invalid_url', 'Only addresses that begin with https:// or http:// are possible.');
  }
  if (url.username !== '' || url.password !== '') {
    return fault('invalid_url', 'Leave user name and password out of the address.');
  }
  if (!/^(?:[^.]+\.)+[^.]{2,}\.?$/u.test(url.hostname)) return wrong;
  return read(url.href, url.href);
}

export function readNumber(field: FormField, given: string | number): Reading {
  const text = typeof given === 'number' ? String(given) : cleanText(given);
  const wrong = fault('invalid_number', 'Enter a number with digits only, like 1500 or 12.5.');
  if (typeof given === 'number' ? !Number.isFinite(given) : !NUMBER.test(text)) return wrong;
  const value = Number(text);
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return wrong;
  const { min, max } = field;
  if (typeof min === 'number' && value < min) return fault('out_of_range', `Enter ${min} or more.`);
  if (typeof max === 'number' && value > max) return fault('out_of_range', `Enter ${max} or less.`);
  return read(value, String(value));
}

export function readDate(field: FormField, given: string): Reading {
  const text = cleanText(given);
  if (!isCalendarDay(text)) {
    return fault('invalid_date', 'Enter a day that exists, as year, month and day with hyphens: 2026-01-31.');
  }
  const { min, max } = field;
  if (typeof min === 'string' && text < min) return fault('out_of_range', `Enter ${min} or a later day.`);
  if (typeof max === 'string' && text > max) return fault('out_of_range', `Enter ${max} or an earlier day.`);
  return read(text, text);
}

import { EVENT_TAG_PREFIX, type ContactSnapshot, type FieldValue, type WrittenContact } from './contact.js';
import type { Capabilities } from './manifest.js';

/** One thing that we wrote and that a look shows otherwise. */
export interface Deviation {
  readonly part: 'field' | 'tag' | 'audience';
  /** The vendor's name of the field, the tag, the vendor's id of the audience. */
  readonly name: string;
  /** `missing`: not there at all; `different`: there, with another value. */
  readonly kind: 'missing' | 'different';
  /** Of fields: what we wrote. */
  readonly wrote?: FieldValue;
  /** Of fields with another value: what is there. */
  readonly found?: FieldValue;
}

/** What we wrote held against what a look showed. */
export interface Comparison {
  readonly deviations: readonly Deviation[];
  /** Parts of what we wrote about which the look says nothing: they are neither there nor missing. */
  readonly untold: readonly Deviation['part'][];
  /** The person lowered their consent at the vendor, who may have taken them out of audiences for it. */
  readonly consentLowered: boolean;
}

const LOWERED: readonly ContactSnapshot['consent'][] = [
  'unsubscribed',
  'bounced',
  'complained',
  'suppressed',
];

/**
 * Compares by meaning, not by spelling: vendors give numbers back as text and moments in other notations. Whatever the
 * merchant or the vendor has there beside ours does not count. Audiences are not compared for somebody who lowered
 * their consent: having left is theirs to decide.
 */
export function compareWithSnapshot(
  written: WrittenContact,
  snapshot: ContactSnapshot,
  { tags: tagsAre }: Pick<Capabilities, 'tags'>,
): Comparison {
  const deviations: Deviation[] = [];
  for (const [name, wrote] of Object.entries(written.fields)) {
    // Of what a lost write may have left only the name is known.
    if (wrote === '') continue;
    const found = snapshot.fields[name];
    if (found === undefined || found === '') {
      if (!isAddressOf(written, wrote, snapshot))
        deviations.push({ part: 'field', name, kind: 'missing', wrote });
    } else if (!meansTheSame(wrote, found)) {
      deviations.push({ part: 'field', name, kind: 'different', wrote, found });
    }
  }
  const tags = written.tags.filter((tag) => !tag.startsWith(EVENT_TAG_PREFIX));
  deviations.push(...missing('tag', tags, snapshot.tags?.map(folded), folded));
  const consentLowered = LOWERED.includes(snapshot.consent);
  if (!consentLowered) deviations.push(...missing('audience', written.audiences, snapshot.audiences));
  return {
    deviations,
    untold: [
      ...(tags.length > 0 && snapshot.tags === undefined && tagsAre !== 'attribute' ? ['tag' as const] : []),
      ...(written.audiences.length > 0 && (consentLowered || snapshot.audiences === undefined)
        ? ['audience' as const]
        : []),
    ],
    consentLowered,
  };
}

/** Whether two values of a field are one: text as text, numbers and truths in any spelling, moments to the second. */
export function meansTheSame(wrote: FieldValue, found: FieldValue): boolean {
  const [one, other] = [plain(wrote), plain(found)];
  if (one === other) return true;
  if (typeof wrote === 'boolean' || typeof found === 'boolean') {
    const [left, right] = [truth(wrote), truth(found)];
    return left !== undefined && left === right;
  }
  if (typeof wrote === 'number' || typeof found === 'number') {
    if (one !== '' && other !== '' && Number(one) === Number(other)) return true;
  }
  if (one.includes('@') && one.toLowerCase() === other.toLowerCase()) return true;
  return isSameMoment(one, other);
}

function missing(
  part: 'tag' | 'audience',
  wanted: readonly string[],
  there: readonly string[] | undefined,
  spelling: (name: string) => string = (name) => name,
): readonly Deviation[] {
  if (there === undefined) return [];
  return wanted
    .filter((name) => !there.includes(spelling(name)))
    .map((name) => ({ part, name, kind: 'missing' as const }));
}

/** A vendor may show the address only as what names the contact. */
function isAddressOf({ email }: WrittenContact, wrote: FieldValue, snapshot: ContactSnapshot): boolean {
  return meansTheSame(wrote, email) && meansTheSame(snapshot.email, email);
}

/** Vendors take tags that differ in letter case for one. */
function folded(name: string): string {
  return plain(name).toLowerCase();
}

function plain(value: FieldValue): string {
  return String(value).normalize('NFC').trim();
}

function truth(value: FieldValue): boolean | undefined {
  const text = plain(value).toLowerCase();
  if (['true', '1', 'yes'].includes(text)) return true;
  return ['false', '0', 'no'].includes(text) ? false : undefined;
}

const MOMENT = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

function isSameMoment(one: string, other: string): boolean {
  // Two numbers are never a moment: only beside one in words does a number mean seconds.
  if (!MOMENT.test(one) && !MOMENT.test(other)) return false;
  const [left, right] = [seconds(one), seconds(other)];
  if (left === undefined || right === undefined) return false;
  const isDay = [one, other].some((text) => /^\d{4}-\d{2}-\d{2}$/.test(text));
  return isDay ? Math.floor(left / 86_400) === Math.floor(right / 86_400) : left === right;
}

function seconds(text: string): number | undefined {
  if (/^\d{9,11}$/.test(text)) return Number(text);
  if (/^\d{12,14}$/.test(text)) return Math.floor(Number(text) / 1000);
  if (!MOMENT.test(text)) return undefined;
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text) || !/\d{2}:\d{2}/.test(text) ? text : `${text}Z`;
  const at = Date.parse(zoned.replace(' ', 'T'));
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000);
}

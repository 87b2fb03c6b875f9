import {
  ERROR_CODES,
  type AudienceCreation,
  type AudiencePage,
  type ContactReading,
  type Outcome,
  type Verification,
} from '@rekomi/provider-contract';

type Fields = Readonly<Record<string, unknown>>;

const SUCCESSES = ['accepted', 'confirmed', 'unchanged'];
const FAILURES = ['refused', 'throttled', 'unavailable', 'ambiguous', 'unauthorised', 'misconfigured'];

/** What a provider answered, if it is what its contract allows; undefined otherwise. */
export function outcomeIn(answer: unknown): Outcome | undefined {
  const kind = kindOf(answer);
  const fits = SUCCESSES.includes(kind) || ([...FAILURES, 'ignored'].includes(kind) && hasCode(answer));
  return fits ? (answer as Outcome) : undefined;
}

export function audiencePageIn(answer: unknown): AudiencePage | undefined {
  const isPage = kindOf(answer) === 'page' && Array.isArray((answer as Fields)['audiences']);
  return isPage || isFailure(answer) ? (answer as AudiencePage) : undefined;
}

export function readingIn(answer: unknown): ContactReading | undefined {
  const kind = kindOf(answer);
  const found = kind === 'found' && typeof (answer as Fields)['snapshot'] === 'object';
  return found || kind === 'not_found' || isFailure(answer) ? (answer as ContactReading) : undefined;
}

export function creationIn(answer: unknown): AudienceCreation | undefined {
  const created = kindOf(answer) === 'created' && typeof (answer as Fields)['audience'] === 'object';
  return created || isFailure(answer) ? (answer as AudienceCreation) : undefined;
}

export function verificationIn(answer: unknown): Verification | undefined {
  const kind = kindOf(answer);
  if (!Array.isArray((answer as Fields | undefined)?.['checks'])) return undefined;
  const { account, rights } = answer as Fields;
  const valid = kind === 'valid' && typeof account === 'object' && account !== null && Array.isArray(rights);
  const other = ['rejected', 'unreachable', 'untestable'].includes(kind) && hasCode(answer);
  return valid || other ? (answer as Verification) : undefined;
}

function isFailure(answer: unknown): boolean {
  return FAILURES.includes(kindOf(answer)) && hasCode(answer);
}

function kindOf(answer: unknown): string {
  const kind = typeof answer === 'object' && answer !== null ? (answer as Fields)['kind'] : undefined;
  return typeof kind === 'string' ? kind : '';
}

/** A code that is not in the table has no text, so nobody could be told what it means. */
function hasCode(answer: unknown): boolean {
  const code = (answer as Fields)['code'];
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}

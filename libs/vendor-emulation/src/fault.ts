/**
 * What can go wrong on the way to a vendor and back, the same for every vendor. `revoke-keys` and `remove-audiences`
 * happen at the vendor in the moment before it sees the request; faults of a single vendor (half a 207) belong to its
 * emulator.
 */
export const FAULT_NAMES = [
  '429',
  '429-retry-after-seconds',
  '429-retry-after-date',
  '429-header',
  '500',
  '502-html',
  '503',
  '301',
  '302',
  '307',
  '308',
  'hang',
  'hang-in-body',
  'apply-then-hang',
  'apply-twice',
  'reset',
  'apply-then-reset',
  'truncate',
  'too-large',
  'slow',
  'garbage',
  '200-ignored',
  'answer',
  'echo',
  'revoke-keys',
  'remove-audiences',
] as const;

export type FaultName = (typeof FAULT_NAMES)[number];

export interface Fault {
  readonly name: FaultName;
  /**
   * Seconds of `Retry-After`, milliseconds of `slow`, host or whole origin of a redirect, `name=value` of `429-header`,
   * `STATUS:BODY` of `answer` (the bodies are in `false-answers.ts`).
   */
  readonly param?: string;
}

export function isFaultName(text: string): text is FaultName {
  return (FAULT_NAMES as readonly string[]).includes(text);
}

/** Reads `name` or `name;param`, as in the request header `x-sandbox-fault`. */
export function parsedFault(text: string): Fault | undefined {
  const mark = text.indexOf(';');
  const name = (mark < 0 ? text : text.slice(0, mark)).trim();
  const param = mark < 0 ? undefined : text.slice(mark + 1).trim();
  if (!isFaultName(name)) return undefined;
  return param === undefined || param === '' ? { name } : { name, param };
}

/**
 * What can go wrong on the way to a vendor and back, the same for every vendor. The vendor's own faults (a revoked
 * key, a deleted list, half a 207) belong to its emulator.
 */
export const FAULT_NAMES = [
  '429',
  '429-retry-after-seconds',
  '429-retry-after-date',
  '500',
  '502-html',
  '503',
  '301',
  'hang',
  'apply-then-hang',
  'reset',
  'apply-then-reset',
  'truncate',
  'slow',
  'garbage',
  '200-ignored',
] as const;

export type FaultName = (typeof FAULT_NAMES)[number];

export interface Fault {
  readonly name: FaultName;
  /** Seconds of `Retry-After`, milliseconds of `slow`, host of `301`. */
  readonly param?: string;
}

export function isFaultName(text: string): text is FaultName {
  return (FAULT_NAMES as readonly string[]).includes(text);
}

/** Reads `name` or `name;param`, as in the request header `x-sandbox-fault`. */
export function parsedFault(text: string): Fault | undefined {
  const [name, param] = text.split(';', 2).map((part) => part.trim());
  if (name === undefined || !isFaultName(name)) return undefined;
  return param === undefined || param === '' ? { name } : { name, param };
}

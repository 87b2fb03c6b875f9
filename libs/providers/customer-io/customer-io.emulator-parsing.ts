/** Reading what came over the wire. Malformed input is an ordinary case here, so it comes back as `undefined`. */

export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function decodedSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Old clients send events as a form: `name=…&data[plan]=pro`. */
export function parsedForm(text: string): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  const data: Record<string, unknown> = {};
  for (const [key, value] of new URLSearchParams(text)) {
    const nested = /^data\[(.+)\]$/.exec(key);
    if (nested?.[1] === undefined) fields[key] = value;
    else data[nested[1]] = value;
  }
  return { ...fields, data };
}

/** Whole Unix seconds, as a number or as digits. */
export function unixSeconds(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && Number.isSafeInteger(seconds) && seconds >= 0 ? seconds : undefined;
}

/** Whole positive numbers out of a query; anything else is the default. */
export function countParameter(value: string | null, fallback: number, maximum: number): number {
  if (value === null || !/^\d+$/.test(value)) return fallback;
  return Math.min(Number(value), maximum);
}

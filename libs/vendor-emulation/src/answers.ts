import type { EmulatedAnswer, EmulatedRequest } from '@rekomi/provider-contract';

/** An answer in JSON. */
export function jsonAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): EmulatedAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** An answer without a body. */
export function emptyAnswer(status: number, headers: Readonly<Record<string, string>> = {}): EmulatedAnswer {
  return { status, headers, body: '' };
}

/** Segments of the path, decoded once; undefined when one of them cannot be decoded. */
export function pathSegments(request: EmulatedRequest): readonly string[] | undefined {
  try {
    return request.rawPath
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** The body as a JSON object; undefined when it is none. */
export function jsonObject(request: EmulatedRequest): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(request.body) as unknown;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return value as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

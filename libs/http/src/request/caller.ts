/** Who sends a request, once the API key is known to be good. */
export interface Caller {
  readonly organizationId: string;
  readonly apiKeyId: string;
}

const callers = new WeakMap<object, Caller>();

/** Notes who sends the request, for idempotency keys, rate limits and log lines. */
export function setCaller(request: object, caller: Caller): void {
  callers.set(request, caller);
}

/** Undefined on public routes. */
export function callerOf(request: object): Caller | undefined {
  return callers.get(request);
}

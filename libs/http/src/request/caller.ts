/** Who sends a request, once the API key or the session is known to be good. */
export interface Caller {
  readonly organizationId: string;
  /** Id of the API key or of the person. Idempotency keys and budgets are per caller. */
  readonly callerId: string;
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

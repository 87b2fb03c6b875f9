import type { Answered, VendorAnswer, VendorHttp, VendorRequest } from '@rekomi/provider-contract';

export interface Step {
  /** Method and address, for instance `PUT track.customer.io/api/v1/customers/jane%40example.com`. */
  readonly request: string;
  readonly answer: VendorAnswer;
}

/** Answers by script, in order, and fails on every request that the script does not expect. */
export class ScriptedVendor implements VendorHttp {
  readonly requests: VendorRequest[] = [];
  readonly #steps: Step[];

  constructor(steps: readonly Step[]) {
    this.#steps = [...steps];
  }

  request(request: VendorRequest): Promise<VendorAnswer> {
    this.requests.push(request);
    const step = this.#steps.shift();
    const line = lineOf(request);
    if (step === undefined) throw new Error(`Nothing more was expected, but came: ${line}`);
    if (step.request !== line) throw new Error(`Expected ${step.request}, but came: ${line}`);
    return Promise.resolve(step.answer);
  }

  get unasked(): readonly string[] {
    return this.#steps.map(({ request }) => request);
  }

  /** Bodies as they would go over the wire. */
  get bodies(): readonly unknown[] {
    return this.requests.map(({ json, jsonText }) =>
      json === undefined && jsonText === undefined
        ? undefined
        : (JSON.parse(jsonText ?? JSON.stringify(json)) as unknown),
    );
  }
}

function lineOf({ method, host, path, query = {} }: VendorRequest): string {
  const search = new URLSearchParams(query).toString();
  return `${method} ${host}${path}${search === '' ? '' : `?${search}`}`;
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answered {
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return { kind: 'answered', status, headers: { ...type, ...headers }, body, text: JSON.stringify(body) };
}

export const OK = json(200, {});

export function page(status: number): Answered {
  const text = '<!doctype html><title>Maintenance</title>';
  return { kind: 'answered', status, headers: { 'content-type': 'text/html' }, body: undefined, text };
}

export function text(status: number, words: string, headers: Record<string, string> = {}): Answered {
  return { kind: 'answered', status, headers, body: undefined, text: words };
}

export const UNAUTHORISED = json(401, { meta: { error: 'Unauthorized request' } });
export const APP_UNAUTHORISED = json(401, { errors: [{ detail: 'unauthorized', status: '401' }] });
export const WRONG_DATACENTER = json(301, { errors: [{ detail: 'wrong datacenter', status: '301' }] });
export const TIMED_OUT: VendorAnswer = {
  kind: 'no_answer',
  maybeSent: true,
  reason: 'timeout',
  detail: 'no answer in 10 s',
};
export const REFUSED: VendorAnswer = {
  kind: 'no_answer',
  maybeSent: false,
  reason: 'refused',
  detail: 'connection refused',
};

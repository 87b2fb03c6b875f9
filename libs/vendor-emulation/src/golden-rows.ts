import type {
  EmulatedAnswer,
  GoldenAnswer,
  GoldenExpectation,
  ProviderCall,
} from '@rekomi/provider-contract';

type Script = GoldenAnswer['answers'];

/** Writes a row in one line: what the vendor says, what the call has to come to, where it is documented. */
export type GoldenRowOf = (
  title: string,
  answers: Script,
  expect: GoldenAnswer['expect'],
  source: string,
) => GoldenAnswer;

/** Rows of one call. */
export function goldenRows(call: ProviderCall): GoldenRowOf {
  return (title, answers, expect, source) => ({ title, call, answers, expect, source });
}

/** The emulated vendor answers so many requests; then come these answers. */
export function after(requests: number, ...answers: Script): Script {
  return [...Array.from({ length: requests }, (): 'vendor' => 'vendor'), ...answers];
}

/** One request of a call; the emulated vendor answers those before it. */
export interface GoldenStep {
  readonly call: ProviderCall;
  /** What the request asks or writes, as a noun. */
  readonly title: string;
  /** How many requests come before it. */
  readonly requests: number;
}

/** An answer that means the same to whichever request it comes. */
export interface StandingAnswer {
  readonly title: string;
  readonly answer: EmulatedAnswer;
  readonly expect: GoldenExpectation;
  readonly source: string;
}

/** As `GoldenRowOf`, for an answer that means the same always. */
export function standing(
  title: string,
  answer: EmulatedAnswer,
  expect: GoldenExpectation,
  source: string,
): StandingAnswer {
  return { title, answer, expect, source };
}

/** Each of these answers at each of these requests: one row for each pair. */
export function goldenAtEveryStep(
  steps: readonly GoldenStep[],
  answers: readonly StandingAnswer[],
): readonly GoldenAnswer[] {
  return steps.flatMap(({ call, title: step, requests }) =>
    answers.map(({ title, answer, expect, source }) => {
      const wanted = call === 'verify' ? aboutKeys(expect) : expect;
      return goldenRows(call)(`${call}, ${step}: ${title}`, after(requests, answer), wanted, source);
    }),
  );
}

/** A verification has kinds of its own. */
function aboutKeys({ kind, code, says }: GoldenExpectation): GoldenExpectation {
  return {
    kind: kind === 'unauthorised' ? 'rejected' : 'unreachable',
    ...(code === undefined ? {} : { code }),
    ...(says === undefined ? {} : { says }),
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Said by no vendor's pages, and met in the field: from something on the way, or broken off. */
export const UNDOCUMENTED = {
  proxyPage: {
    status: 503,
    headers: { 'content-type': 'text/html' },
    body: '<html><head><title>503 Service Temporarily Unavailable</title></head><body></body></html>',
  },
  successPage: {
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<!doctype html><html><body>Sign in to this network</body></html>',
  },
  emptyFailure: { status: 502, headers: {}, body: '' },
  emptySuccess: { status: 200, headers: JSON_TYPE, body: '' },
  brokenOff: { status: 200, headers: JSON_TYPE, body: '{"id":"01HZ","data":{"id":"01' },
  emptyObject: { status: 200, headers: JSON_TYPE, body: '{}' },
  list: { status: 200, headers: JSON_TYPE, body: '[]' },
  unknownStatus: { status: 418, headers: JSON_TYPE, body: '{"note":"short and stout"}' },
  redirect: { status: 302, headers: { ...JSON_TYPE, location: 'https://login.example.net/' }, body: '{}' },
} as const satisfies Readonly<Record<string, EmulatedAnswer>>;

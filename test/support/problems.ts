import type { Problem } from './answers.js';
import type { Answer } from './api.js';

export interface ExpectedProblem {
  readonly status: number;
  readonly code: string;
  /** Of the field at fault. */
  readonly pointer?: string;
  /** Of the header at fault. */
  readonly header?: string;
}

/** Holds an answer to what every refusal owes its reader: form, code, the field at fault, cause and remedy. */
export async function expectProblem(
  call: Promise<Answer<unknown>>,
  expected: ExpectedProblem,
): Promise<Problem> {
  const { status, headers, body } = await call;
  const problem = body as Problem;
  expect({ status, code: problem.code }).toEqual({ status: expected.status, code: expected.code });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
  expect(problem).toMatchObject({
    type: expect.stringContaining(expected.code),
    status: expected.status,
    title: expect.stringMatching(/\S/),
    detail: expect.stringMatching(/\S/),
    cause: expect.stringMatching(/\S/),
    fix: expect.stringMatching(/\S/),
    requestId: expect.stringMatching(/\S/),
  });
  if (expected.pointer !== undefined) {
    expect(problem.errors?.map((error) => error.pointer)).toContain(expected.pointer);
  }
  if (expected.header !== undefined) {
    expect(problem.errors?.map((error) => error.header)).toContain(expected.header);
  }
  return problem;
}

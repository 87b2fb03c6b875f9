import { HttpException } from '@nestjs/common';

import { PROBLEMS, type ProblemCode } from './problem-catalogue.js';

/** One thing that is wrong with the request. Exactly one of `pointer`, `parameter` and `header` says where. */
export interface ProblemItem {
  /** Place in the body, RFC 6901 as a URI fragment: `#/settings/createdAt`. */
  readonly pointer?: string;
  /** Name of a query or path parameter. */
  readonly parameter?: string;
  readonly header?: string;
  readonly code: string;
  /** What is wrong and what to send instead. */
  readonly detail: string;
}

export interface ProblemOptions {
  /** What happened this time. Never a secret, never another tenant's data. */
  readonly detail?: string;
  readonly errors?: readonly ProblemItem[];
  /** Further response headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The error underneath: logged for answers of 500 and above, never answered. */
  readonly cause?: unknown;
}

export interface ProblemInit extends ProblemOptions {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  /** Why this happens, in general. */
  readonly why?: string;
  /** What to do about it. */
  readonly fix?: string;
}

/**
 * Becomes an RFC 9457 answer. For a code of the catalogue use {@link problem}; the constructor is for texts that come
 * from elsewhere, such as a vendor's refusal with its text from the provider contract.
 */
export class ProblemException extends HttpException {
  constructor(readonly problem: ProblemInit) {
    super(problem.detail ?? problem.title, problem.status, { cause: problem.cause });
    this.name = 'ProblemException';
  }
}

/** A problem of the catalogue: `throw problem('already_exists', { detail: '…' })`. */
export function problem(code: ProblemCode, options: ProblemOptions = {}): ProblemException {
  const { status, title, cause, fix } = PROBLEMS[code];
  return new ProblemException({ status, code, title, why: cause, fix, ...options });
}

/** Unknown and foreign ids look the same: `throw notFound('campaign', id)`. */
export function notFound(what: string, id: string): ProblemException {
  return problem('not_found', { detail: `No ${what} has the id ${JSON.stringify(id.slice(0, 100))}.` });
}

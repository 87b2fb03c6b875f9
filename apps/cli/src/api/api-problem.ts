export interface ProblemItem {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly header?: string;
  readonly code: string;
  readonly detail: string;
}

/** A refusal of the API in the form of RFC 9457. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly fix: string | undefined,
    readonly errors: readonly ProblemItem[],
  ) {
    super(detail);
    this.name = 'ApiProblem';
  }

  /** Anything the API or a proxy before it may answer. */
  static from(status: number, body: unknown): ApiProblem {
    const given = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    const text = (name: string): string | undefined => {
      const value = given[name];
      return typeof value === 'string' && value !== '' ? value : undefined;
    };
    const errors = Array.isArray(given['errors']) ? (given['errors'] as ProblemItem[]) : [];
    return new ApiProblem(
      status,
      text('code') ?? `http_${status}`,
      text('detail') ?? text('title') ?? `The API answered with status ${status}.`,
      text('fix'),
      errors,
    );
  }
}

/** The provider does not do what a case asks. The message is for its author. */
export class CaseFailure extends Error {
  override readonly name = 'CaseFailure';
}

export function must(condition: unknown, otherwise: string): asserts condition {
  if (!isMet(condition)) throw new CaseFailure(otherwise);
}

function isMet(condition: unknown): boolean {
  return condition !== undefined && condition !== null && condition !== false;
}

/** How many findings of one case are told in full; a provider that is wrong once is often wrong everywhere. */
const TOLD = 8;

/** Collects what a table of inputs brings to light, so that all of it is told at once. */
export class Findings {
  private readonly found: string[] = [];

  add(finding: string): void {
    this.found.push(finding);
  }

  unless(condition: boolean, finding: string): void {
    if (!condition) this.add(finding);
  }

  /** Throws when there are any. */
  settle(): void {
    if (this.found.length === 0) return;
    const more = this.found.length - TOLD;
    const rest = more > 0 ? [`… and ${more} more`] : [];
    throw new CaseFailure([...this.found.slice(0, TOLD), ...rest].join('\n'));
  }
}

/** A value as it may stand in a message: short, on one line. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
  return text.length <= 300 ? text : `${text.slice(0, 299)}…`;
}

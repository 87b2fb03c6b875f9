export interface SentAcceptance {
  readonly firstName: string;
  readonly lastName: string;
  readonly agreed: boolean;
}

/** Reads a form, whose checked box has a text, or JSON, whose agreement is true. What is neither counts as absent. */
export function readSentAcceptance(body: unknown): SentAcceptance {
  const fields = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const text = (name: string): string => (typeof fields[name] === 'string' ? fields[name] : '');
  return {
    firstName: text('firstName'),
    lastName: text('lastName'),
    agreed: fields['agreed'] === true || fields['agreed'] === 'yes',
  };
}

/** Secrets by the name to report them under. */
export type Canaries = Readonly<Record<string, string>>;

/** The ways in which a secret could be written down. @param user with whom it is sent in Basic authentication */
export function spellings(secret: string, user = ''): readonly string[] {
  const pair = `${user}:${secret}`;
  const all = [
    secret,
    [...secret].reverse().join(''),
    // Without the padding, and without the last sign that depends on what follows.
    ...[Buffer.from(secret), Buffer.from(pair)].flatMap((bytes) => [
      bytes.toString('base64').replace(/.?=*$/, ''),
      bytes.toString('base64url').replace(/.$/, ''),
      bytes.toString('hex'),
    ]),
    encodeURIComponent(secret),
    encodeURIComponent(pair),
    new URLSearchParams({ secret }).toString().slice('secret='.length),
  ];
  return [...new Set(all)];
}

/** Which secrets stand in a text, in whatever spelling. */
export function leaks(text: string, canaries: Canaries, user?: string): readonly string[] {
  const lower = text.toLowerCase();
  return Object.entries(canaries).flatMap(([name, value]) =>
    spellings(value, user)
      .filter((spelling) => text.includes(spelling) || lower.includes(spelling.toLowerCase()))
      .map((spelling) => `${name} as ${spelling.slice(0, 6)}…`),
  );
}

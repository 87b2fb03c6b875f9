/** Codes without a heading of their own in docs/errors.md, where every link to a code leads. */
export function undocumentedCodes(codes: readonly string[], page: string): readonly string[] {
  const headings = new Set([...page.matchAll(/^#{2,4} `?([a-z_]+)`?$/gm)].map(([, heading]) => heading));
  return codes.filter((code) => !headings.has(code));
}

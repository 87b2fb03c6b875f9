/** A plain drawing for a vendor whose own logo we have no right to ship: its initial on a tile of a colour of its own. */
export function monogram(name) {
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  const letter = name.trim().charAt(0).toUpperCase().replace(/[<&]/g, '');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="${name.replace(/["<&]/g, '')}">`,
    `<rect width="64" height="64" rx="14" fill="hsl(${hue} 55% 40%)"/>`,
    '<text x="32" y="44" font-family="system-ui, sans-serif" font-size="34" font-weight="600" fill="#fff" text-anchor="middle">',
    `${letter}</text></svg>\n`,
  ].join('');
}

/** Query parameters that carry the affiliate in links of the platforms people come from. */
const PARAMETERS = ['via', 'fpr', 'ref', 'aff', 'rfsn', 'affiliate', 'r'];

/** The affiliate's word in a referral link; blank when there is none. A cell that is no link is taken as the word itself. */
export function slugFromUrl(text: string): string {
  const given = text.trim();
  if (given === '' || !/[/?=]/.test(given)) return given;
  const query = given.slice(given.indexOf('?') + 1).replace(/#.*$/, '');
  if (!given.includes('?')) return '';
  const found = new URLSearchParams(query);
  for (const name of PARAMETERS) {
    const value = found.get(name)?.trim() ?? '';
    if (value !== '') return value;
  }
  return '';
}

const LONGEST = 63;

/**
 * A slug from a campaign's name: letters without their accents, digits and single hyphens. Names in scripts that have no
 * such letters become `campaign`.
 */
export function campaignSlug(name: string): string {
  const slug = cut(
    name
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[’']/gu, '')
      .replace(/[^a-z0-9]+/g, '-'),
    LONGEST,
  );
  // What looks like an id would be taken for one.
  return slug === '' || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(slug) ? 'campaign' : slug;
}

/** The `number`th choice when the slug is taken: `summer`, `summer-2`, `summer-3`. */
export function numberedSlug(slug: string, number: number): string {
  const ending = number < 2 ? '' : `-${number}`;
  return `${cut(slug, LONGEST - ending.length)}${ending}`;
}

function cut(slug: string, length: number): string {
  return slug.replace(/^-+/, '').slice(0, length).replace(/-+$/, '');
}

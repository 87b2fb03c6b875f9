import type { SourceFile } from './source-file.js';

/**
 * Lines that name one of these vendors, comments included. A slug of several words is found in every spelling
 * (`acme-mail`, `acmeMail`, `Acme.Mail`); one that is a plain word only as a string or as the beginning of its classes'
 * names, because `close` or `drip` may well be meant as words.
 */
export function namesVendor(file: SourceFile, slugs: readonly string[]): readonly string[] {
  return slugs.flatMap((slug) => {
    const pattern = patternOf(slug);
    return file.text
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file.path}:${index + 1} names ${slug}.`] : []));
  });
}

/** The engine treats every vendor alike, so it never names one, not even in a test. */
export function engineNamesVendors(
  files: readonly SourceFile[],
  slugs: readonly string[],
): readonly string[] {
  return files
    .filter((file) => file.path.startsWith('libs/sync/'))
    .flatMap((file) => namesVendor(file, slugs));
}

function patternOf(slug: string): RegExp {
  const words = slug.split('-');
  if (words.length > 1) return new RegExp(`\\b${words.join('[-_. ]?')}`, 'i');
  return new RegExp(`['"\`]${slug}['"\`]|\\b${slug}(?:Provider|Module|Manifest|Emulator)\\b`, 'i');
}

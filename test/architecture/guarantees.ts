/** A promise of docs/guarantees.md and the tests that it names. */
export interface Guarantee {
  readonly words: string;
  /** The file as written from docs/, and what the test is called. */
  readonly proofs: readonly { readonly file: string; readonly title: string }[];
}

const PROOF = /\[[^\]]*\]\(\.\.\/([^\s)]+) (?:"([^"]+)"|'([^']+)')\)/g;
const NEVER_SAID = /exactly[ -]once/i;

/** Every item of the page's lists, with the lines that continue it. */
export function guaranteesOf(page: string): readonly Guarantee[] {
  const items = page.split(/\n(?=- )/).filter((part) => part.startsWith('- '));
  return items.map((item) => {
    const [text = ''] = item.split(/\n\n/);
    const proofs = [...text.matchAll(PROOF)].map(([, file = '', double, single]) => ({
      file,
      title: double ?? single ?? '',
    }));
    return { words: text.replace(PROOF, '').replace(/\s+/g, ' ').trim(), proofs };
  });
}

/**
 * What is wrong with the page: a promise without a proof, a proof that is not there.
 *
 * @param read the text of a file by its path from the root; undefined when there is none
 */
export function unprovenGuarantees(
  page: string,
  read: (file: string) => string | undefined,
): readonly string[] {
  const wrong = guaranteesOf(page).flatMap(({ words, proofs }) => {
    if (proofs.length === 0) return [`No test is named for: ${words}`];
    return proofs.flatMap(({ file, title }) => {
      const text = read(file);
      if (text === undefined) return [`${file} does not exist, named for: ${words}`];
      return text.includes(title) ? [] : [`${file} has no test called "${title}".`];
    });
  });
  const said = NEVER_SAID.test(page) ? ['Nobody can promise that over a network.'] : [];
  return [...wrong, ...said];
}

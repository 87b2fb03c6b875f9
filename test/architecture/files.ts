import { isTest, type SourceFile } from './source-file.js';

const MOST_LINES = 400;
const SAYS_NOTHING = /^(utils?|helpers?|common|misc|managers?)$/;
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*\.(tsx?|mjs)$/;

/** Files and folders whose names say nothing, or are not spelled as all the others are. */
export function badNames(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    const words = file.path.split(/[/.-]/);
    const empty = words.find((word) => SAYS_NOTHING.test(word));
    return [
      ...(empty === undefined ? [] : [`${file.path} is called ${empty}; name the thing.`]),
      ...(KEBAB.test(name) ? [] : [`${file.path} is not in kebab case.`]),
    ];
  });
}

/** Sources that do more than one thing. Tests may be longer: a table of cases is read from top to bottom. */
export function oversizedFiles(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter((file) => !isTest(file))
    .map((file) => ({ path: file.path, lines: file.text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > MOST_LINES)
    .map(({ path, lines }) => `${path} has ${lines} lines; at most ${MOST_LINES}.`);
}

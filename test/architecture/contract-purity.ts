import { importsOf, isTest, type SourceFile } from './source-file.js';

/** Hashing is as pure as counting. */
const PURE = new Set(['node:crypto']);

/** The contract is shapes and pure functions: it imports nothing but itself. */
export function contractImports(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter((file) => file.path.startsWith('libs/provider-contract/') && !isTest(file))
    .flatMap((file) =>
      importsOf(file)
        .filter(({ specifier }) => !specifier.startsWith('./') && !PURE.has(specifier))
        .map(({ specifier, line }) => `${file.path}:${line} imports ${specifier} into the contract.`),
    );
}

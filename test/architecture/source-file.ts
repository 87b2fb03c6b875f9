import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

/** A source of the repository. Planted ones in tests have the same shape and need no disk. */
export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly specifier: string;
  readonly line: number;
}

const FOLDERS = ['apps', 'libs', 'test', 'scripts'];
const NOT_OURS = new Set(['node_modules', 'dist', '.rekomi']);

export function readSources(root: string): readonly SourceFile[] {
  return FOLDERS.flatMap((folder) => sourcesUnder(root, folder));
}

function sourcesUnder(root: string, folder: string): readonly SourceFile[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const inside = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : sourcesUnder(root, inside);
    if (!/\.(tsx?|mjs)$/.test(entry.name)) return [];
    return [{ path: inside, text: readFileSync(path.join(root, inside), 'utf8') }];
  });
}

/**
 * Specs, tables of documented answers and of a vendor's signs, what stands in a `testing` or `test` folder, and everything
 * under `test/`: never part of the product.
 */
export function isTest(file: SourceFile): boolean {
  return /\.((e2e-)?spec|golden|signs)\.tsx?$/.test(file.path) || /(^|\/)(testing|test)\//.test(file.path);
}

/** Several checks look at the same file; it is parsed once. */
const parsed = new WeakMap<SourceFile, ts.SourceFile>();

export function syntaxOf(file: SourceFile): ts.SourceFile {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const syntax = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
  parsed.set(file, syntax);
  return syntax;
}

/** Every node of the file, in order. */
export function nodesOf(syntax: ts.SourceFile): readonly ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    node.forEachChild(visit);
  };
  syntax.forEachChild(visit);
  return nodes;
}

/** `path:line`, as editors and terminals open it. */
export function placeOf(file: SourceFile, node: ts.Node, syntax: ts.SourceFile): string {
  return `${file.path}:${syntax.getLineAndCharacterOfPosition(node.getStart(syntax)).line + 1}`;
}

/** Static, re-exporting, dynamic and type-only imports alike. */
export function importsOf(file: SourceFile): readonly Import[] {
  const syntax = syntaxOf(file);
  return nodesOf(syntax).flatMap((node) => {
    const specifier = specifierOf(node);
    if (specifier === undefined) return [];
    return [{ specifier, line: syntax.getLineAndCharacterOfPosition(node.getStart(syntax)).line + 1 }];
  });
}

function specifierOf(node: ts.Node): string | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined)
    return ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : undefined;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return ts.isStringLiteral(node.argument.literal) ? node.argument.literal.text : undefined;
  if (ts.isCallExpression(node)) {
    const called = node.expression;
    const loads =
      called.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(called) && called.text === 'require');
    const [argument] = node.arguments;
    return loads && argument !== undefined && ts.isStringLiteralLike(argument) ? argument.text : undefined;
  }
  return undefined;
}

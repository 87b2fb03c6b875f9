import path from 'node:path';

import ts from 'typescript';

import { importsOf, isTest, nodesOf, placeOf, syntaxOf, type SourceFile } from './source-file.js';
import { namesVendor } from './vendor-names.js';

const PROVIDER_FILE = /^libs\/providers\/([^/]+)\/[^/].*\.ts$/;
const MAY_IMPORT = new Set(['@rekomi/provider-contract', '@nestjs/common']);
/** Emulators alone: a mapping that knew them would be tested against itself. */
const EMULATORS_MAY_IMPORT = new Set([...MAY_IMPORT, '@rekomi/vendor-emulation']);
const EMULATOR_FILE = /\.emulator(-[a-z0-9-]+)?\.ts$/;
/** What reaches around ProviderAccess: the network, the clock, the process, the log. */
const GLOBALS = new Set([
  ...['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'performance'],
  ...['process', 'require', 'globalThis', 'console'],
]);

/**
 * What providers do that only the engine and the transport may do. Emulators are held to the same, with one exception:
 * they may catch, because a vendor survives a malformed body, which `JSON.parse` can only report by throwing.
 */
export function impureProviders(files: readonly SourceFile[]): readonly string[] {
  const slugs = slugsOf(files);
  return files.flatMap((file) => {
    const slug = PROVIDER_FILE.exec(file.path)?.[1];
    if (slug === undefined || isTest(file)) return [];
    return [
      ...foreignImports(file, slug),
      ...syntaxFaults(file, EMULATOR_FILE.test(file.path)),
      ...namesVendor(
        file,
        slugs.filter((other) => other !== slug),
      ),
    ];
  });
}

/** Every folder under libs/providers is a provider. */
export function slugsOf(files: readonly SourceFile[]): readonly string[] {
  return [...new Set(files.flatMap((file) => PROVIDER_FILE.exec(file.path)?.[1] ?? []))];
}

function foreignImports(file: SourceFile, slug: string): readonly string[] {
  return importsOf(file).flatMap(({ specifier, line }) => {
    const own = path.posix
      .join(path.posix.dirname(file.path), specifier)
      .startsWith(`libs/providers/${slug}/`);
    const mayImport = EMULATOR_FILE.test(file.path) ? EMULATORS_MAY_IMPORT : MAY_IMPORT;
    const allowed = specifier.startsWith('.') ? own : mayImport.has(specifier);
    return allowed ? [] : [`${file.path}:${line} imports ${specifier}; a provider knows the contract only.`];
  });
}

function syntaxFaults(file: SourceFile, mayCatch: boolean): readonly string[] {
  const syntax = syntaxOf(file);
  return nodesOf(syntax).flatMap((node) => {
    const fault =
      globalFault(node) ?? clockFault(node) ?? catchFault(node, mayCatch) ?? stateFault(node, syntax);
    return fault === undefined ? [] : [`${placeOf(file, node, syntax)} ${fault}`];
  });
}

function globalFault(node: ts.Node): string | undefined {
  if (!ts.isIdentifier(node) || !GLOBALS.has(node.text)) return undefined;
  const { parent } = node;
  const isKey =
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    ((ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isMethodDeclaration(parent)) &&
      parent.name === node);
  return isKey ? undefined : `uses ${node.text}; what a provider may use is handed in.`;
}

function clockFault(node: ts.Node): string | undefined {
  const isDate = (expression: ts.Expression): boolean =>
    ts.isIdentifier(expression) && expression.text === 'Date';
  const reads =
    (ts.isPropertyAccessExpression(node) && isDate(node.expression) && node.name.text === 'now') ||
    (ts.isNewExpression(node) && isDate(node.expression) && (node.arguments?.length ?? 0) === 0) ||
    (ts.isCallExpression(node) && isDate(node.expression));
  return reads ? 'reads the clock; access.now() tells the time.' : undefined;
}

function catchFault(node: ts.Node, mayCatch: boolean): string | undefined {
  if (mayCatch) return undefined;
  const catches =
    ts.isCatchClause(node) ||
    (ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'catch');
  return catches ? 'catches; answers are values, and what is thrown is a bug.' : undefined;
}

/** State that outlives a call: module-level variables that can change, and static members. */
function stateFault(node: ts.Node, syntax: ts.SourceFile): string | undefined {
  if (ts.isPropertyDeclaration(node)) {
    const kinds = new Set(node.modifiers?.map(({ kind }) => kind));
    const changes = kinds.has(ts.SyntaxKind.StaticKeyword) && !kinds.has(ts.SyntaxKind.ReadonlyKeyword);
    return changes ? 'keeps state in a static member.' : undefined;
  }
  if (!ts.isVariableStatement(node) || node.parent !== syntax) return undefined;
  if ((node.declarationList.flags & ts.NodeFlags.Const) === 0)
    return 'keeps state in a module-level variable.';
  const open = node.declarationList.declarations.find((declaration) => isMutable(declaration, syntax));
  return open === undefined
    ? undefined
    : `keeps ${open.name.getText(syntax)} at module level open to change; make it readonly.`;
}

function isMutable(declaration: ts.VariableDeclaration, syntax: ts.SourceFile): boolean {
  const { initializer, type } = declaration;
  if (initializer === undefined) return true;
  const isCollection =
    ts.isArrayLiteralExpression(initializer) ||
    (ts.isNewExpression(initializer) &&
      /^(Map|Set|WeakMap|WeakSet|Array)$/.test(initializer.expression.getText(syntax)));
  if (!isCollection) return false;
  return type === undefined || !/^(readonly\b|Readonly)/.test(spelledOut(type, syntax));
}

/** The text of a type; of an alias in the same file, what it stands for. */
function spelledOut(type: ts.TypeNode, syntax: ts.SourceFile): string {
  const text = type.getText(syntax);
  const alias = syntax.statements.find(
    (statement): statement is ts.TypeAliasDeclaration =>
      ts.isTypeAliasDeclaration(statement) && statement.name.text === text,
  );
  return alias === undefined ? text : alias.type.getText(syntax);
}

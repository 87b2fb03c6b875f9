/**
 * House rules that a linter can hold. What it cannot (manifests against package.json, sizes, names, documents) stands in
 * test/architecture. The arrows between workspaces are checked in both places, each with a list of its own.
 */
import path from 'node:path';

import eslint from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const root = import.meta.dirname;

const TYPESCRIPT = ['**/*.ts', '**/*.tsx'];
const PROVIDERS = 'libs/providers/*/**/*.ts';
const EMULATORS = ['libs/providers/*/*.emulator.ts', 'libs/providers/*/*.emulator-*.ts'];
const TESTS = [
  '**/*.spec.ts',
  '**/*.spec.tsx',
  '**/*.e2e-spec.ts',
  '**/*.faults-spec.ts',
  '**/testing/**/*.{ts,mjs}',
  'libs/transport/test/**/*.ts',
  'test/**/*.ts',
];

/** Which workspace may import which. Whatever is not listed is forbidden. */
const ARROWS = {
  'provider-contract': [],
  'vendor-emulation': ['provider-contract'],
  provider: ['provider-contract', 'vendor-emulation'],
  'provider-registry': ['provider-contract', 'provider'],
  transport: ['provider-contract'],
  'provider-conformance': ['provider-contract', 'transport', 'vendor-emulation'],
  vault: [],
  database: [],
  http: ['database'],
  mail: ['database'],
  identity: ['database', 'http', 'mail'],
  sync: ['provider-contract', 'transport', 'vault', 'database'],
  programs: ['provider-contract', 'database', 'mail', 'sync'],
  webhooks: ['provider-contract', 'database', 'transport', 'vault', 'sync'],
  launcher: ['database'],
  // Speaks to the product over its API, like everybody else's scripts.
  cli: [],
  sandbox: ['provider-contract', 'provider-registry', 'vendor-emulation'],
  server: [
    ...['provider-contract', 'provider-registry', 'transport', 'vault', 'database', 'http', 'identity'],
    ...['mail', 'sync', 'programs', 'webhooks'],
  ],
  test: ['*'],
};

/** The only doors besides a workspace's index, and who may use them. */
const DOORS = [
  { from: { element: { type: 'provider-registry' } }, source: '@rekomi/providers/*/*' },
  { from: { element: { type: ['sandbox', 'test'] } }, source: '@rekomi/provider-registry/emulators' },
  { from: { file: { categories: 'test' } }, source: '@rekomi/database/testing' },
  { from: { file: { categories: 'test' } }, source: '@rekomi/transport/testing' },
  { from: { file: { categories: 'test' } }, source: '@rekomi/vendor-emulation/testing' },
];

const SYNTAX = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Export by name: a default export has another name in every file that imports it.',
  },
  {
    selector: 'CatchClause > Identifier.param:not([name="err"])',
    message: 'A caught error is called `err`.',
  },
  {
    selector:
      'CallExpression[callee.property.name="catch"] > :function > Identifier.params:first-child:not([name="err"])',
    message: 'A caught error is called `err`.',
  },
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals; an enum is not erasable.' },
];

export default defineConfig(
  {
    ignores: [
      '**/dist/',
      '**/node_modules/',
      '.rekomi/',
      'coverage/',
      'libs/provider-registry/src/generated/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,

  // Scripts and configurations run as they are, without a build.
  {
    files: ['**/*.mjs'],
    languageOptions: {
      sourceType: 'module',
      globals: Object.fromEntries(
        [
          ...[
            'process',
            'console',
            'URL',
            'URLSearchParams',
            'Buffer',
            'fetch',
            'performance',
            'structuredClone',
          ],
          ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'AbortSignal', 'AbortController'],
        ].map((name) => [name, 'readonly']),
      ),
    },
    rules: { 'no-restricted-syntax': ['error', ...SYNTAX] },
  },

  {
    files: TYPESCRIPT,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      // NestJS modules are classes without members; the decorator is what they are for.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `return send(response, answer)` leaves early and says what it does; so does `() => list.push(x)`.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Wrong more often than right here: `signal.aborted` changes while we wait, JSON.stringify may answer undefined, and a
      // guard against untyped callers is meant.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Vendors' values are `unknown`; String() of what remains once objects are taken out is meant.
      '@typescript-eslint/no-base-to-string': 'off',
      // Interfaces of NestJS, TypeORM and the provider contract return promises; not every implementation has to wait.
      '@typescript-eslint/require-await': 'off',
      // NestJS and class-validator type plain option objects as classes.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Spreading a string into code points is how names and byte limits are cut without breaking a character.
      '@typescript-eslint/no-misused-spread': ['error', { allow: [{ from: 'lib', name: 'string' }] }],
      // Records keyed by vendors' field names lose keys by name.
      '@typescript-eslint/no-dynamic-delete': 'off',
      // `const { secret, ...rest } = row` is how a key is left out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // Control characters are looked for because they are taken out.
      'no-control-regex': 'off',
      'no-restricted-syntax': ['error', ...SYNTAX],
      // `== null` asks for both ways in which an optional field of a request can be empty.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'object-shorthand': 'error',
    },
  },

  { files: ['libs/**/*.{ts,tsx}'], rules: { 'no-console': 'error' } },

  // Tools ask for a default export by contract.
  { files: ['**/*.config.mjs'], rules: { 'no-restricted-syntax': 'off' } },

  // Arrows between workspaces.
  {
    files: TYPESCRIPT,
    plugins: { boundaries },
    settings: {
      'import/resolver': {
        typescript: {
          project: path.join(root, 'tsconfig.json'),
          conditionNames: ['rekomi-source', 'import', 'node'],
        },
      },
      'boundaries/root-path': root,
      'boundaries/legacy-templates': false,
      'boundaries/elements': [
        { type: 'provider', pattern: 'libs/providers/*', capture: ['slug'], partialMatch: false },
        ...Object.keys(ARROWS)
          .filter((name) => !['provider', 'test'].includes(name))
          .map((name) => ({ type: name, pattern: `{apps,libs}/${name}`, partialMatch: false })),
        { type: 'test', pattern: 'test', partialMatch: false },
      ],
      'boundaries/files': TESTS.map((pattern) => ({ category: 'test', pattern })),
      'boundaries/dependency-nodes': ['import', 'dynamic-import', 'export', 'require'],
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          checkUnknownLocals: true,
          // A deep import does not resolve (the manifest's `exports` close it) and would pass as a foreign package.
          checkAllOrigins: true,
          message:
            '{{from.element.types}} may not import {{dependency.source}} (see ARROWS in eslint.config.mjs).',
          policies: [
            {
              allow: {
                to: { module: { origin: ['external', 'core'] } },
                dependency: { source: '!@rekomi/**' },
              },
            },
            ...Object.entries(ARROWS).map(([from, to]) => ({
              from: { element: { type: from } },
              allow: { to: { element: { type: to } }, dependency: { source: '@rekomi/*' } },
            })),
            ...DOORS.map(({ from, source }) => ({ from, allow: { dependency: { source } } })),
          ],
        },
      ],
    },
  },

  // A provider gets everything it may use handed in. An emulator is no provider: it plays the vendor.
  {
    files: [PROVIDERS],
    ignores: [...EMULATORS, ...TESTS],
    rules: {
      'no-restricted-globals': [
        'error',
        ...[
          'fetch',
          'XMLHttpRequest',
          'WebSocket',
          'process',
          'setTimeout',
          'setInterval',
          'setImmediate',
        ].map((name) => ({ name, message: 'A provider uses what ProviderAccess hands it, nothing else.' })),
      ],
      'no-restricted-syntax': [
        'error',
        ...SYNTAX,
        {
          selector: 'CatchClause',
          message: 'Answers are classified as values; what is thrown is a bug and belongs to the engine.',
        },
      ],
    },
  },

  // Tests may be looser where strictness would only make them longer.
  {
    files: TESTS,
    rules: {
      // Jest's asymmetric matchers and parsed answers are `any`; a wrong assumption about them fails the test itself.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // In a test a missing value should throw where it is missed.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Helpers of a test are read next to their only use.
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      // `expect(double.method)` never calls it.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      // `get<T>(path): Promise<T>` names the answer's shape at the call.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
);

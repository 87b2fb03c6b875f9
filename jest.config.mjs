/**
 * One configuration for every test. Sources are loaded directly (condition `rekomi-source`), so no build is needed
 * to run a test; ESM needs node's --experimental-vm-modules (see the `jest` script).
 */
const shared = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['rekomi-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/(apps|libs)/[^/]+/dist/'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', compiler({ syntax: 'typescript', decorators: true })],
    '^.+\\.tsx$': ['@swc/jest', compiler({ syntax: 'typescript', tsx: true })],
  },
};

function compiler(parser) {
  return {
    jsc: {
      target: 'es2022',
      parser,
      transform: { legacyDecorator: true, decoratorMetadata: true, react: { runtime: 'automatic' } },
      keepClassNames: true,
    },
    module: { type: 'es6' },
  };
}

export default {
  testTimeout: 30_000,
  testSequencer: '<rootDir>/scripts/longest-first.mjs',
  // A worker that has loaded many modules is slower than a fresh one.
  workerIdleMemoryLimit: '900MB',
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs}/**/*.spec.ts', '<rootDir>/test/architecture/**/*.spec.ts'],
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.e2e-spec.ts'],
    },
    {
      ...shared,
      displayName: 'faults',
      testMatch: ['<rootDir>/test/faults/**/*.faults-spec.ts'],
      // The longer ones are run by hand: npm run faults.
      testPathIgnorePatterns:
        process.env.FAULTS === 'all'
          ? []
          : ['/(database|half-open|pause|rate|redis|recovery|shutdown)\\.faults-spec\\.ts$'],
    },
  ],
};

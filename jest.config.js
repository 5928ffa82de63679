/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
      },
    ],
  },
  globalSetup: '<rootDir>/test/support/server.setup.ts',
  globalTeardown: '<rootDir>/test/support/server.teardown.ts',
  reporters: ['default', '<rootDir>/test/support/closing-line.reporter.js'],
  testTimeout: 30_000,
};

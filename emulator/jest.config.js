import whole from '../jest.config.js';

// Of the whole project's settings, those that are no server's and no other test's.
const shared = { ...whole };
delete shared.globalTeardown;
delete shared.testSequencer;

/**
 * The emulator's own suite.
 *
 * @type {import('jest').Config}
 */
export default {
  ...shared,
  roots: ['<rootDir>/test'],
  moduleNameMapper: { '^@durable-mfa/tenant-emulator$': '<rootDir>/index.ts' },
  globalSetup: '<rootDir>/test/support/tenant-key.ts',
  reporters: ['default', '<rootDir>/../test/support/closing-line.reporter.js'],
};

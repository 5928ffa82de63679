import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  roots: ['<rootDir>/test', '<rootDir>/emulator/test'],
  moduleNameMapper: {
    '^@durable-mfa/client$': '<rootDir>/client/index.ts',
    '^@durable-mfa/client/(login|encryption)$': '<rootDir>/client/$1.ts',
    '^@durable-mfa/tenant-emulator$': '<rootDir>/emulator/index.ts',
  },
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
  testSequencer: '<rootDir>/test/support/chaos-last.sequencer.cjs',
  // Most of a file's time is waiting for servers and for timers, so no core is kept back.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  // Modules of a finished file stay in its process; a heap of gigabytes makes all that follows slow.
  workerIdleMemoryLimit: '1GB',
  // Jest kills a process that has not gone half a second after it was told to, and says that tests leak.
  // One that has grown so far gives its memory back for that long on a busy machine; a leak never ends.
  workerGracefulExitTimeout: 10_000,
  testTimeout: 30_000,
};

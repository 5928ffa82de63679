import base from '../../../jest.config.js';

/** @type {import('jest').Config} */
const config = { ...base, rootDir: '../../..' };
delete config.globalSetup;
delete config.globalTeardown;

export default config;

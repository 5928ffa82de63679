import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, resolveWorkerConfig } from '../../worker/config.ts';
import { newWorkerKeysJson } from '../support/worker-keys.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function complete(folder: string): Promise<Record<string, string>> {
  const file = join(folder, 'worker-keys.json');
  await writeFile(file, newWorkerKeysJson(), { mode: 0o600 });
  return {
    AUTH0_DOMAIN: 'example.eu.auth0.com',
    AUTH0_CLIENT_ID: 'client',
    MFA_WORKER_KEYS_FILE: file,
    TEMPORAL_CONFIG_FILE: '/no/such/file.toml',
  };
}

/** What is wrong, as `VARIABLE rule. remedy.` lines. */
async function problemsOf(env: NodeJS.ProcessEnv): Promise<string[]> {
  try {
    await resolveWorkerConfig({ TEMPORAL_CONFIG_FILE: '/no/such/file.toml', ...env });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ variable, rule, remedy }) => `${variable} ${rule}. ${remedy}.`);
  }
  return [];
}

describe('worker configuration', () => {
  it('needs three variables and has defaults for the rest', async () => {
    await using folder = await temporaryFolder();
    const config = await resolveWorkerConfig(await complete(folder.path));
    expect(config).toMatchObject({
      temporal: { address: '127.0.0.1:7233', namespace: 'default' },
      auth0: {
        domain: 'example.eu.auth0.com',
        audience: 'https://example.eu.auth0.com/mfa/',
        clientId: 'client',
        httpDeadlineMs: 5000,
      },
      taskQueue: 'mfa-enrollment',
      logLevel: 'info',
      shutdownGraceMs: 10_000,
      maxCachedWorkflows: 200,
    });
    expect(config.auth0.issuer.href).toBe('https://example.eu.auth0.com/');
    expect(config).not.toHaveProperty('activitiesPerSecond');
    expect(config).not.toHaveProperty('metricsAddress');
    expect(config).not.toHaveProperty('deploymentVersion');
  });

  it.each([
    [{ MFA_METRICS_PORT: '9464' }, '127.0.0.1:9464'],
    [{ MFA_METRICS_PORT: '9464', MFA_METRICS_HOST: '0.0.0.0' }, '0.0.0.0:9464'],
    [{ MFA_METRICS_PORT: '9464', MFA_METRICS_HOST: '::1' }, '[::1]:9464'],
  ])('serves metrics for %o at %s', async (env, address) => {
    await using folder = await temporaryFolder();
    const config = await resolveWorkerConfig({ ...(await complete(folder.path)), ...env });
    expect(config.metricsAddress).toBe(address);
  });

  it.each([
    [{ MFA_METRICS_PORT: '0' }, 'MFA_METRICS_PORT must be a whole number from 1 to 65535'],
    [{ MFA_METRICS_PORT: '65536' }, 'MFA_METRICS_PORT must be a whole number from 1 to 65535'],
    [{ MFA_METRICS_HOST: '127.0.0.1' }, 'MFA_METRICS_PORT must be set where MFA_METRICS_HOST is'],
    [
      { MFA_METRICS_PORT: '9464', MFA_METRICS_HOST: 'localhost' },
      'MFA_METRICS_HOST must be an IP address of this machine',
    ],
  ])('refuses metrics at %o', async (env, problem) => {
    await using folder = await temporaryFolder();
    const problems = await problemsOf({ ...(await complete(folder.path)), ...env });
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ['mfa-enrollment', '0.2.0'],
    ['MFA_1', '9b1c6f0d9c8f4d0b8c8a2e0a1f3c5d7e9b1c6f0d'],
    ['a'.repeat(63), `2026-11-24.1_${'b'.repeat(50)}`],
  ])('takes the version %s, %s', async (deploymentName, buildId) => {
    await using folder = await temporaryFolder();
    const config = await resolveWorkerConfig({
      ...(await complete(folder.path)),
      MFA_DEPLOYMENT_NAME: deploymentName,
      MFA_BUILD_ID: buildId,
    });
    expect(config.deploymentVersion).toEqual({ deploymentName, buildId });
  });

  it.each([
    ['MFA_BUILD_ID', { MFA_DEPLOYMENT_NAME: 'mfa-enrollment' }, 'MFA_DEPLOYMENT_NAME'],
    ['MFA_DEPLOYMENT_NAME', { MFA_BUILD_ID: '0.2.0', MFA_DEPLOYMENT_NAME: '' }, 'MFA_BUILD_ID'],
  ])('wants %s beside the other half of a version', async (missing, half, set) => {
    await using folder = await temporaryFolder();
    expect(await problemsOf({ ...(await complete(folder.path)), ...half })).toEqual([
      `${missing} must be set where ${set} is. ` +
        'Set both for Worker Versioning, neither for an unversioned worker.',
    ]);
  });

  it.each([
    ['MFA_DEPLOYMENT_NAME', 'mfa.enrollment'],
    ['MFA_DEPLOYMENT_NAME', 'mfa:enrollment'],
    ['MFA_DEPLOYMENT_NAME', '__mfa'],
    ['MFA_DEPLOYMENT_NAME', 'a'.repeat(64)],
    ['MFA_BUILD_ID', '__0.2.0'],
    ['MFA_BUILD_ID', 'image:0.2.0'],
    ['MFA_BUILD_ID', '0.2.0 beta'],
    ['MFA_BUILD_ID', 'b'.repeat(64)],
  ])('refuses the %s %s', async (variable, value) => {
    await using folder = await temporaryFolder();
    const version = { MFA_DEPLOYMENT_NAME: 'mfa-enrollment', MFA_BUILD_ID: '0.2.0' };
    const env = { ...(await complete(folder.path)), ...version, [variable]: value };
    expect(await problemsOf(env)).toEqual([
      expect.stringMatching(`^${variable} must be at most 63 letters, digits, `),
    ]);
  });

  it.each([
    ['MFA_MAX_CACHED_WORKFLOWS', '1', 'must be 0, for no cache, or a whole number from 2'],
    ['MFA_MAX_CACHED_WORKFLOWS', '10001', 'must be a whole number from 0 to 10000'],
    ['AUTH0_RATE', '1e3', 'must be a number of calls per second above 0'],
    ['AUTH0_RATE', '0x10', 'must be a number of calls per second above 0'],
    ['AUTH0_RATE', '0', 'must be a number of calls per second above 0'],
  ])('refuses %s=%s, which would not be obeyed as it stands', async (variable, value, rule) => {
    await using folder = await temporaryFolder();
    const problems = await problemsOf({ ...(await complete(folder.path)), [variable]: value });
    expect(problems).toEqual([expect.stringContaining(`${variable} ${rule}`)]);
  });

  it.each([0, 2])('takes a cache of %s', async (size) => {
    await using folder = await temporaryFolder();
    const env = { ...(await complete(folder.path)), MFA_MAX_CACHED_WORKFLOWS: String(size) };
    expect((await resolveWorkerConfig(env)).maxCachedWorkflows).toBe(size);
  });

  it('names every problem at once, with rule and remedy, and repeats no value', async () => {
    const problems = await problemsOf({
      AUTH0_DOMAIN: 'https://Example.com/',
      AUTH0_ISSUER: 'http://example.com/',
      AUTH0_AUDIENCE: 'https://example.com/mfa',
      AUTH0_CLIENT_SECRET: 's3cret-value',
      AUTH0_CLIENT_SECRET_FILE: '/no/such/file',
      AUTH0_RATE: '-1',
      MFA_HTTP_DEADLINE_MS: '5s',
      MFA_SHUTDOWN_GRACE_MS: '1000',
      MFA_LOG_LEVEL: 'loud',
      MFA_TASKQUEUE: 'x',
      TEMPORAL_ADDRESS: 'http://127.0.0.1:7233',
    });
    const text = problems.join('\n');
    for (const variable of [
      'AUTH0_DOMAIN must be the Auth0 domain',
      'AUTH0_ISSUER must be an https: URL',
      'AUTH0_AUDIENCE must be an https: URL',
      'AUTH0_CLIENT_ID must be set',
      'AUTH0_CLIENT_SECRET must not be set beside',
      'AUTH0_CLIENT_SECRET_FILE names a file that does not exist',
      'AUTH0_RATE must be a number',
      'MFA_HTTP_DEADLINE_MS must be a whole number from 100 to 7000',
      'MFA_SHUTDOWN_GRACE_MS must be a whole number from 5001',
      'MFA_LOG_LEVEL must be one of trace, debug, info, warn, error',
      'MFA_TASKQUEUE is not a variable of this service. Did you mean MFA_TASK_QUEUE?',
      'MFA_WORKER_KEYS_FILE must be set',
      'TEMPORAL_ADDRESS must be host:port',
    ]) {
      expect(text).toContain(variable);
    }
    expect(text).not.toContain('s3cret-value');
  });

  it.each([
    ['AUTH0_CLIENTID', 'AUTH0_CLIENT_ID'],
    ['MFA_WORKER_KEY_FILE', 'MFA_WORKER_KEYS_FILE'],
    ['AUTH0_DOMIAN', 'AUTH0_DOMAIN'],
  ])('refuses %s and names %s', async (typo, meant) => {
    expect((await problemsOf({ [typo]: 'x' })).join('\n')).toContain(
      `${typo} is not a variable of this service. Did you mean ${meant}?`,
    );
  });

  it('leaves variables of others alone', async () => {
    await using folder = await temporaryFolder();
    const env = { ...(await complete(folder.path)), MFAX: '1', PATH: '/bin', AUTH0X: '' };
    expect(await problemsOf(env)).toEqual([]);
  });

  it('counts an empty variable as not set', async () => {
    await using folder = await temporaryFolder();
    const env = { ...(await complete(folder.path)), AUTH0_RATE: '', AUTH0_CLIENT_SECRET: '' };
    expect((await resolveWorkerConfig(env)).auth0).not.toHaveProperty('clientSecret');
  });

  it('takes every variable without the white space that came with it', async () => {
    await using folder = await temporaryFolder();
    const env = {
      ...(await complete(folder.path)),
      AUTH0_CLIENT_SECRET: 's3cret',
      AUTH0_RATE: '6',
    };
    const plain = await resolveWorkerConfig(env);
    const spaced = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, ` \t${value}\r\n`]),
    );
    const config = await resolveWorkerConfig(spaced);
    expect(config.auth0).toEqual(plain.auth0);
    expect(config.auth0.clientSecret).toBe('s3cret');
    expect(config.temporal).toEqual(plain.temporal);
    expect(config.activitiesPerSecond).toBe(6);
  });

  it.each([' ', '\n', '\r\n\t'])(
    'counts a variable of white space alone as not set: %j',
    async (blank) => {
      await using folder = await temporaryFolder();
      const env = { ...(await complete(folder.path)), AUTH0_CLIENT_SECRET: blank };
      expect((await resolveWorkerConfig(env)).auth0).not.toHaveProperty('clientSecret');
      expect(await problemsOf({ ...env, AUTH0_CLIENT_ID: blank })).toEqual([
        expect.stringContaining('AUTH0_CLIENT_ID must be set'),
      ]);
    },
  );

  it('gives the shutdown longer than the HTTP deadline', async () => {
    await using folder = await temporaryFolder();
    const env = { ...(await complete(folder.path)), MFA_HTTP_DEADLINE_MS: '6000' };
    expect((await resolveWorkerConfig(env)).shutdownGraceMs).toBe(11_000);
  });

  it.each([0o640, 0o604, 0o620, 0o777])('refuses a key file of mode %o', async (mode) => {
    await using folder = await temporaryFolder();
    const env = await complete(folder.path);
    await chmod(join(folder.path, 'worker-keys.json'), mode);
    expect(await problemsOf(env)).toEqual([
      'MFA_WORKER_KEYS_FILE names a file that is open to others; chmod it to 600. Its owner alone may read it.',
    ]);
  });

  it('reads the client secret from a file of its owner, without the line end', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'client-secret');
    await writeFile(file, 'from-file\n', { mode: 0o400 });
    const env = { ...(await complete(folder.path)), AUTH0_CLIENT_SECRET_FILE: file };
    expect((await resolveWorkerConfig(env)).auth0.clientSecret).toBe('from-file');
    await chmod(file, 0o644);
    expect(await problemsOf(env)).toEqual([expect.stringContaining('AUTH0_CLIENT_SECRET_FILE')]);
  });

  it.each([
    ['no JSON', 'k=1'],
    ['no keys', '{"keys":[]}'],
    ['a short key', '{"keys":[{"kty":"oct","alg":"A256GCM","kid":"a","k":"AAAA"}]}'],
  ])('refuses a key file with %s, and does not repeat it', async (_what, content) => {
    await using folder = await temporaryFolder();
    const env = await complete(folder.path);
    await writeFile(join(folder.path, 'worker-keys.json'), content);
    const problems = await problemsOf(env);
    expect(problems).toEqual([
      expect.stringMatching(/^MFA_WORKER_KEYS_FILE must hold a JWK set of A256GCM keys/),
    ]);
    expect(problems.join('')).not.toContain(content);
  });

  it('refuses a key file that is far too large', async () => {
    await using folder = await temporaryFolder();
    const env = await complete(folder.path);
    await writeFile(join(folder.path, 'worker-keys.json'), ' '.repeat(65 * 1024));
    expect(await problemsOf(env)).toEqual([expect.stringContaining('at most 65536 bytes')]);
  });
});

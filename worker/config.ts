import type { WorkerDeploymentVersion } from '@temporalio/common';
import type { Auth0Config } from '../activities/index.ts';
import { parseWorkerKeyring, type WorkerKeyring } from '../activities/seal.ts';
import {
  ENCRYPTION_VARIABLES,
  resolveTemporalConfig,
  type TemporalConfig,
} from '../temporal/config.ts';
import { TASK_QUEUE_DEFAULT } from '../workflows/contract/task-queue.ts';
import { readAuth0 } from './auth0-settings.ts';
import { Environment } from './environment.ts';
import { readMetricsAddress } from './metrics-address.ts';

export { ConfigurationError } from './environment.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything that this service reads under its own prefixes; anything else there is a typo. */
const VARIABLES = [
  'AUTH0_DOMAIN',
  'AUTH0_ISSUER',
  'AUTH0_AUDIENCE',
  'AUTH0_CLIENT_ID',
  'AUTH0_CLIENT_SECRET',
  'AUTH0_CLIENT_SECRET_FILE',
  'AUTH0_RATE',
  'MFA_TASK_QUEUE',
  'MFA_WORKER_KEYS_FILE',
  'MFA_HTTP_DEADLINE_MS',
  'MFA_LOG_LEVEL',
  'MFA_SHUTDOWN_GRACE_MS',
  'MFA_MAX_CACHED_WORKFLOWS',
  'MFA_METRICS_HOST',
  'MFA_METRICS_PORT',
  'MFA_WORKFLOW_BUNDLE',
  'MFA_DEPLOYMENT_NAME',
  'MFA_BUILD_ID',
  ...ENCRYPTION_VARIABLES,
] as const;

const SHUTDOWN_MARGIN_MS = 5_000;
const SHUTDOWN_GRACE_MS_MAX = 600_000;
/** Runs kept warm; each costs about 1 MB. A run that is not among them is replayed in 20 ms. */
export const MAX_CACHED_WORKFLOWS_DEFAULT = 200;
const MAX_CACHED_WORKFLOWS_MAX = 10_000;

/**
 * Temporal (1.32) takes over 400 characters, but neither `.` nor `:` in a deployment's name, nor what
 * begins with `__`. Narrower, so that both fit into queries, command lines and labels as they are.
 */
const DEPLOYMENT_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
const BUILD_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

export interface WorkerConfig {
  readonly temporal: TemporalConfig;
  readonly auth0: Auth0Config;
  readonly workerKeys: WorkerKeyring;
  readonly taskQueue: string;
  readonly logLevel: LogLevel;
  readonly shutdownGraceMs: number;
  readonly maxCachedWorkflows: number;
  /** For the fleet; absent means no limit. */
  readonly activitiesPerSecond?: number;
  /** Where `/metrics` is served, `host:port`; absent means nowhere. */
  readonly metricsAddress?: string;
  /** A prebuilt bundle; absent means that the worker bundles at its start. */
  readonly workflowBundleFile?: string;
  /** For Worker Versioning; absent means an unversioned worker. */
  readonly deploymentVersion?: WorkerDeploymentVersion;
}

/**
 * The worker's configuration from its environment (README.md lists the variables).
 *
 * @throws ConfigurationError naming every problem at once: variable, rule, remedy.
 */
export async function resolveWorkerConfig(env: NodeJS.ProcessEnv): Promise<WorkerConfig> {
  const environment = new Environment(env);
  environment.refuseUnknown(['AUTH0_', 'MFA_'], VARIABLES);
  const temporal = readTemporal(environment, env);
  const auth0 = await readAuth0(environment);
  const workerKeys = await readWorkerKeys(environment);
  const activitiesPerSecond = readRate(environment);
  const metricsAddress = readMetricsAddress(environment);
  const workflowBundleFile = environment.text('MFA_WORKFLOW_BUNDLE');
  const deploymentVersion = readDeploymentVersion(environment);
  const rest = {
    taskQueue: environment.text('MFA_TASK_QUEUE') ?? TASK_QUEUE_DEFAULT,
    logLevel: environment.oneOf('MFA_LOG_LEVEL', LOG_LEVELS, 'info'),
    shutdownGraceMs: readShutdownGrace(environment, auth0.httpDeadlineMs),
    maxCachedWorkflows: readCacheSize(environment),
  };
  environment.finish();
  if (temporal === undefined || workerKeys === undefined) throw new Error('Reported above.');
  return {
    temporal,
    auth0,
    workerKeys,
    ...rest,
    ...(activitiesPerSecond === undefined ? {} : { activitiesPerSecond }),
    ...(metricsAddress === undefined ? {} : { metricsAddress }),
    ...(workflowBundleFile === undefined ? {} : { workflowBundleFile }),
    ...(deploymentVersion === undefined ? {} : { deploymentVersion }),
  };
}

function readTemporal(
  environment: Environment,
  env: NodeJS.ProcessEnv,
): TemporalConfig | undefined {
  try {
    return resolveTemporalConfig(env);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    environment.refuse('TEMPORAL_…', `cannot be used: ${text}`, 'worker/README.md lists them');
    return undefined;
  }
}

async function readWorkerKeys(environment: Environment): Promise<WorkerKeyring | undefined> {
  const remedy = 'worker/README.md shows how to make one';
  if (environment.required('MFA_WORKER_KEYS_FILE', remedy) === undefined) return undefined;
  const text = await environment.secretFile('MFA_WORKER_KEYS_FILE');
  if (text === undefined) return undefined;
  try {
    return parseWorkerKeyring(JSON.parse(text));
  } catch {
    environment.refuse(
      'MFA_WORKER_KEYS_FILE',
      'must hold a JWK set of A256GCM keys (kty oct, 32 bytes, each with a kid)',
      remedy,
    );
    return undefined;
  }
}

function readRate(environment: Environment): number | undefined {
  const text = environment.text('AUTH0_RATE');
  if (text === undefined) return undefined;
  const rate = Number(text);
  if (/^\d{1,5}(\.\d{1,3})?$/.test(text) && rate > 0) return rate;
  environment.refuse(
    'AUTH0_RATE',
    'must be a number of calls per second above 0 and below 100000, such as 12.5',
    'Leave it out for no limit',
  );
  return undefined;
}

/** The SDK takes 1 for 2 and only warns; a value that is accepted is obeyed here. */
function readCacheSize(environment: Environment): number {
  const size = environment.integer('MFA_MAX_CACHED_WORKFLOWS', {
    fallback: MAX_CACHED_WORKFLOWS_DEFAULT,
    min: 0,
    max: MAX_CACHED_WORKFLOWS_MAX,
  });
  if (size === 1) {
    environment.refuse(
      'MFA_MAX_CACHED_WORKFLOWS',
      `must be 0, for no cache, or a whole number from 2 to ${MAX_CACHED_WORKFLOWS_MAX}`,
      `Leave it out for ${MAX_CACHED_WORKFLOWS_DEFAULT}`,
    );
  }
  return size;
}

/** A stop must outlast the longest HTTP call, or a reply that Auth0 gave is never read. */
function readShutdownGrace(environment: Environment, httpDeadlineMs: number): number {
  return environment.integer('MFA_SHUTDOWN_GRACE_MS', {
    fallback: httpDeadlineMs + SHUTDOWN_MARGIN_MS,
    min: httpDeadlineMs + 1,
    max: SHUTDOWN_GRACE_MS_MAX,
  });
}

/** Half a version would be an unversioned worker, which gets nothing new once a version is current. */
function readDeploymentVersion(environment: Environment): WorkerDeploymentVersion | undefined {
  const [deploymentName, buildId] = [
    environment.text('MFA_DEPLOYMENT_NAME'),
    environment.text('MFA_BUILD_ID'),
  ];
  const [set, missing] =
    deploymentName === undefined
      ? ['MFA_BUILD_ID', 'MFA_DEPLOYMENT_NAME']
      : ['MFA_DEPLOYMENT_NAME', 'MFA_BUILD_ID'];
  if (deploymentName === undefined && buildId === undefined) return undefined;
  if (deploymentName === undefined || buildId === undefined) {
    environment.refuse(
      missing,
      `must be set where ${set} is`,
      'Set both for Worker Versioning, neither for an unversioned worker',
    );
  }
  if (deploymentName !== undefined && !DEPLOYMENT_NAME.test(deploymentName)) {
    environment.refuse(
      'MFA_DEPLOYMENT_NAME',
      'must be at most 63 letters, digits, - and _, the first a letter or digit',
      'Give it a name that stays the same in every release, like mfa-enrollment',
    );
  }
  if (buildId !== undefined && !BUILD_ID.test(buildId)) {
    environment.refuse(
      'MFA_BUILD_ID',
      'must be at most 63 letters, digits, ., - and _, the first a letter or digit',
      'Set it to the release or the commit that the image was built from',
    );
  }
  return deploymentName === undefined || buildId === undefined
    ? undefined
    : { deploymentName, buildId };
}

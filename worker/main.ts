/**
 * The worker process. Exit codes: 0 stopped by a signal, 2 configuration, 3 Temporal not reachable
 * or its namespace not prepared, 1 anything else.
 */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { NativeConnection, Runtime, type WorkflowBundleOption } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { CONNECT_TIMEOUT_MS, TemporalUnreachableError } from '../temporal/connection.ts';
import { logCrashes, stopSignal, writeNoReports } from '../temporal/service-process.ts';
import { EXIT, type ExitCode } from '../temporal/exit-codes.ts';
import { openEncryption } from '../temporal/encryption/encryption-plugin.ts';
import { KeyringError } from '../temporal/encryption/keyring-file.ts';
import { type Logger, writeProblem } from '../temporal/logging/logger.ts';
import { describeError } from '../temporal/logging/redaction.ts';
import { bundleWorkflows } from './bundle.ts';
import { ConfigurationError, resolveWorkerConfig, type WorkerConfig } from './config.ts';
import { createWorker } from './create-worker.ts';
import { runtimeOptions, workerLogger } from './logging.ts';
import {
  markEncrypted,
  NamespaceMissingError,
  requireSearchAttributes,
  SearchAttributesMissingError,
} from './namespace-check.ts';

/** A message that a person can act on as it stands: no stack, on standard error too. */
class StartError extends Error {
  override readonly name = 'StartError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

async function connect(config: WorkerConfig): Promise<NativeConnection> {
  const { address, connectionOptions } = config.temporal;
  const timer = new AbortController();
  const connecting = NativeConnection.connect(connectionOptions);
  try {
    return await Promise.race([
      connecting,
      delay(CONNECT_TIMEOUT_MS, undefined, { signal: timer.signal }).then(() => {
        throw new Error('timed out');
      }),
    ]);
  } catch (error) {
    throw new TemporalUnreachableError(address, CONNECT_TIMEOUT_MS, error);
  } finally {
    timer.abort();
  }
}

async function checkNamespace(connection: NativeConnection, config: WorkerConfig, logger: Logger) {
  const { address, namespace } = config.temporal;
  const answer = await requireSearchAttributes(connection, namespace, address);
  if (answer === 'not-permitted') {
    logger.warn(
      { namespace },
      'these credentials may not list search attributes; make sure that they are registered',
    );
  }
  if (config.temporal.encryption === undefined) return;
  const command = await markEncrypted(connection.workflowService, namespace);
  if (command === undefined) return;
  logger.warn(
    { event: 'encryption-not-marked', namespace, command },
    'these credentials may not mark the namespace as encrypted; until an administrator does, clients ' +
      'without a keyring send in clear',
  );
}

async function workflowBundle(config: WorkerConfig): Promise<WorkflowBundleOption> {
  const codePath = config.workflowBundleFile;
  if (codePath === undefined) return bundleWorkflows();
  if (existsSync(codePath)) return { codePath };
  throw new StartError(
    EXIT.usage,
    'MFA_WORKFLOW_BUNDLE must name a file that exists. Build it with worker/build-bundle.',
  );
}

async function serve(config: WorkerConfig, logger: Logger): Promise<void> {
  const stopped = stopSignal(logger);
  const { taskQueue, deploymentVersion } = config;
  const encryption = await openEncryption(config.temporal, {
    onProblem: (problem) => {
      logger.error({ event: 'keyring-problem', problem }, 'the payload keyring cannot be used');
    },
  });
  const connection = await connect(config);
  const activities = createActivities({ config: config.auth0, workerKeys: config.workerKeys });
  try {
    await checkNamespace(connection, config, logger);
    const worker = await createWorker({
      connection,
      namespace: config.temporal.namespace,
      taskQueue,
      activities,
      workflowBundle: await workflowBundle(config),
      shutdownGraceMs: config.shutdownGraceMs,
      maxCachedWorkflows: config.maxCachedWorkflows,
      ...(config.activitiesPerSecond === undefined
        ? {}
        : { activitiesPerSecond: config.activitiesPerSecond }),
      ...(deploymentVersion === undefined ? {} : { deploymentVersion }),
      ...(encryption === undefined ? {} : { encryption }),
    });
    logger.info(
      {
        event: 'running',
        taskQueue,
        tenant: config.auth0.domain,
        encrypts: encryption !== undefined,
        ...deploymentVersion,
      },
      'worker is running',
    );
    await worker.runUntil(stopped);
    logger.info({ event: 'stopped' }, 'worker stopped');
  } finally {
    await activities.close();
    await connection.close();
  }
}

function installRuntime({ metricsAddress }: WorkerConfig, logger: Logger): Runtime {
  try {
    return Runtime.install(runtimeOptions(logger, metricsAddress));
  } catch (error) {
    if (metricsAddress === undefined) throw error;
    throw new StartError(
      EXIT.usage,
      `Metrics cannot be served at ${metricsAddress} (${describeError(error).message}). ` +
        'Choose an address of this machine and a free port: MFA_METRICS_HOST, MFA_METRICS_PORT.',
    );
  }
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof StartError) return error.exitCode;
  if (error instanceof ConfigurationError || error instanceof KeyringError) {
    return EXIT.usage;
  }
  return error instanceof TemporalUnreachableError ||
    error instanceof SearchAttributesMissingError ||
    error instanceof NamespaceMissingError
    ? EXIT.temporal
    : EXIT.failed;
}

async function main(): Promise<ExitCode> {
  let logger: Logger | undefined;
  writeNoReports();
  try {
    const config = await resolveWorkerConfig(process.env);
    logger = workerLogger(config.logLevel);
    logCrashes(logger, 'the worker crashed');
    const runtime = installRuntime(config, logger);
    await serve(config, logger);
    await runtime.shutdown();
    return EXIT.done;
  } catch (error) {
    const exitCode = exitCodeOf(error);
    const { message } = describeError(error);
    if (exitCode === EXIT.failed) logger?.error({ error }, 'the worker failed');
    writeProblem(message);
    return exitCode;
  }
}

// Not `exitCode`: a connection attempt of the native core that nobody awaits would hold the process.
void main().then((exitCode) => process.exit(exitCode));

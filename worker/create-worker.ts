import type { WorkerDeploymentVersion } from '@temporalio/common';
import {
  type NativeConnection,
  Worker,
  type WorkerOptions,
  type WorkerPlugin,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import type { EnrollmentActivities } from '../activities/enrollment-activities.ts';
import { FAILURE_CONVERTER_PATH } from '../temporal/encryption/encryption-plugin.ts';
import { PLAIN_CODEC } from '../temporal/encryption/payload-codec.ts';
import { PAYLOAD_CONVERTER_PATH } from './bundle.ts';
import { MAX_CACHED_WORKFLOWS_DEFAULT } from './config.ts';

/**
 * How long a workflow task waits for the worker that has the run in its cache. The default of ten
 * seconds is what a person would wait after that worker was killed.
 */
const STICKY_PATIENCE_MS = 1_000;

/** The SDK's own default; a cache that is smaller bounds it, or the SDK says so with a warning. */
const CONCURRENT_WORKFLOW_TASKS_MAX = 40;

/**
 * The SDK's own is five seconds, and has no public option. A run takes all the signals that came together in one
 * activation, 0.4 ms each, and the server takes 10,000 of a run: where Node breaks that off, it ends the process
 * with every other run in it. A loop without an end is still found.
 */
const ACTIVATION_MS_MAX = 60_000;

/** Longer than the longest HTTP call (5 s by default), so that no stop leaves a reply unread. */
const SHUTDOWN_GRACE_MS_DEFAULT = 10_000;

/** After the grace, activities are told to stop; this is when the worker gives up on them. */
const FORCE_AFTER_GRACE_MS = 5_000;

export interface CreateWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly activities: EnrollmentActivities;
  readonly workflowBundle: WorkflowBundleOption;
  /** Default 10 s; must exceed the longest HTTP call. */
  readonly shutdownGraceMs?: number;
  /** Default 200. */
  readonly maxCachedWorkflows?: number;
  /** For the whole fleet of this task queue; default no limit, which keeps eager dispatch. */
  readonly activitiesPerSecond?: number;
  /** Default 1,000. */
  readonly stickyPatienceMs?: number;
  /** The worker takes only runs of this version, for all of their life; default unversioned. */
  readonly deploymentVersion?: WorkerDeploymentVersion;
  readonly identity?: string;
  /** Encrypts payloads; default none, and they are plaintext. */
  readonly encryption?: WorkerPlugin;
  /** Workflows run in the caller's thread, and none that never yields is stopped. Default a thread of their own. */
  readonly debugMode?: boolean;
}

/** The one way to make a worker of this service, in production and in tests. Not running yet. */
export function createWorker(options: CreateWorkerOptions): Promise<Worker> {
  const { servesTenant, openSession, associate, confirm, listAuthenticators, deleteAuthenticator } =
    options.activities;
  const { activitiesPerSecond, deploymentVersion, encryption, identity } = options;
  const shutdownGraceMs = options.shutdownGraceMs ?? SHUTDOWN_GRACE_MS_DEFAULT;
  const cacheSize = options.maxCachedWorkflows ?? MAX_CACHED_WORKFLOWS_DEFAULT;
  const workerOptions: WorkerOptions & { isolateExecutionTimeout: number } = {
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: options.taskQueue,
    workflowBundle: options.workflowBundle,
    // Named one by one: whatever else the object can do is not for a workflow to call.
    activities: {
      ...{ servesTenant, openSession, associate, confirm, listAuthenticators, deleteAuthenticator },
    } satisfies EnrollmentActivities,
    dataConverter: {
      payloadConverterPath: PAYLOAD_CONVERTER_PATH,
      failureConverterPath: FAILURE_CONVERTER_PATH,
      ...(encryption === undefined && { payloadCodecs: [PLAIN_CODEC] }),
    },
    plugins: encryption === undefined ? [] : [encryption],
    stickyQueueScheduleToStartTimeout: options.stickyPatienceMs ?? STICKY_PATIENCE_MS,
    maxCachedWorkflows: cacheSize,
    isolateExecutionTimeout: ACTIVATION_MS_MAX,
    ...(cacheSize > 0 && {
      maxConcurrentWorkflowTaskExecutions: Math.min(cacheSize, CONCURRENT_WORKFLOW_TASKS_MAX),
    }),
    shutdownGraceTime: shutdownGraceMs,
    shutdownForceTime: shutdownGraceMs + FORCE_AFTER_GRACE_MS,
    ...(activitiesPerSecond === undefined
      ? {}
      : { maxTaskQueueActivitiesPerSecond: activitiesPerSecond }),
    ...(deploymentVersion === undefined
      ? {}
      : {
          workerDeploymentOptions: {
            version: deploymentVersion,
            useWorkerVersioning: true,
            // A run lives for seven days at most, so a version drains before it gets old.
            defaultVersioningBehavior: 'PINNED',
          },
        }),
    ...(identity === undefined ? {} : { identity }),
    debugMode: options.debugMode ?? false,
  };
  return Worker.create(workerOptions);
}

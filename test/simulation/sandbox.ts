/**
 * The SDK's own sandbox for workflow code, without a worker and without a server. All that is reached
 * past the SDK's public interface stands in this file: {@link openSandbox} says so where a release has
 * moved it.
 */
import { createRequire } from 'node:module';
import { TypedSearchAttributes } from '@temporalio/common';
import type { coresdk } from '@temporalio/proto';
import type { EnrollmentActivities } from '../../activities/enrollment-activities.ts';
import { ENROLL_MFA_WORKFLOW } from '../../workflows/contract/enroll-mfa.ts';

export type Activation = coresdk.workflow_activation.IWorkflowActivation;
export type Job = coresdk.workflow_activation.IWorkflowActivationJob;
export type Command = coresdk.workflow_commands.IWorkflowCommand;
export type Completion = coresdk.workflow_completion.IWorkflowActivationCompletion;

/** One instance of the workflow: a worker's cache holds such a one for each run. */
export interface Instance {
  activate(activation: Activation): Promise<Completion>;
  dispose(): Promise<void>;
}

export interface InstanceOptions {
  readonly workflowId: string;
  readonly runId: string;
  /** Epoch ms. */
  readonly startedAt: number;
}

export interface Sandbox {
  newInstance(options: InstanceOptions): Promise<Instance>;
  close(): Promise<void>;
}

/** What the SDK's modules are expected to hold (`@temporalio/worker` 1.24, `lib/workflow`). */
interface Creator {
  createWorkflow(options: unknown): Promise<Instance>;
  destroy(): Promise<void>;
}
interface Internals {
  readonly globalHandlers: { uninstall(): void };
  readonly ReusableVMWorkflowCreator: {
    create(bundle: unknown, timeoutMs: undefined, activities: Set<string>): Promise<Creator>;
  };
  readonly parseWorkflowCode: (code: string) => unknown;
}

const INTERNALS = ['lib/workflow/reusable-vm.js', 'lib/workflow/vm-shared.js', 'lib/worker.js'];

/**
 * A limit would start a thread for each activation, which is more than half of the time. A loop without
 * an end is told by who waits for the process (`fleet.ts`).
 */
const ACTIVATION_MS_MAX = undefined;
const WORKFLOW_TASK_TIMEOUT_MS = 5_000;

const ACTIVITIES: Record<keyof EnrollmentActivities, true> = {
  servesTenant: true,
  openSession: true,
  associate: true,
  confirm: true,
  listAuthenticators: true,
  deleteAuthenticator: true,
};

/** @param code - what `bundleWorkflows()` has made */
export async function openSandbox(code: string): Promise<Sandbox> {
  const { ReusableVMWorkflowCreator, parseWorkflowCode, globalHandlers } = internals();
  const bundle = parseWorkflowCode(code);
  const activities = new Set(Object.keys(ACTIVITIES));
  const creator = await ReusableVMWorkflowCreator.create(bundle, ACTIVATION_MS_MAX, activities);
  // They take a stack trace of every promise, for a query that nobody asks here: half of the time.
  globalHandlers.uninstall();
  return {
    newInstance: (options) => creator.createWorkflow(creation(options)),
    close: () => creator.destroy(),
  };
}

export class SandboxMoved extends Error {
  override readonly name = 'SandboxMoved';

  constructor(what: string) {
    super(`This release of @temporalio/worker has moved ${what}: mend test/simulation/sandbox.ts.`);
  }
}

/** @param require - of the worker's modules, which are CommonJS */
export function internals(
  require: (path: string) => unknown = createRequire(import.meta.url),
): Internals {
  const loaded: unknown[] = INTERNALS.map((path) => {
    try {
      return require(`@temporalio/worker/${path}`);
    } catch {
      throw new SandboxMoved(path);
    }
  });
  const found = Object.assign({}, ...loaded) as Partial<Internals>;
  const { ReusableVMWorkflowCreator, parseWorkflowCode, globalHandlers } = found;
  if (typeof ReusableVMWorkflowCreator?.create !== 'function') {
    throw new SandboxMoved('ReusableVMWorkflowCreator');
  }
  if (typeof parseWorkflowCode !== 'function') throw new SandboxMoved('parseWorkflowCode');
  if (typeof globalHandlers?.uninstall !== 'function') throw new SandboxMoved('globalHandlers');
  return { ReusableVMWorkflowCreator, parseWorkflowCode, globalHandlers };
}

function creation({ workflowId, runId, startedAt }: InstanceOptions): unknown {
  return {
    info: {
      ...{ workflowId, runId, firstExecutionRunId: runId, originalExecutionRunId: runId },
      workflowType: ENROLL_MFA_WORKFLOW,
      ...{ namespace: 'simulation', taskQueue: 'simulation', attempt: 1, currentBuildId: '' },
      ...{ searchAttributes: {}, typedSearchAttributes: new TypedSearchAttributes() },
      ...{ startTime: new Date(startedAt), runStartTime: new Date(startedAt) },
      ...{ historyLength: 3, historySize: 0, continueAsNewSuggested: false },
      taskTimeoutMs: WORKFLOW_TASK_TIMEOUT_MS,
      unsafe: {
        now: () => startedAt,
        ...{ isReplaying: false, isReplayingHistoryEvents: false, random: {} },
      },
    },
    randomnessSeed: [1, 2, 3, 4, 5, 6, 7, 8],
    now: startedAt,
    showStackTraceSources: false,
  };
}

import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import {
  ENROLL_MFA_WORKFLOW,
  type EnrollMfaInput,
  LIMITS,
  type LoginAnswer,
} from '../workflows/contract/enroll-mfa.ts';
import { checkStrictly } from '../workflows/contract/shape.ts';
import { enrollmentOwner } from '../workflows/contract/shapes.ts';
import { TASK_QUEUE_DEFAULT } from '../workflows/contract/task-queue.ts';
import { enrollMfaWorkflowId } from '../workflows/contract/workflow-id.ts';
import { requireEncryption } from './encryption-check.ts';
import { Enrollment } from './enrollment.ts';
import {
  EnrollmentEnded,
  EnrollmentNotFound,
  InvalidInput,
  TemporalUnavailable,
} from './errors.ts';
import type { PhoneNumberRules } from './phone-number.ts';
import {
  checkedInput,
  type ComparedField,
  differences,
  loginKey,
  startAttributes,
  type StartEnrollmentInput,
  staticDetails,
  staticSummary,
} from './start-enrollment.ts';
import { withoutPayloads } from './temporal/without-payloads.ts';
import { callServer } from './temporal-call.ts';

/** A killed worker costs a workflow task this long, in place of the server's ten seconds. */
const WORKFLOW_TASK_TIMEOUT_MS = 5_000;

/**
 * Ends a run that no worker ever takes; beyond the latest deadline and its clean-up, so that every
 * other run ends by itself, and its deadline can be put off.
 */
const EXECUTION_TIMEOUT_MS = LIMITS.deadlineMsMax + LIMITS.afterDeadlineMs;

/** Each further attempt means that an enrollment ended between two calls of ours. */
const START_ATTEMPTS_MAX = 3;

export interface EnrollmentClientOptions {
  readonly client: Client;
  /** The Auth0 domain, `example.eu.auth0.com`. */
  readonly tenant: string;
  /** Default `mfa-enrollment`. */
  readonly taskQueue?: string;
  /** How numbers are read and which are refused. Default: a country code is needed, all countries. */
  readonly phoneNumbers?: PhoneNumberRules;
  /** As in `EnrollmentOptions`. Default `false`. */
  readonly allowPlaintext?: boolean;
}

export interface StartedEnrollment {
  readonly enrollment: Enrollment;
  /** `false`: one was running already, and goes on as it was started. */
  readonly started: boolean;
  /** Where this input differs from that which the running one was started with. */
  readonly differs: readonly ComparedField[];
  /** What the running one answered to the `login` that was given. */
  readonly login?: LoginAnswer;
}

/** Starts and finds enrollments of one tenant. It holds no connection of its own and needs no close. */
export class EnrollmentClient {
  readonly #client: Client;
  readonly #tenant: string;
  readonly #taskQueue: string;
  readonly #phoneNumbers: PhoneNumberRules;
  readonly #allowPlaintext: boolean;

  constructor(options: EnrollmentClientOptions) {
    this.#client = options.client;
    this.#tenant = options.tenant;
    this.#taskQueue = options.taskQueue ?? TASK_QUEUE_DEFAULT;
    this.#phoneNumbers = options.phoneNumbers ?? {};
    this.#allowPlaintext = options.allowPlaintext ?? false;
  }

  /**
   * The user's newest enrollment. Whether there is one, the first call to it tells.
   *
   * @throws InvalidInput
   */
  of(userId: string): Enrollment {
    const owner = checkStrictly(enrollmentOwner, { tenant: this.#tenant, userId });
    if (!owner.ok) throw new InvalidInput('Whose enrollment', owner.problems);
    return this.#enrollment(enrollMfaWorkflowId(this.#tenant, userId));
  }

  /**
   * Starts an enrollment, or returns the one that runs for this user: safe to repeat. A `login` is
   * used either way.
   *
   * @throws InvalidInput, and the errors of `callTemporal`
   */
  async start(input: StartEnrollmentInput): Promise<StartedEnrollment> {
    const checked = checkedInput(this.#tenant, input, this.#phoneNumbers);
    const workflowId = enrollMfaWorkflowId(checked.tenant, checked.userId);
    if (!this.#allowPlaintext) await requireEncryption(this.#client, workflowId, 'start');
    for (let attempt = 1; attempt <= START_ATTEMPTS_MAX; attempt += 1) {
      const runId = await this.#startNew(workflowId, checked);
      if (runId !== undefined) {
        const enrollment = this.#enrollment(workflowId, runId);
        return { enrollment, started: true, differs: [] };
      }
      const running = await this.#joinRunning(workflowId, checked);
      if (running !== undefined) return running;
    }
    const what = 'start';
    throw new TemporalUnavailable({ what }, 'each enrollment that ran ended before it was read');
  }

  #enrollment(workflowId: string, runId?: string): Enrollment {
    const run = runId === undefined ? {} : { runId };
    const rules = { phoneNumbers: this.#phoneNumbers, allowPlaintext: this.#allowPlaintext };
    return new Enrollment({ client: this.#client, workflowId, ...run, ...rules });
  }

  /** @returns the new run, or `undefined` where one is running. */
  async #startNew(workflowId: string, input: EnrollMfaInput): Promise<string | undefined> {
    return this.#call(workflowId, async () => {
      try {
        const handle = await this.#client.workflow.start(ENROLL_MFA_WORKFLOW, {
          workflowId,
          taskQueue: this.#taskQueue,
          args: [input],
          // "Use existing" would not say whether it did; the refusal does.
          workflowIdConflictPolicy: 'FAIL',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
          workflowExecutionTimeout: EXECUTION_TIMEOUT_MS,
          typedSearchAttributes: startAttributes(input, Date.now()),
          staticSummary: staticSummary(input),
          staticDetails: staticDetails(input),
        });
        return handle.firstExecutionRunId;
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
        throw error;
      }
    });
  }

  /** @returns `undefined` where it has ended since. */
  async #joinRunning(
    workflowId: string,
    wanted: EnrollMfaInput,
  ): Promise<StartedEnrollment | undefined> {
    try {
      const { runId, input } = await this.#call(workflowId, () => this.#startedWith(workflowId));
      const enrollment = this.#enrollment(workflowId, runId);
      const joined = { enrollment, started: false, differs: differences(wanted, input) };
      if (wanted.login === undefined) return joined;
      const idempotencyKey = loginKey(wanted.login);
      return { ...joined, login: await enrollment.completeLogin(wanted.login, { idempotencyKey }) };
    } catch (error) {
      if (error instanceof EnrollmentEnded || error instanceof EnrollmentNotFound) return undefined;
      throw error;
    }
  }

  /**
   * Reads the input from the run's first event: a copy in the memo would stand in every list, and a
   * digest of a phone number there is as good as the number.
   */
  async #startedWith(workflowId: string): Promise<{ runId: string; input: unknown }> {
    const { workflow } = withoutPayloads(this.#client);
    const { runId } = await workflow.getHandle(workflowId).describe();
    const { history } = await this.#client.workflowService.getWorkflowExecutionHistory({
      namespace: this.#client.options.namespace,
      execution: { workflowId, runId },
      maximumPageSize: 1,
    });
    const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
    const { payloadCodecs, payloadConverter } = this.#client.options.loadedDataConverter;
    let payloads = started?.input?.payloads ?? [];
    const context = {
      type: 'workflow' as const,
      namespace: this.#client.options.namespace,
      workflowId,
    };
    for (const codec of payloadCodecs.toReversed()) {
      payloads = await codec.decode(payloads, context);
    }
    const [payload] = payloads;
    return {
      runId,
      input: payload === undefined ? undefined : payloadConverter.fromPayload(payload, context),
    };
  }

  #call<T>(workflowId: string, run: () => Promise<T>): Promise<T> {
    return callServer({ client: this.#client, workflowId, what: 'start' }, run);
  }
}

import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowStartOptions,
} from '@temporalio/client';
import {
  ENROLL_MFA_WORKFLOW,
  type EnrollMfaInput,
  LIMITS,
  type LoginAnswer,
  type LoginProof,
  UPDATES,
} from '../workflows/contract/enroll-mfa.ts';
import { checkStrictly } from '../workflows/contract/shape.ts';
import { enrollmentOwner } from '../workflows/contract/shapes.ts';
import { TASK_QUEUE_DEFAULT } from '../workflows/contract/task-queue.ts';
import { enrollMfaWorkflowId } from '../workflows/contract/workflow-id.ts';
import { requireEncryption } from './encryption-check.ts';
import type { EnrollmentDescription } from './enrollment-description.ts';
import { type EnrollmentFilter, listEnrollments } from './enrollment-list.ts';
import { Enrollment } from './enrollment.ts';
import {
  EnrollmentEnded,
  EnrollmentNotFound,
  InvalidInput,
  START,
  TemporalUnavailable,
} from './errors.ts';
import { updateId } from './idempotency-key.ts';
import type { PhoneNumberRules } from './phone-number.ts';
import {
  checkedInput,
  type CheckedStart,
  type ComparedField,
  differences,
  loginKey,
  startAttributes,
  type StartEnrollmentInput,
  staticDetails,
  staticSummary,
} from './start-enrollment.ts';
import { isOpen } from '../temporal/open-executions.ts';
import { startWithUpdate } from './start-with-update.ts';
import { decodedPayload, withoutPayloads } from '../temporal/encryption/without-payloads.ts';
import { type CallOptions, callServer, callTemporal, UPDATE_DEADLINE_MS } from './temporal-call.ts';

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
  /** What was answered to the `login` that was given. */
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
   * The tenant's enrollments, ended ones too while Temporal keeps them, read as they are asked for. Temporal lists a
   * run some seconds after its start.
   *
   * @example
   * ```ts
   * const stuck = { phase: 'awaiting-login', waitingLongerThan: 3_600_000 } as const;
   * for await (const { userId, waitingSince } of enrollments.list(stuck)) console.log(userId, waitingSince);
   * ```
   * @throws InvalidInput, and the errors of `callTemporal`
   */
  list(
    filter: EnrollmentFilter = {},
    options: CallOptions = {},
  ): AsyncIterableIterator<EnrollmentDescription> {
    return listEnrollments(this.#client, this.#tenant, filter, options);
  }

  /**
   * Starts an enrollment, or returns the one that runs for this user: safe to repeat. A `login` is
   * used either way; a new enrollment gets it in the request that starts it.
   *
   * @throws InvalidInput, and the errors of `callTemporal`. After `NoAnswerYet` the enrollment has mostly
   *   started: the same again delivers the login once and brings its answer.
   */
  async start(input: StartEnrollmentInput, options: CallOptions = {}): Promise<StartedEnrollment> {
    const checked = checkedInput(this.#tenant, input, this.#phoneNumbers);
    const workflowId = enrollMfaWorkflowId(checked.input.tenant, checked.input.userId);
    if (!this.#allowPlaintext) await requireEncryption(this.#client, workflowId, START);
    for (let attempt = 1; attempt <= START_ATTEMPTS_MAX; attempt += 1) {
      // Temporal took one that has ended for a new one, had it been given this login.
      const withLogin = attempt === 1 ? checked.login : undefined;
      const runId = await this.#startNew(workflowId, checked.input, withLogin, options);
      if (runId !== undefined) {
        const enrollment = this.#enrollment(workflowId, runId);
        const login = await answerTo(checked.login, enrollment, options);
        return { enrollment, started: true, differs: [], ...login };
      }
      const running = await this.#joinRunning(workflowId, checked, options);
      if (running !== undefined) return running;
    }
    throw new TemporalUnavailable(
      { what: START },
      'each enrollment that ran ended before it was read',
    );
  }

  #enrollment(workflowId: string, runId?: string): Enrollment {
    const run = runId === undefined ? {} : { runId };
    const rules = { phoneNumbers: this.#phoneNumbers, allowPlaintext: this.#allowPlaintext };
    return new Enrollment({ client: this.#client, workflowId, ...run, ...rules });
  }

  /** @returns the new run, or `undefined` where one is running. */
  async #startNew(
    workflowId: string,
    input: EnrollMfaInput,
    login: LoginProof | undefined,
    options: CallOptions,
  ): Promise<string | undefined> {
    const client = this.#client;
    const startOptions = this.#startOptions(workflowId, input);
    const start = async () => {
      try {
        if (login !== undefined) {
          const name = UPDATES.completeLogin;
          const first = { name, argument: login, updateId: updateId(name, loginKey(login)) };
          return await startWithUpdate(client, ENROLL_MFA_WORKFLOW, startOptions, first);
        }
        return (await client.workflow.start(ENROLL_MFA_WORKFLOW, startOptions)).firstExecutionRunId;
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
        throw error;
      }
    };
    if (login === undefined) return this.#call(workflowId, options, start);
    const call = { client, workflowId, what: START, answeredByWorker: true };
    const { timeoutMs = UPDATE_DEADLINE_MS } = options;
    return callTemporal({ ...options, ...call, timeoutMs }, start);
  }

  #startOptions(workflowId: string, input: EnrollMfaInput): WorkflowStartOptions {
    return {
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
    };
  }

  /** @returns `undefined` where it has ended since. */
  async #joinRunning(
    workflowId: string,
    wanted: CheckedStart,
    options: CallOptions,
  ): Promise<StartedEnrollment | undefined> {
    try {
      const running = await this.#call(workflowId, options, () => this.#startedWith(workflowId));
      if (running === undefined) return undefined;
      const enrollment = this.#enrollment(workflowId, running.runId);
      const differs = differences(wanted.input, running.input);
      const login = await answerTo(wanted.login, enrollment, options);
      return { enrollment, started: false, differs, ...login };
    } catch (error) {
      if (error instanceof EnrollmentEnded || error instanceof EnrollmentNotFound) return undefined;
      throw error;
    }
  }

  /**
   * Reads the input from the run's first event: a copy in the memo would stand in every list, and a
   * digest of a phone number there is as good as the number.
   */
  async #startedWith(workflowId: string): Promise<{ runId: string; input: unknown } | undefined> {
    const { workflow } = withoutPayloads(this.#client);
    const description = await workflow.getHandle(workflowId).describe();
    if (!isOpen(description)) return undefined;
    const { runId } = description;
    const { history } = await this.#client.workflowService.getWorkflowExecutionHistory({
      namespace: this.#client.options.namespace,
      execution: { workflowId, runId },
      maximumPageSize: 1,
    });
    const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
    const [payload] = started?.input?.payloads ?? [];
    const input =
      payload === undefined ? undefined : await decodedPayload(this.#client, payload, workflowId);
    return { runId, input };
  }

  #call<T>(workflowId: string, options: CallOptions, run: () => Promise<T>): Promise<T> {
    return callServer({ ...options, client: this.#client, workflowId, what: START }, run);
  }
}

/** The login is delivered here where the start has not done it: by its id it is one update either way. */
async function answerTo(
  login: LoginProof | undefined,
  enrollment: Enrollment,
  options: CallOptions,
): Promise<{ readonly login?: LoginAnswer }> {
  if (login === undefined) return {};
  const idempotencyKey = loginKey(login);
  return { login: await enrollment.completeLogin(login, { ...options, idempotencyKey }) };
}

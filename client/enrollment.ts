/**
 * One user's enrollment, as a caller talks to it.
 *
 *  C1. Every call has a deadline; what it leaves open is told (`NoAnswerYet`, `TemporalUnavailable`).
 *  C2. What goes out is checked first; nothing malformed reaches Temporal, and nothing in clear where
 *      payloads are encrypted.
 *  C3. A refusal is an answer, the end of the enrollment is an error, whichever way it is learnt.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import {
  type CancelMessage,
  type CodeAnswer,
  type EnrollMfaInput,
  type EnrollMfaResult,
  type ExtendDeadlineMessage,
  type ExtensionAnswer,
  LIMITS,
  type LoginAnswer,
  type LoginProof,
  MEMO,
  type Progress,
  type Refused,
  type ResendAnswer,
  type RetryMessage,
  sealedTo,
  type SetUp,
  SIGNALS,
  UPDATES,
} from '../workflows/contract/enroll-mfa.ts';
import { checkStrictly, type Shape } from '../workflows/contract/shape.ts';
import {
  cancelMessage,
  extendDeadlineMessage,
  loginProof,
  requestedResend,
  retryMessage,
  submittedCode,
} from '../workflows/contract/shapes.ts';
import { requireEncryption } from './encryption-check.ts';
import { describedAs, type EnrollmentDescription, userIdOf } from './enrollment-description.ts';
import { completedResult, type EnrollmentResult, failedResult } from './enrollment-result.ts';
import { EnrollmentEnded, InvalidInput, NoAnswerYet } from './errors.ts';
import { normalisePhoneNumber, type PhoneNumberRules } from './phone-number.ts';
import { rejectionOf } from './refusal.ts';
import {
  type Call,
  type CallOptions,
  callServer,
  callTemporal,
  READ_DEADLINE_MS,
  UPDATE_DEADLINE_MS,
} from './temporal-call.ts';
import { isOpen } from '../temporal/open-executions.ts';
import { idempotencyKey, updateId } from './idempotency-key.ts';
import { endedAs, isUnprocessed } from './temporal-errors.ts';

type EnrollMfa = (input: EnrollMfaInput) => Promise<EnrollMfaResult>;

/** No enrollment is longer; an hour more for the clean-up of one that ends at its deadline. */
export const RESULT_DEADLINE_MS = LIMITS.deadlineMsMax + 3_600_000;

/** Between two looks at a run that no worker has taken yet; its deadline bounds them. */
const NEXT_LOOK_MS = 100;

/** Of one update that its worker has not taken each time; it costs a workflow task at most. */
const SENDINGS_MAX = 5;

export interface UpdateOptions extends CallOptions {
  /**
   * Your request's id, good for one message: the same key again, with the same or another body, joins
   * the first request of that name and gets its answer. Two messages of different names never meet. It is
   * kept in clear, so no secret. Default random.
   */
  readonly idempotencyKey?: string | null;
}

export interface EnrollmentOptions {
  readonly client: Client;
  readonly workflowId: string;
  /** Talks to this run alone; without it, to the user's newest. */
  readonly runId?: string;
  readonly phoneNumbers?: PhoneNumberRules;
  /**
   * Sends in clear where the namespace says that its payloads are encrypted, or may not be asked.
   * Default `false`. Answers of workers that encrypt cannot be read then.
   */
  readonly allowPlaintext?: boolean;
}

/** Besides what each method names, all throw the errors of `callTemporal`. */
export class Enrollment {
  readonly workflowId: string;
  /** As {@link EnrollmentDescription.userId}. */
  readonly userId: string | undefined;
  readonly runId: string | undefined;
  readonly #client: Client;
  readonly #handle: WorkflowHandle<EnrollMfa>;
  readonly #phoneNumbers: PhoneNumberRules;
  readonly #allowPlaintext: boolean;

  constructor(options: EnrollmentOptions) {
    const { client, workflowId, runId, phoneNumbers = {}, allowPlaintext = false } = options;
    this.workflowId = workflowId;
    this.userId = userIdOf(workflowId);
    this.runId = runId;
    this.#client = client;
    this.#handle = client.workflow.getHandle<EnrollMfa>(workflowId, runId);
    this.#phoneNumbers = phoneNumbers;
    this.#allowPlaintext = allowPlaintext;
  }

  /** Where it stands, whoever is up: a run that no worker has taken, and one that was terminated, too. */
  async describe(options: CallOptions = {}): Promise<EnrollmentDescription> {
    const call = { ...options, ...this.#run, what: 'describe' };
    return describedAs(await callServer(call, () => this.#handle.describe()));
  }

  /**
   * Read from the run's description: no worker is needed but for the first. Works after the end too, while
   * the history is kept.
   *
   * @throws EnrollmentEnded where it could not say so itself: it was terminated, or no worker came
   */
  async progress(options: CallOptions = {}): Promise<Progress> {
    return (await this.#memo(MEMO.progress, options))[MEMO.progress] as Progress;
  }

  /**
   * As `progress()`.
   *
   * @param kid - thumbprint of the key to open it with; without it, whatever there is
   */
  async setUp(kid?: string, options: CallOptions = {}): Promise<SetUp> {
    const memo = await this.#memo(MEMO.setUp, options);
    const setUp = (memo[MEMO.setUp] ?? {}) as SetUp;
    return kid === undefined ? setUp : sealedTo(setUp, kid);
  }

  /** @throws InvalidInput */
  async completeLogin(proof: LoginProof, options: UpdateOptions = {}): Promise<LoginAnswer> {
    const message = checked('The login proof', loginProof, proof);
    return this.#update<LoginAnswer>(UPDATES.completeLogin, message, options);
  }

  /**
   * @param submitted - six digits, and the challenge they answer (`next.challenge`)
   * @throws InvalidInput
   */
  async submitCode(
    submitted: { readonly challenge: number; readonly code: string },
    options: UpdateOptions = {},
  ): Promise<CodeAnswer> {
    const message = checked('The code', submittedCode, submitted);
    return this.#update<CodeAnswer>(UPDATES.submitCode, message, options);
  }

  /**
   * @param replaced - the challenge that the new one replaces
   * @throws InvalidInput
   */
  async resendCode(
    replaced: { readonly challenge: number },
    options: UpdateOptions = {},
  ): Promise<ResendAnswer> {
    const message = checked('The request', requestedResend, replaced);
    return this.#update<ResendAnswer>(UPDATES.resendCode, message, options);
  }

  /**
   * @param phoneNumber - as a person types it
   * @throws InvalidInput
   */
  async changePhoneNumber(phoneNumber: string, options: UpdateOptions = {}): Promise<ResendAnswer> {
    const message = { phoneNumber: normalisePhoneNumber(phoneNumber, this.#phoneNumbers) };
    return this.#update<ResendAnswer>(UPDATES.changePhoneNumber, message, options);
  }

  async recoveryCodeSaved(): Promise<void> {
    return this.#signal(SIGNALS.recoveryCodeSaved, []);
  }

  /**
   * Stops the enrollment; what is confirmed stays. Taken even while no worker is up.
   *
   * @throws InvalidInput
   */
  async cancel(message: CancelMessage): Promise<void> {
    return this.#signal(SIGNALS.cancel, [checked('The cancel', cancelMessage, message)]);
  }

  /**
   * More time, granted or refused at once.
   *
   * @throws InvalidInput
   */
  async extendDeadline(
    message: ExtendDeadlineMessage,
    options: UpdateOptions = {},
  ): Promise<ExtensionAnswer> {
    const extension = checked('The extension', extendDeadlineMessage, message);
    return this.#update<ExtensionAnswer>(UPDATES.extendDeadline, extension, options);
  }

  /**
   * What waits for Auth0 or for an operator is tried at once. Taken even while no worker is up.
   *
   * @throws InvalidInput
   */
  async retry(message: RetryMessage): Promise<void> {
    return this.#signal(SIGNALS.retry, [checked('The retry', retryMessage, message)]);
  }

  /** Waits for the end, whichever it is. */
  async result(options: CallOptions = {}): Promise<EnrollmentResult> {
    return callTemporal(this.#call('result', RESULT_DEADLINE_MS, options), async () => {
      try {
        return completedResult(await this.#handle.result());
      } catch (error) {
        const ended = failedResult(error);
        if (ended !== undefined) return ended;
        throw error;
      }
    });
  }

  /** Of what a worker answers. */
  #call(what: string, timeoutMsDefault: number, options: CallOptions): Call {
    const { timeoutMs = timeoutMsDefault, signal } = options;
    return { ...this.#run, what, timeoutMs, signal, answeredByWorker: true };
  }

  get #run(): Pick<Call, 'client' | 'workflowId' | 'runId'> {
    const { workflowId, runId } = this;
    const client = this.#client;
    return { client, workflowId, ...(runId !== undefined && { runId }) };
  }

  /** Waits for the worker that takes a new run: before that, there is nothing to read. */
  async #memo(what: string, options: CallOptions): Promise<Readonly<Record<string, unknown>>> {
    const whole = this.#call(what, READ_DEADLINE_MS, options);
    const began = performance.now();
    for (let waitedMs = 0; ;) {
      const timeoutMs = whole.timeoutMs - waitedMs;
      // Once Temporal has described it, what is waited for is the worker.
      const call = { ...whole, timeoutMs, answeredByWorker: waitedMs > 0 };
      const { memo, ...described } = await callTemporal(call, () => this.#handle.describe());
      const progress = memo?.[MEMO.progress] as Progress | undefined;
      // One that Temporal has ended has not said so itself.
      const told = isOpen(described) || progress?.outcome !== undefined;
      if (memo !== undefined && progress !== undefined && told) return memo;
      if (!isOpen(described)) throw endedAs(this.workflowId, described);
      waitedMs = performance.now() - began;
      if (waitedMs >= whole.timeoutMs) throw new NoAnswerYet({ ...call, waitedMs });
      await delay(NEXT_LOOK_MS);
    }
  }

  async #signal(name: string, args: [] | [unknown]): Promise<void> {
    await this.#requireEncryption(name);
    return callServer({ ...this.#run, what: name }, () => this.#handle.signal(name, ...args));
  }

  async #update<Answer extends { readonly status: string }>(
    name: string,
    message: unknown,
    options: UpdateOptions,
  ): Promise<Answer | Refused> {
    const key = idempotencyKey(options.idempotencyKey);
    await this.#requireEncryption(name);
    const call = { ...this.#call(name, UPDATE_DEADLINE_MS, options), idempotencyKey: key };
    const answer = await callTemporal(call, async () => {
      const options = { args: [message] as [unknown], updateId: updateId(name, key) };
      for (let sendings = 1; ; sendings += 1) {
        try {
          return await this.#handle.executeUpdate<Answer | Refused, [unknown]>(name, options);
        } catch (error) {
          const rejection = rejectionOf(error);
          if (rejection !== undefined) return rejection;
          if (sendings === SENDINGS_MAX || !isUnprocessed(error)) throw error;
        }
      }
    });
    if ('refusal' in answer && answer.refusal === 'ended') {
      throw new EnrollmentEnded(this.workflowId, undefined);
    }
    if ('status' in answer) return answer;
    return { status: 'refused', ...answer, next: (await this.progress()).next };
  }

  async #requireEncryption(what: string): Promise<void> {
    if (!this.#allowPlaintext) await requireEncryption(this.#client, this.workflowId, what);
  }
}

function checked<T>(what: string, shape: Shape<T>, input: unknown): T {
  const result = checkStrictly(shape, input);
  if (!result.ok) throw new InvalidInput(what, result.problems);
  return result.value;
}

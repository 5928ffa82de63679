/**
 * What an error of the SDK means to a caller. Each becomes one of ours: `test/client/temporal-errors`
 * goes through the classes that the SDK exports and through gRPC's statuses, and a new one fails there
 * until somebody has decided.
 */
import {
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionStatusName,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import {
  ApplicationFailure,
  ExternalStorageNotConfiguredError,
  IllegalStateError,
  NamespaceNotFoundError,
  ValueError,
  WorkflowNotFoundError,
} from '@temporalio/common';
import { type Outcome } from '../workflows/contract/enroll-mfa.ts';
import { MFA_OUTCOME } from '../workflows/contract/search-attributes.ts';
import {
  type Asked,
  ConnectionClosed,
  EnrollmentEnded,
  EnrollmentError,
  EnrollmentNotFound,
  EnrollmentPaused,
  NoAnswerYet,
  NotTaken,
  TemporalRefused,
  TemporalUnavailable,
  Unexpected,
  UnexpectedAnswer,
  UnreadableAnswer,
} from './errors.ts';
import {
  causeOf,
  type GrpcStatus,
  grpcStatus,
  type GrpcStatusName,
} from '../temporal/grpc-status.ts';
import { EncryptionRequired } from '../temporal/encryption/namespace-mark.ts';
import { isOpen } from '../temporal/open-executions.ts';
import { ENCRYPTED } from '../temporal/encryption/payload-cipher.ts';
import { withoutPayloads } from '../temporal/encryption/without-payloads.ts';

/** What Temporal answers by itself, without a worker: a start, a signal, a description. */
export const SERVER_DEADLINE_MS = 10_000;

/**
 * The server holds an update's request for about this long, then the SDK sends it again. A refusal of
 * the first one is certain; a later one's may come after the update was handed to a worker.
 */
const FIRST_REQUEST_MS = 15_000;

/** What gRPC's channel says of a call after `connection.close()`, in an error without a status. */
const CHANNEL_CLOSED = 'Channel has been shut down';

/** What the server makes of an update that its worker was given and has not taken (SDK Core's fault with queries). */
const UNPROCESSED = 'UnprocessedUpdate';

/** Types of a failed update that has run no code of the workflow, and why. */
const UNTAKEN: Readonly<Record<string, string>> = {
  [UNPROCESSED]: 'its worker has not processed it',
  PayloadKeyMissing: 'its worker lacks the key that this client encrypts with',
};

export interface Call extends Asked {
  readonly client: Client;
  readonly runId?: string;
  /** Whether a worker has to answer, so that a passed deadline says nothing about Temporal. */
  readonly answeredByWorker: boolean;
}

/** A call that has failed. */
interface Failed {
  readonly call: Call;
  readonly error: unknown;
  readonly waitedMs: number;
}

export async function translated(failed: Failed): Promise<EnrollmentError> {
  const { call, error, waitedMs } = failed;
  const options = { cause: error };
  if (error instanceof EnrollmentError) return error;
  if (error instanceof WorkflowNotFoundError) {
    return byState(failed, 'Temporal did not find it open at that moment');
  }
  if (error instanceof NamespaceNotFoundError) {
    const details = `there is no namespace ${call.client.options.namespace}`;
    return new TemporalRefused(call.what, 'NOT_FOUND', details, options);
  }
  if (error instanceof WorkflowUpdateFailedError) return ofFailedUpdate(call, error);
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new NoAnswerYet({ ...call, waitedMs }, options);
  }
  if (isClosed(error)) return new ConnectionClosed(call.what, options);
  const unreadable = ofConversion(call, error);
  if (unreadable !== undefined) return unreadable;
  const status = grpcStatus(error);
  if (status !== undefined) return byStatus(failed, status);
  return new Unexpected(call.what, kindOf(error), options);
}

type Meaning = 'late' | 'unavailable' | 'refused' | 'precondition';

const MEANINGS: Record<GrpcStatusName, Meaning> = {
  OK: 'unavailable',
  // A busy server sees our deadline before we do.
  CANCELLED: 'late',
  DEADLINE_EXCEEDED: 'late',
  UNKNOWN: 'unavailable',
  RESOURCE_EXHAUSTED: 'unavailable',
  ABORTED: 'unavailable',
  INTERNAL: 'unavailable',
  UNAVAILABLE: 'unavailable',
  DATA_LOSS: 'unavailable',
  INVALID_ARGUMENT: 'refused',
  NOT_FOUND: 'refused',
  ALREADY_EXISTS: 'refused',
  PERMISSION_DENIED: 'refused',
  OUT_OF_RANGE: 'refused',
  UNIMPLEMENTED: 'refused',
  UNAUTHENTICATED: 'refused',
  FAILED_PRECONDITION: 'precondition',
};

async function byStatus(failed: Failed, status: GrpcStatus): Promise<EnrollmentError> {
  const { call, error, waitedMs } = failed;
  const { name, details } = status;
  const options = { cause: error };
  const noAnswer = () => new NoAnswerYet({ ...call, waitedMs }, options);
  const refused = () => new TemporalRefused(call.what, name, details, options);
  switch (MEANINGS[name]) {
    case 'late':
      return call.answeredByWorker ? noAnswer() : new TemporalUnavailable(call, name, options);
    case 'unavailable':
      return new TemporalUnavailable(call, name, options);
    case 'refused':
      return refused();
    case 'precondition':
      if (!call.answeredByWorker) return refused();
      if (call.idempotencyKey === undefined || waitedMs >= FIRST_REQUEST_MS) return noAnswer();
      return byState(failed, details);
  }
}

/** Temporal says the same of a run that has ended, that never was and that is paused: looked at here. */
async function byState({ call, error }: Failed, why: string): Promise<EnrollmentError> {
  const { client, workflowId, runId } = call;
  const options = { cause: error };
  const began = performance.now();
  try {
    const described = await client.withDeadline(Date.now() + SERVER_DEADLINE_MS, () =>
      withoutPayloads(client).workflow.getHandle(workflowId, runId).describe(),
    );
    if (!isOpen(described)) return endedAs(workflowId, described, options);
    if (described.status.name === 'PAUSED') return new EnrollmentPaused(call, options);
    return new NotTaken({ ...call, why }, options);
  } catch (problem) {
    if (problem instanceof WorkflowNotFoundError)
      return new EnrollmentNotFound(workflowId, options);
    const waitedMs = performance.now() - began;
    return translated({ call: { ...call, answeredByWorker: false }, error: problem, waitedMs });
  }
}

/** @param described - of a run that has ended */
export function endedAs(
  workflowId: string,
  described: Pick<WorkflowExecutionDescription, 'status' | 'typedSearchAttributes'>,
  options: ErrorOptions = {},
): EnrollmentEnded {
  const { status, typedSearchAttributes } = described;
  const outcome =
    outcomeOf(typedSearchAttributes.get(MFA_OUTCOME)) ?? OUTCOME_BY_STATUS[status.name];
  return new EnrollmentEnded(workflowId, outcome, options);
}

export function outcomeOf(text: string | undefined): Outcome | undefined {
  switch (text) {
    case 'enrolled':
    case 'expired':
    case 'cancelled':
    case 'failed':
      return text;
    default:
      return undefined;
  }
}

/** Where the run itself could not say it. */
const OUTCOME_BY_STATUS: Record<WorkflowExecutionStatusName, Outcome | undefined> = {
  CANCELLED: 'cancelled',
  FAILED: 'failed',
  TERMINATED: 'failed',
  TIMED_OUT: 'failed',
  COMPLETED: undefined,
  CONTINUED_AS_NEW: undefined,
  RUNNING: undefined,
  PAUSED: undefined,
  UNSPECIFIED: undefined,
  UNKNOWN: undefined,
};

/** One that is no refusal of the contract. */
function ofFailedUpdate(call: Call, error: WorkflowUpdateFailedError): EnrollmentError {
  const options = { cause: error };
  const { cause } = error;
  const type = cause instanceof ApplicationFailure ? (cause.type ?? undefined) : cause?.name;
  const why = type === undefined || !Object.hasOwn(UNTAKEN, type) ? undefined : UNTAKEN[type];
  if (why === undefined) return new UnexpectedAnswer(call, type, options);
  return new NotTaken({ ...call, why }, options);
}

/** Nothing has come of it, so it may be sent again under its id. */
export function isUnprocessed(error: unknown): boolean {
  if (!(error instanceof WorkflowUpdateFailedError)) return false;
  return error.cause instanceof ApplicationFailure && error.cause.type === UNPROCESSED;
}

function isClosed(error: unknown): boolean {
  if (error instanceof IllegalStateError) return true;
  return [error, causeOf(error)].some(
    (candidate) => candidate instanceof Error && candidate.message.includes(CHANNEL_CLOSED),
  );
}

/** Without its cause: what could not be converted stands in its text. */
function ofConversion({ client, what }: Call, error: unknown): EnrollmentError | undefined {
  if (error instanceof ValueError && error.message.includes(ENCRYPTED)) {
    return new EncryptionRequired(
      client.options.namespace,
      `it cannot read the answer to ${what}; what was asked for may have taken effect`,
    );
  }
  const isConversion =
    error instanceof ValueError ||
    error instanceof ExternalStorageNotConfiguredError ||
    // Of a payload that is no JSON.
    kindOf(error) === 'SyntaxError';
  return isConversion ? new UnreadableAnswer(what, kindOf(error)) : undefined;
}

function kindOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('name' in error)) return typeof error;
  return String(error.name);
}

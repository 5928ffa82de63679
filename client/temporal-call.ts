/**
 * One call to Temporal: its deadline, and what its errors mean to a caller. The SDK itself repeats
 * what Temporal certainly did not take, within the deadline; nothing is repeated here.
 */
import {
  type Client,
  isGrpcDeadlineError,
  isGrpcServiceError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { NamespaceNotFoundError, WorkflowNotFoundError } from '@temporalio/common';
import { type Outcome } from '../workflows/contract/enroll-mfa.ts';
import { MFA_OUTCOME } from '../workflows/contract/search-attributes.ts';
import {
  EnrollmentEnded,
  EnrollmentNotFound,
  NoAnswerYet,
  TemporalRefused,
  TemporalUnavailable,
} from './errors.ts';

/** What Temporal answers by itself, without a worker: a start, a signal, a description. */
const SERVER_DEADLINE_MS = 10_000;

/** A worker has to answer; it does so in milliseconds, or after a cold start in seconds. */
export const QUERY_DEADLINE_MS = 10_000;

/** The workflow answers an update within its own patience of 20 s; below that, answers are lost. */
export const UPDATE_DEADLINE_MS = 25_000;

/** The server keeps one query waiting for a worker and says this of the next. */
const QUERIES_WAIT = 'query buffer is full';

export interface Call {
  readonly client: Client;
  readonly workflowId: string;
  readonly runId?: string;
  /** What is asked for, in a message to a person: a message's or a query's name. */
  readonly what: string;
  readonly deadlineMs: number;
  readonly updateId?: string;
  /** Whether a worker has to answer, so that a passed deadline says nothing about Temporal. */
  readonly answeredByWorker: boolean;
}

/** @throws EnrollmentNotFound, EnrollmentEnded, NoAnswerYet, TemporalUnavailable, TemporalRefused */
export async function callTemporal<T>(call: Call, run: () => Promise<T>): Promise<T> {
  try {
    return await call.client.withDeadline(Date.now() + call.deadlineMs, run);
  } catch (error) {
    throw await translated(call, error);
  }
}

/** One that Temporal answers by itself, without a worker. Throws as {@link callTemporal} does. */
export function callServer<T>(
  call: Pick<Call, 'client' | 'workflowId' | 'runId' | 'what'>,
  run: () => Promise<T>,
): Promise<T> {
  return callTemporal({ ...call, deadlineMs: SERVER_DEADLINE_MS, answeredByWorker: false }, run);
}

async function translated(call: Call, error: unknown): Promise<unknown> {
  if (error instanceof WorkflowNotFoundError) return endedOrNotFound(call, error);
  if (error instanceof NamespaceNotFoundError) {
    return new TemporalRefused(call.what, 'NOT_FOUND', error.message, { cause: error });
  }
  const late =
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isGrpcDeadlineError(error);
  if (late && call.answeredByWorker) return new NoAnswerYet(call, { cause: error });
  const status = grpcStatus(error);
  if (status === undefined) return error;
  if (call.answeredByWorker && isUnanswered(status)) return new NoAnswerYet(call, { cause: error });
  switch (status.name) {
    case 'DEADLINE_EXCEEDED':
    case 'UNAVAILABLE':
    case 'RESOURCE_EXHAUSTED':
    case 'CANCELLED':
      return new TemporalUnavailable(call.what, status.name, { cause: error });
    case 'FAILED_PRECONDITION':
      // A query while no worker has polled for some time.
      return call.answeredByWorker
        ? new NoAnswerYet(call, { cause: error })
        : new TemporalRefused(call.what, status.name, status.details, { cause: error });
    case 'INVALID_ARGUMENT':
    case 'PERMISSION_DENIED':
    case 'UNAUTHENTICATED':
    case 'UNIMPLEMENTED':
    case 'NOT_FOUND':
      return new TemporalRefused(call.what, status.name, status.details, { cause: error });
    default:
      return error;
  }
}

/**
 * What a busy server says where no worker answers: it saw our deadline before we did, or it holds an
 * earlier query of the same run that nobody has answered either, and takes no second one.
 */
function isUnanswered({ name, details }: { name: string; details: string }): boolean {
  return name === 'CANCELLED' || details.includes(QUERIES_WAIT);
}

/** Temporal says "not found" of a run that has ended too; a description tells them apart. */
async function endedOrNotFound(call: Call, cause: Error): Promise<unknown> {
  const { client, workflowId, runId } = call;
  try {
    const outcome = await client.withDeadline(Date.now() + SERVER_DEADLINE_MS, async () => {
      const { status, typedSearchAttributes } = await client.workflow
        .getHandle(workflowId, runId)
        .describe();
      return status.name === 'RUNNING'
        ? undefined
        : (outcomeOf(typedSearchAttributes.get(MFA_OUTCOME)) ?? outcomeByStatus(status.name));
    });
    return new EnrollmentEnded(workflowId, outcome, { cause });
  } catch (error) {
    if (error instanceof WorkflowNotFoundError)
      return new EnrollmentNotFound(workflowId, { cause });
    return translated({ ...call, what: 'describe', answeredByWorker: false }, error);
  }
}

function outcomeOf(text: string | undefined): Outcome | undefined {
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

function outcomeByStatus(status: string): Outcome | undefined {
  switch (status) {
    case 'CANCELLED':
      return 'cancelled';
    case 'FAILED':
    case 'TERMINATED':
    case 'TIMED_OUT':
      return 'failed';
    default:
      return undefined;
  }
}

/** By gRPC's numbers (grpc.io, "Status codes and their use in gRPC"). */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  1: 'CANCELLED',
  3: 'INVALID_ARGUMENT',
  4: 'DEADLINE_EXCEEDED',
  5: 'NOT_FOUND',
  7: 'PERMISSION_DENIED',
  8: 'RESOURCE_EXHAUSTED',
  9: 'FAILED_PRECONDITION',
  12: 'UNIMPLEMENTED',
  14: 'UNAVAILABLE',
  16: 'UNAUTHENTICATED',
};

function grpcStatus(error: unknown): { name: string; details: string } | undefined {
  for (const candidate of [error, causeOf(error)]) {
    if (isGrpcServiceError(candidate)) {
      return { name: STATUS_NAMES[candidate.code] ?? 'UNKNOWN', details: candidate.details };
    }
  }
  return undefined;
}

function causeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
}

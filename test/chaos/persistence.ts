/** Asking again while a server or a worker is down. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  isGrpcServiceError,
  type WorkflowHandle,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { isOpen } from '../../temporal/open-executions.ts';

const RETRY_MS = 150;
/**
 * A dead process is back within seconds. But a workflow task that several of them died over is tried
 * again only after a while that grows, and no query is answered until then.
 */
const PATIENCE_MS = 90_000;
/** For one try. An update is answered within 20 s, unless a worker dies on the way. */
const ANSWER_MS = 40_000;

/** Of gRPC: what a call that the client does not translate says of a run that has ended. */
const NOT_FOUND = 5;

/** The run that was asked has ended. */
export class EndedError extends Error {
  override readonly name = 'EndedError';
}

/**
 * @param answerMs - how long one try may wait for its answer
 * @throws EndedError
 */
export async function persistently<T>(
  handle: WorkflowHandle,
  ask: () => Promise<T>,
  answerMs = ANSWER_MS,
): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await handle.client.connection.withDeadline(Date.now() + answerMs, ask);
    } catch (error) {
      if (isNotFound(error) && (await hasEnded(handle))) {
        throw new EndedError(handle.workflowId);
      }
      if (Date.now() > until || !isPassing(error)) throw error;
      await delay(RETRY_MS);
    }
  }
}

function isNotFound(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return true;
  const code: number | undefined = isGrpcServiceError(error) ? error.code : undefined;
  return code === NOT_FOUND;
}

/** A server that comes back may not know of an update any more that it had not written down. */
function isPassing(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return true;
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  const cause = error instanceof Error ? error.cause : undefined;
  return isGrpcServiceError(error) || isGrpcServiceError(cause);
}

async function hasEnded(handle: WorkflowHandle): Promise<boolean> {
  try {
    return !isOpen(await handle.describe());
  } catch {
    return false;
  }
}

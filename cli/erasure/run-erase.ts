import { resolveTemporalConfig } from '../../temporal/config.ts';
import { connectTemporalClient } from '../../temporal/connection.ts';
import { eraseEnrollments } from './erasure.ts';
import { isArchiving, type Remainder, remainders } from './remains.ts';
import type { Execution } from './executions.ts';

const CANCELLED_BY = 'erasure';

export interface EraseCall {
  readonly workflowId: string;
  readonly cancels: boolean;
  readonly waitMs: number;
}

interface Erased {
  readonly deleted: readonly Execution[];
  readonly remains: readonly Remainder[];
}

/** @throws EnrollmentError */
export async function erase(
  { workflowId, cancels, waitMs }: EraseCall,
  env: NodeJS.ProcessEnv,
): Promise<Erased> {
  const { encryption, ...config } = resolveTemporalConfig(env);
  // Only a cancel is written; to delete, nothing has to be read.
  const client = await connectTemporalClient(
    cancels && encryption !== undefined ? { ...config, encryption } : config,
  );
  try {
    // First: whoever may not ask this learns it before anything is gone.
    const remains = remainders(await isArchiving(client, workflowId));
    const cancel = { by: CANCELLED_BY, waitMs };
    const deleted = await eraseEnrollments({ client, workflowId, ...(cancels && { cancel }) });
    return { deleted, remains };
  } finally {
    await client.connection.close();
  }
}

/** Nothing of the person is printed beyond what was given. */
export function shown({ workflowId }: EraseCall, erased: Erased, json: boolean): string {
  const { deleted, remains } = erased;
  if (!json) return inWords(deleted.length, remains);
  const runs = deleted.map(({ runId, status, startedAt, closedAt }) => ({
    ...{ runId, status, startedAt, closedAt },
  }));
  return JSON.stringify({ workflowId, deleted: runs, remains });
}

function inWords(count: number, remains: readonly Remainder[]): string {
  const deleted =
    count === 0
      ? 'Temporal has no execution of this user; nothing was deleted.'
      : `${count} execution${count === 1 ? '' : 's'} deleted; Temporal has none of this user any more.`;
  return [
    deleted,
    'What remains elsewhere:',
    ...remains.map(({ where, what, todo }) => `- ${where}: ${what}; ${todo}.`),
  ].join('\n');
}

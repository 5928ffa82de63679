/** Sends bytes past every client, and waits for whatever the answer is. */
import { randomUUID } from 'node:crypto';
import type { Payload } from '@temporalio/common';
import { WorkflowFailedError } from '@temporalio/client';
import { encodeWorkflowUpdateStage } from '@temporalio/client/lib/workflow-update-stage.js';
import { ENROLL_MFA_WORKFLOW } from '../../workflows/contract/enroll-mfa.ts';
import { tasksFailed } from '../support/history-watch.ts';
import type { World } from '../support/world.ts';
import type { Message } from './messages.ts';
import type { Sealing } from './sealing.ts';

/** gRPC: the sender's fault, or what was sent is not there; anything else is a fault of ours. */
const REFUSALS = { INVALID_ARGUMENT: 3, NOT_FOUND: 5 } as const;

/** Where it is sent, and what encrypts what is sent encrypted. */
export interface Place {
  readonly world: World;
  readonly sealing: Sealing;
}

export type Answer = 'taken' | 'refused' | 'refused by Temporal';

/**
 * @throws Error where the answer is none of {@link Answer}: a worker that does not answer, a run that
 * neither starts nor is refused
 */
export async function deliver(
  { world, sealing }: Place,
  workflowId: string,
  sent: Message,
): Promise<Answer> {
  const { workflowService } = world.client;
  const { namespace } = world;
  const workflowExecution = { workflowId };
  const lifecycleStage = encodeWorkflowUpdateStage('COMPLETED') ?? null;
  const input = { payloads: await payloadsOf(sealing, workflowId, sent) };
  try {
    switch (sent.way) {
      case 'signal': {
        const signalName = sent.name;
        const request = {
          namespace,
          workflowExecution,
          signalName,
          input,
          requestId: randomUUID(),
        };
        await workflowService.signalWorkflowExecution(request);
        return 'taken';
      }
      case 'update': {
        const { outcome } = await workflowService.updateWorkflowExecution({
          ...{ namespace, workflowExecution },
          waitPolicy: { lifecycleStage },
          request: { meta: { updateId: randomUUID() }, input: { name: sent.name, args: input } },
        });
        return outcome?.failure ? 'refused' : 'taken';
      }
      case 'query': {
        const query = { queryType: sent.name, queryArgs: input };
        await workflowService.queryWorkflow({ namespace, execution: workflowExecution, query });
        return 'taken';
      }
      case 'start':
        return await start({ world, sealing }, sent);
    }
  } catch (error) {
    const refusals: readonly unknown[] = Object.values(REFUSALS);
    if (typeof error === 'object' && error !== null && 'code' in error) {
      if (refusals.includes(error.code)) return 'refused by Temporal';
    }
    throw error;
  }
}

/** It must end by itself, failed: no input of these is one. */
async function start({ world, sealing }: Place, sent: Message): Promise<Answer> {
  const workflowId = `fuzz-${randomUUID()}`;
  await world.client.workflowService.startWorkflowExecution({
    namespace: world.namespace,
    workflowId,
    workflowType: { name: ENROLL_MFA_WORKFLOW },
    taskQueue: { name: world.taskQueue },
    input: { payloads: await payloadsOf(sealing, workflowId, sent) },
    requestId: randomUUID(),
  });
  const handle = world.client.workflow.getHandle(workflowId);
  try {
    await handle.result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    if ((await tasksFailed(handle)) > 0) {
      throw new Error('A workflow task failed.', { cause: error });
    }
    return 'refused';
  }
  throw new Error('An enrollment has begun with a broken input.');
}

function payloadsOf(
  sealing: Sealing,
  workflowId: string,
  { payloads, way }: Message,
): Promise<Payload[]> {
  return Promise.all(
    payloads.map(async (payload) =>
      'spoiling' in payload
        ? sealing.seal(payload, workflowId, way)
        : { metadata: { encoding: Buffer.from(payload.encoding) }, data: payload.data },
    ),
  );
}

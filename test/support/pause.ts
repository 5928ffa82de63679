import { randomUUID } from 'node:crypto';
import type { World } from './world.ts';

/**
 * What an administrator does with `temporal workflow pause`; it holds at once. Where a worker is up, only
 * while the run waits for people: docs/upgrades.md says what becomes of it otherwise.
 */
export async function pause(world: World, workflowId: string): Promise<void> {
  const { workflowService } = world.client;
  await workflowService.pauseWorkflowExecution(asked(world, workflowId));
}

export async function unpause(world: World, workflowId: string): Promise<void> {
  const { workflowService } = world.client;
  await workflowService.unpauseWorkflowExecution(asked(world, workflowId));
}

function asked({ namespace }: World, workflowId: string) {
  return { namespace, workflowId, reason: 'test', identity: 'admin', requestId: randomUUID() };
}

import { describe, expect, it } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import { ENROLL_MFA_WORKFLOW } from '../../workflows/contract/enroll-mfa.ts';
import { MFA_REASON } from '../../workflows/contract/search-attributes.ts';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { Enrollee } from '../support/enrollee.ts';
import { createWorld } from '../support/world.ts';

describe('a failure', () => {
  it('of the input names every problem and asks Auth0 nothing', async () => {
    await using world = await createWorld();
    const handle = await world.client.workflow.start(ENROLL_MFA_WORKFLOW, {
      workflowId: enrollMfaWorkflowId(world.tenant, world.user.userId),
      taskQueue: world.taskQueue,
      args: [{ tenant: world.tenant, userId: world.user.userId, factors: ['fax'], phone: 1 }],
    });
    const failed: unknown = await handle.result().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(WorkflowFailedError);
    expect(failed).toMatchObject({ cause: { type: 'invalid-input' } });
    const { message } = (failed as WorkflowFailedError).cause as ApplicationFailure;
    for (const field of ['factors', 'phone', 'requestedBy']) expect(message).toContain(field);
    expect(world.emulator.journal.entries).toEqual([]);
  });

  it('of the tenant is told before anybody logs in, with the remedy, and asks Auth0 nothing', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { tenant: 'another.eu.auth0.com' });
    expect(await person.untilPhase('awaiting-operator')).toMatchObject({ next: { type: 'wait' } });
    const described = await person.handle.describe();
    expect(described.typedSearchAttributes.get(MFA_REASON)).toBe('configuration-fault');
    const { currentDetails } = await person.handle.query<{ currentDetails?: string }>(
      '__temporal_workflow_metadata',
    );
    expect(currentDetails).toContain('AUTH0_DOMAIN');
    expect(world.emulator.journal.entries).toEqual([]);
    await person.handle.signal('cancel', { by: 'admin', reason: 'a typing error' });
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
  });
});

import { describe, expect, it } from '@jest/globals';
import { isOpen, OPEN_EXECUTIONS } from '../../temporal/open-executions.ts';
import { judged } from '../support/auth0-record.ts';
import { clientOf, inputOf, newestCode, startEnrollment } from '../support/client-enrollment.ts';
import { login } from '../support/login.ts';
import { pause, unpause } from '../support/pause.ts';
import { untilSeen } from '../support/repeated-look.ts';
import { createWorld, type World } from '../support/world.ts';

/** Long enough for a call that reaches the server, short where nobody is there to answer. */
const NOBODY_ANSWERS_MS = 1_500;

async function openStates({ client }: World, workflowId: string): Promise<readonly string[]> {
  const states: string[] = [];
  const query = `WorkflowId = '${workflowId}' AND ${OPEN_EXECUTIONS}`;
  for await (const { status } of client.workflow.list({ query })) states.push(status.name);
  return states;
}

/** The server lists a change of state some time after it. */
async function untilListed(world: World, workflowId: string, states: readonly string[]) {
  await untilSeen(
    `of ${workflowId} the server lists ${states.join()}`,
    async () => (await openStates(world, workflowId)).join() === states.join(),
  );
}

describe('a paused enrollment', () => {
  it('is told as paused, is judged nothing, and goes on with the same request', async () => {
    await using world = await createWorld();
    const enrollment = await startEnrollment(world, ['sms']);
    const { workflowId } = enrollment;
    await enrollment.completeLogin(await login(world));
    await pause(world, workflowId);
    const code = { challenge: 1, code: newestCode(world) };
    const options = { idempotencyKey: 'request-1' };
    await expect(enrollment.submitCode(code, options)).rejects.toMatchObject({
      ...{ code: 'enrollment-paused', workflowId, asked: 'submitCode', ...options },
      message: expect.stringMatching(/workflow unpause .*ask again with idempotencyKey request-1/),
    });
    expect(await enrollment.progress()).toMatchObject({ next: { type: 'enter-sms-code' } });
    // It is the user's enrollment: another one is not begun beside it.
    expect(await clientOf(world).start(inputOf(world))).toMatchObject({ started: false });
    const waiting = enrollment.result({ timeoutMs: NOBODY_ANSWERS_MS });
    await expect(waiting).rejects.toMatchObject({ code: 'no-answer-yet' });
    expect(judged(world)).toBe(0);

    await unpause(world, workflowId);
    expect(await enrollment.submitCode(code, options)).toMatchObject({ status: 'confirmed' });
    expect(judged(world)).toBe(1);
    expect(await enrollment.result()).toMatchObject({ outcome: 'enrolled' });
  });

  it('keeps a signal until it goes on', async () => {
    await using world = await createWorld();
    const enrollment = await startEnrollment(world);
    await enrollment.progress();
    await pause(world, enrollment.workflowId);
    await enrollment.cancel({ by: 'ops', reason: 'user left' });
    const { client } = world;
    const described = await client.workflow.getHandle(enrollment.workflowId).describe();
    expect(described.status.name).toBe('PAUSED');
    expect(isOpen(described)).toBe(true);
    await unpause(world, enrollment.workflowId);
    expect(await enrollment.result()).toMatchObject({ outcome: 'cancelled', cancelledBy: 'ops' });
  });

  it('is among the open ones until it ends', async () => {
    await using world = await createWorld({ worker: false });
    const { workflowId } = await startEnrollment(world);
    await untilListed(world, workflowId, ['RUNNING']);
    await pause(world, workflowId);
    await untilListed(world, workflowId, ['PAUSED']);
    await unpause(world, workflowId);
    await untilListed(world, workflowId, ['RUNNING']);
    const handle = world.client.workflow.getHandle(workflowId);
    await handle.terminate('test');
    await untilListed(world, workflowId, []);
    expect(isOpen(await handle.describe())).toBe(false);
  });
});

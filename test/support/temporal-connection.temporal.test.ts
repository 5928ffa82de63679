import { describe, expect, it } from '@jest/globals';
import { Client } from '@temporalio/client';
import { Enrollee } from './enrollee.ts';
import { connectTo } from './temporal-connection.ts';
import { createWorld } from './world.ts';

describe('a connection of the tests', () => {
  it('ends what is under way when it is closed', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    const { connection, close } = await connectTo(world.address);
    const { workflow } = new Client({ connection, namespace: world.namespace });
    const result = workflow.getHandle(person.handle.workflowId).result();
    const told = expect(result).rejects.toMatchObject({
      cause: { details: 'The test has ended.' },
    });
    await person.progress();
    await close();
    await told;
  });
});

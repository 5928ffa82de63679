import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Enrollee } from '../support/enrollee.ts';
import { unreplayable } from '../support/replays.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWorkerProgram } from '../support/worker-program.ts';
import { createWorld } from '../support/world.ts';

describe('a tenant over https', () => {
  it('is enrolled at by a worker that trusts its CA, as at a real one', async () => {
    await using folder = await temporaryFolder();
    const tls = { folder: join(folder.path, 'tls') };
    await using world = await createWorld({ worker: false, emulator: { tls } });
    await using worker = await startWorkerProgram(world, folder.path);
    const person = await Enrollee.start(world);
    await person.logIn();
    await person.submit(person.texted(), 1);
    await person.logIn();
    await person.scan();
    await person.submit(person.otp(), 2);
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    const { emulator, user } = world;
    expect(emulator.issuer).toMatch(/^https:/);
    expect(emulator.authenticators(user.userId).map(({ active }) => active)).toEqual([true, true]);
    expect(await unreplayable([person.handle])).toEqual([]);
    expect(worker.output()).not.toContain('http://127');
  });
});

import { describe, it } from '@jest/globals';
import { createWorld, type World } from '../../support/world.ts';
import { ModelRun } from './model-run.ts';
import { ModelPerson, type Sent } from './person.ts';
import { checkSlowly } from './repeatable.ts';
import { seenOfModel } from './seen.ts';
import { ServerRun } from './server-run.ts';
import { sequenceForServer, type Sequence } from './steps.ts';

/** Each about a second, most of it the world's. */
const RUNS = 32;
const TIMEOUT_MS = 240_000;
/** Once it has ended, so many steps show that nothing changes any more. */
const STEPS_AFTER_THE_END = 2;

function worldThat(reuseSameNumber: boolean): Promise<World> {
  const settings = { reuseSameNumber, recoveryCodes: true, requestsPerSecond: 'off' } as const;
  return createWorld({ emulator: { settings } });
}

async function compare(world: World, { beginning, steps }: Sequence): Promise<void> {
  const model = new ModelPerson(new ModelRun(beginning));
  const server = await ServerRun.start(world, beginning);
  let afterTheEnd = 0;
  for (const step of steps) {
    if (model.run.state.outcome !== undefined) afterTheEnd += 1;
    if (afterTheEnd > STEPS_AFTER_THE_END) return;
    for (const { message, told } of model.take(step)) {
      agree(model.sent, { told }, { told: await server.take(message) });
    }
    agree(model.sent, seenOfModel(model.run), await server.seen());
  }
}

type Facts = Readonly<Record<string, unknown>>;

function agree(sent: readonly Sent[], model: Facts, server: Facts): void {
  const names = [...new Set([...Object.keys(model), ...Object.keys(server)])];
  const different = names
    .filter((name) => JSON.stringify(model[name]) !== JSON.stringify(server[name]))
    .map(
      (name) =>
        `${name}:\n  model:  ${JSON.stringify(model[name])}\n  server: ${JSON.stringify(server[name])}`,
    );
  if (different.length === 0) return;
  const script = sent.map((one, i) => `${i + 1}. ${JSON.stringify(one)}`);
  throw new Error(['The two differ.', ...different, 'Sent so far:', ...script].join('\n'));
}

describe('an enrollment on the real server', () => {
  it(
    'is at each rest where the model is',
    async () => {
      await using reusing = await worldThat(true);
      await using making = await worldThat(false);
      await checkSlowly(sequenceForServer, RUNS, (sequence) =>
        compare(sequence.beginning.reuseSameNumber ? reusing : making, sequence),
      );
    },
    TIMEOUT_MS,
  );
});

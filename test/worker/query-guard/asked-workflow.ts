/** The smallest workflow whose history a query can spoil; the same as in docs/upstream/. */
import {
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  setHandler,
  sleep,
} from '@temporalio/workflow';

export async function asked(): Promise<void> {
  let [poked, seen] = [0, 0];
  setHandler(defineSignal('poke'), () => {
    poked += 1;
  });
  setHandler(defineUpdate<number>('update'), () => poked);
  setHandler(defineQuery<number>('poked'), () => poked);
  for (;;) {
    await condition(() => poked > seen);
    seen = poked;
    void sleep(3_600_000);
  }
}

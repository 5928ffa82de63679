import type { FaultRule } from '@durable-mfa/tenant-emulator';
import type { Enrollee } from './enrollee.ts';
import { fastForward } from './fast-forward.ts';

/** Two waits of one HTTP deadline (5 s) each, and the calls between them. */
const SETTLEMENT_MS = 15_000;

/** Ways to lose the answer to a request: the request had no effect (`before`), or it had (`after`). */
export const LOST = {
  'dropped-before': { when: 'before', action: 'drop' },
  'dropped-after': { when: 'after', action: 'drop' },
  '502-before': { when: 'before', action: { status: 502, body: 'Bad Gateway' } },
  '502-after': { when: 'after', action: { status: 502, body: 'Bad Gateway' } },
} as const satisfies Record<string, Pick<FaultRule, 'when' | 'action'>>;

/**
 * Does what makes the enrollment call `endpoint`, whose answer is lost as a fault says, and lets the
 * waits of the settlement pass.
 *
 * @param meanwhile - happens once the answer is lost, before the list is read
 */
export async function throughSettlement<T>(
  person: Enrollee,
  endpoint: string,
  act: () => Promise<T>,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<T> {
  const { journal } = person.world.emulator;
  const before = new Set(journal.entries.map(({ id }) => id));
  const answer = act();
  await journal.waitFor(
    ({ id, endpoint: met, status = 0 }) =>
      met === endpoint && !before.has(id) && (status === 0 || status >= 400),
  );
  await meanwhile();
  await fastForward(person.world, person.handle, SETTLEMENT_MS);
  return answer;
}

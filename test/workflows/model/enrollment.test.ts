import { describe, expect, it } from '@jest/globals';
import { nextAction } from '../../../workflows/progress-view.ts';
import { HINTS } from '../../../workflows/refusals.ts';
import { INVARIANTS } from './invariants.ts';
import { ModelRun } from './model-run.ts';
import { ModelPerson } from './person.ts';
import { checkAll } from './repeatable.ts';
import { anySequence, type Sequence } from './steps.ts';

const RUNS = 3_000;
const RUNS_FOR_REACH = 1_500;

/** Told where Auth0 fails, or about somebody else's login, which the ideal tenant knows nothing of. */
const NOT_IN_THE_MODEL = [
  'login-code-refused',
  'login-unfinished',
  'invalid-id-token',
  'invalid-access-token',
  'wrong-user',
  'wrong-audience',
  'missing-scope',
  'stale-login',
  'mfa-not-challenged',
  'token-expired',
  'code-unresolved',
  'association-unresolved',
  'sms-quota-spent',
  'rate-limited',
  'unavailable',
];

function live({ beginning, steps }: Sequence, look: (person: ModelPerson) => void): ModelPerson {
  const person = new ModelPerson(new ModelRun(beginning));
  for (const step of steps) {
    person.take(step);
    look(person);
  }
  return person;
}

describe('an enrollment in the model', () => {
  it('keeps its rules, whatever is sent to it and whenever', () => {
    checkAll(anySequence, RUNS, (sequence) => {
      let before = new ModelRun(sequence.beginning).state;
      live(sequence, ({ run }) => {
        for (const [rule, invariant] of INVARIANTS) {
          const problem = invariant(run, before);
          if (problem !== undefined) throw new Error(`Every enrollment ${rule}, but: ${problem}.`);
        }
        before = run.state;
      });
    });
  });

  it('comes to every next action, outcome and refusal that it can come to', () => {
    const reached = new Set<string>();
    checkAll(anySequence, RUNS_FOR_REACH, (sequence) => {
      live(sequence, ({ run: { state, now } }) => {
        reached.add(nextAction(state, now).type).add(state.outcome ?? '');
        reached.add(state.lastRefusal?.refusal ?? '');
      });
    });
    const actions = ['log-in', 'enter-sms-code', 'scan-and-enter-otp', 'request-resend'];
    const more = ['change-phone-number', 'wait', 'nothing', 'enrolled', 'expired', 'cancelled'];
    const refusals = Object.keys(HINTS).filter((refusal) => !NOT_IN_THE_MODEL.includes(refusal));
    const all = [...actions, ...more, ...refusals];
    expect(all.filter((name) => !reached.has(name))).toEqual([]);
  });
});

/** Rules of the flow, each broken in one line, and the scenario that says so. */
import type { Change } from './broken-bundle.ts';

export interface BrokenRule extends Change {
  /** The file in `test/scenarios`, and the name of one of its tests, or how it begins. */
  readonly seenBy: readonly [file: string, name: string];
}

const ASSOCIATE = 'lost-answers-associate.test.ts';
const CONFIRM = 'lost-answers-confirm.test.ts';

export const BROKEN_RULES: readonly BrokenRule[] = [
  {
    fault: 'a text is asked for again without a look at the list',
    file: 'flow/associate.ts',
    find: "return list === undefined ? 'cannot-tell' : associationMade(run.state, list, factor);",
    replace: "return 'not-made';",
    seenBy: [ASSOCIATE, 'associate-sms/dropped-after'],
  },
  {
    fault: 'an empty list is believed at the first look',
    file: 'flow/associate.ts',
    find: "if (verdict !== 'made' && !run.ending) {",
    replace: 'if (list === undefined && !run.ending) {',
    seenBy: [ASSOCIATE, 'associate-sms/late'],
  },
  {
    fault: 'a text is asked for again, and again',
    file: 'flow/associate.ts',
    find: 'if (!neverMade && repeats >= REPEATS_MAX)',
    replace: 'if (!neverMade && repeats >= 9)',
    seenBy: [ASSOCIATE, 'associate-sms/second-loss'],
  },
  {
    fault: 'what a lost answer has made stays',
    file: 'flow/associate.ts',
    find: 'await deleteOurs(run, session, list, [factor]);',
    replace: "run.apply({ type: 'unconfirmed-gone', factor, count: 1 });",
    seenBy: [ASSOCIATE, 'associate-sms/dropped-after'],
  },
  {
    fault: 'a text that went out is given back',
    file: 'rules/send-transition.ts',
    find: "if (verdict === 'made') return withChallenge(state, { settled: true });",
    replace: '',
    seenBy: [ASSOCIATE, 'associate-sms/dropped-after'],
  },
  {
    fault: 'an attempt that may have run is repeated by Temporal',
    file: 'flow/activity-policies.ts',
    find: 'nonRetryableErrorTypes: MAY_HAVE_RUN,',
    replace: 'nonRetryableErrorTypes: [],',
    seenBy: ['lost-answers.test.ts', 'an associate, which nobody repeats blindly'],
  },
  {
    fault: 'a code that is being judged is judged again',
    file: 'flow/inbox.ts',
    find: 'queued.challenge === challenge && queued.code === code',
    replace: 'queued.challenge === -challenge && queued.code === code',
    seenBy: ['races.test.ts', 'joins it where it is the same'],
  },
  {
    fault: 'codes are judged beyond the attempts',
    file: 'rules/enrollment-state.ts',
    find: 'LIMITS.wrongCodesPerChallenge - state.challenge.wrongCodes',
    replace: '100 - state.challenge.wrongCodes',
    seenBy: ['codes.test.ts', 'four times spends the text'],
  },
  {
    fault: 'a code of an earlier challenge is judged',
    file: 'rules/admission.ts',
    find: 'const named = arriving.challenge ?? current?.number;',
    replace: 'const named = current?.number;',
    seenBy: ['races.test.ts', 'after challenge 2 was sent is refused'],
  },
  {
    fault: 'a code whose answer was lost is judged again without a look at the list',
    file: 'flow/confirm.ts',
    find: 'return confirmationMade(run.state, list, factor);',
    replace: "return 'not-confirmed';",
    seenBy: [CONFIRM, 'confirm/dropped-after'],
  },
  {
    fault: 'a lost answer to a code is taken for a confirmation',
    file: 'flow/confirm.ts',
    find: "if (verdict === 'confirmed') return CONFIRMED_BY_LIST;",
    replace: "if (failure.type === 'ambiguous') return CONFIRMED_BY_LIST;",
    seenBy: [CONFIRM, 'confirm/dropped-before'],
  },
  {
    fault: 'nothing is cleaned up',
    file: 'flow/clean-up.ts',
    find: 'if (unconfirmedFactors(run.state).length === 0) return;',
    replace: 'if (run.input.tenant.length > 0) return;',
    seenBy: ['endings.test.ts', 'removes what is unconfirmed'],
  },
  {
    fault: 'what was there before is not remembered',
    file: 'rules/transition.ts',
    find: 'return { ...state, listRead: true, foreign: event.foreign };',
    replace: 'return { ...state, listRead: true, foreign: [] };',
    seenBy: ['endings.test.ts', 'removes ours alone'],
  },
  {
    fault: 'a login is exchanged a second time',
    file: 'rules/admission.ts',
    find: "if (seen.includes(proofKey(proof))) return 'proof-seen-before';",
    replace: '',
    seenBy: ['logins.test.ts', 'was seen before'],
  },
  {
    fault: 'the deadline is forgotten',
    file: 'enroll-mfa.ts',
    find: 'run.deadline.set(run.state.deadlineAt);',
    replace: '',
    seenBy: ['time.test.ts', 'passes while nothing runs'],
  },
];

/** Faults put into the service's own code, one at a time: each must be noticed (`main.ts`). */
export interface Mutant {
  readonly name: string;
  /** The invariant that it breaks. */
  readonly breaks: `I${number}`;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Tests that notice it where chaos cannot. */
  readonly tests: readonly string[];
}

const LOST = 'test/workflows/lost-answers';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'retry a lost associate or code blindly',
    breaks: 'I2',
    file: 'activities/failures.ts',
    find: '  ambiguous: ALARMING,',
    replace: '  ambiguous: { retryable: true, benign: false },',
    tests: [`${LOST}/associate-sms`],
  },
  {
    name: 'let the retry policy repeat time-outs',
    breaks: 'I2',
    file: 'workflows/activity-policies.ts',
    find: '    nonRetryableErrorTypes: MAY_HAVE_RUN,',
    replace: '    nonRetryableErrorTypes: [],',
    tests: ['test/end-to-end/killed-worker'],
  },
  {
    name: 'ask again without reading the list',
    breaks: 'I2',
    file: 'workflows/associate.ts',
    find: '  return { list, verdict: associationMade(run.state, list, factor) };',
    replace: "  return { list, verdict: 'not-made' };",
    tests: [`${LOST}/associate-sms`],
  },
  {
    name: 'forget the snapshot of the list',
    breaks: 'I1',
    file: 'workflows/transition.ts',
    find: '      return { ...state, foreign: event.foreign };',
    replace: '      return { ...state, foreign: [] };',
    tests: ['test/workflows/login-refusals', `${LOST}/associate-sms`],
  },
  {
    name: 'believe an empty list at the first look',
    breaks: 'I2',
    file: 'workflows/associate.ts',
    find: "  return first.verdict === 'made' ? first : look(run, session, factor);",
    replace: '  return first.list !== undefined ? first : look(run, session, factor);',
    tests: [`${LOST}/associate-sms`],
  },
  {
    name: 'ask again, and again',
    breaks: 'I2',
    file: 'workflows/associate.ts',
    find: "  if (again.failure.type === 'ambiguous') await run.settle('associating');",
    replace: "  if (again.failure.type === 'ambiguous') return settle(run, session, factor);",
    tests: [`${LOST}/associate-sms`],
  },
  {
    name: 'send without counting',
    breaks: 'I2',
    file: 'workflows/transition.ts',
    find: '    sendsLeft: state.sendsLeft - sends,',
    replace: '    sendsLeft: state.sendsLeft,',
    tests: ['test/workflows/endings'],
  },
  {
    name: 'judge the same code twice',
    breaks: 'I3',
    file: 'workflows/inbox.ts',
    find: '    return all.find((queued) => queued.challenge === challenge && queued.code === code);',
    replace:
      '    return all.find((queued) => queued.challenge === -challenge && queued.code === code);',
    tests: ['test/workflows/codes'],
  },
  {
    name: 'judge more codes than attempts are left',
    breaks: 'I3',
    file: 'workflows/enrollment-state.ts',
    find: '  const ofChallenge = LIMITS.wrongCodesPerChallenge - state.challenge.wrongCodes;',
    replace: '  const ofChallenge = 100 - state.challenge.wrongCodes;',
    tests: ['test/workflows/codes'],
  },
  {
    name: 'judge a code of an earlier challenge',
    breaks: 'I3',
    file: 'workflows/admission.ts',
    find: '  const named = arriving.challenge ?? current?.number;',
    replace: '  const named = current?.number;',
    tests: ['test/workflows/codes', 'test/workflows/races'],
  },
  {
    name: 'repeat a code whose answer was lost without reading',
    breaks: 'I3',
    file: 'workflows/confirm.ts',
    find: '  return confirmationMade(run.state, list, factor) ? ',
    replace: '  return list.length > 1_000 && confirmationMade(run.state, list, factor) ? ',
    tests: [`${LOST}/confirm`],
  },
  {
    name: 'take a lost answer to a code for a confirmation',
    breaks: 'I1',
    file: 'workflows/confirm.ts',
    find: "  if (verdict === 'confirmed') return CONFIRMED_BY_LIST;",
    replace: "  if (failure.type === 'ambiguous') return CONFIRMED_BY_LIST;",
    tests: [`${LOST}/confirm`],
  },
  {
    name: 'skip the clean-up',
    breaks: 'I8',
    file: 'workflows/clean-up.ts',
    find: '  if (!owesCleanUp(run.state)) return;',
    replace: '  if (run.input.tenant.length > 0) return;',
    tests: ['test/workflows/endings'],
  },
  {
    name: 'clean up what is active too',
    breaks: 'I1',
    file: 'workflows/authenticator-list.ts',
    find: '    ({ id, kind, active }) => kind === factor && !active && !state.foreign.includes(id),',
    replace: '    ({ id, kind }) => kind === factor && !state.foreign.includes(id),',
    tests: [`${LOST}/confirm`, 'test/workflows/endings'],
  },
  {
    name: 'leave what a lost associate has made',
    breaks: 'I8',
    file: 'workflows/associate.ts',
    find: "  if (verdict === 'made' && list !== undefined) await deleteOurs(run, session, list, [factor]);",
    replace: '  run.apply({ type: "unconfirmed-gone", factor, count: 1 });',
    tests: [`${LOST}/associate-sms`],
  },
  {
    name: 'exchange a login a second time',
    breaks: 'I4',
    file: 'workflows/admission.ts',
    find: "  if (seen.includes(proofKey(proof))) return 'proof-seen-before';",
    replace: '',
    tests: ['test/workflows/login-refusals'],
  },
  {
    name: 'take anybody’s login',
    breaks: 'I4',
    file: 'activities/session.ts',
    find: "  if (idClaims.sub !== input.userId || accessClaims.sub !== input.userId) refuse('wrong-user');",
    replace: '',
    tests: ['test/activities/session'],
  },
  {
    name: 'forget the deadline',
    breaks: 'I5',
    file: 'workflows/enroll-mfa.ts',
    find: '  run.deadline.set(run.state.deadlineAt);',
    replace: '',
    tests: ['test/workflows/time'],
  },
  {
    name: 'carry the access token in clear',
    breaks: 'I6',
    file: 'activities/session.ts',
    find: '      accessToken: await seal.seal(tokens.accessToken),',
    replace:
      '      accessToken: await seal.seal(tokens.accessToken), ...{ clear: tokens.accessToken },',
    tests: ['test/workflows/happy-path'],
  },
  {
    name: 'let a frozen worker send late',
    breaks: 'I7',
    file: 'activities/ownership.ts',
    find: '          !context.cancellationSignal.aborted &&',
    replace: '          neededMs > 0 ||',
    tests: ['test/end-to-end/frozen-worker'],
  },
];

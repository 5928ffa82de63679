/** What arrives from outside: it goes into the inbox, and the flow's loop decides. */
import {
  defineQuery,
  defineSignal,
  setDefaultSignalHandler,
  setHandler,
} from '@temporalio/workflow';
import {
  type CancelAnswer,
  type CancelMessage,
  type ChangePhoneNumberMessage,
  type CodeAnswer,
  type CodeMessage,
  type DetailedProgress,
  type ExtendDeadlineMessage,
  type ExtensionAnswer,
  type Factor,
  FACTORS,
  type LoginAnswer,
  type LoginProof,
  QUERIES,
  type Refusal,
  type Refused,
  type ResendAnswer,
  type ResendMessage,
  type SetUp,
  SIGNALS,
  UPDATES,
} from '../contract/enroll-mfa.ts';
import { FACTOR_DEFINITIONS } from '../contract/factors.ts';
import { messageName } from '../contract/markdown.ts';
import {
  cancelMessage,
  changePhoneNumberMessage,
  codeMessage,
  extendDeadlineMessage,
  isBareMfaToken,
  loginProof,
  requestedResend,
  resendMessage,
  retryMessage,
  submittedCode,
} from '../contract/shapes.ts';
import { admitCode, numberRefusal, resendRefusal, unusableNumber } from '../rules/admission.ts';
import { detailedProgressOf, setUpOf } from '../rules/progress-view.ts';
import type { EnrollmentRun } from './enrollment-run.ts';
import { onSignal, onUpdate, type UpdateReception } from './reception.ts';
import { answerAll, type Ticket } from './tickets.ts';

export function registerHandlers(run: EnrollmentRun): void {
  registerQueries(run);
  registerLogin(run);
  registerCodes(run);
  registerSends(run);
  registerAdministration(run);
  setDefaultSignalHandler((name) => {
    run.refuse(messageName(name), 'unknown-message');
  });
}

/** A start that was refused has a state, and no run. */
export function registerQueries(run: Pick<EnrollmentRun, 'state'>): void {
  setHandler(
    defineQuery<DetailedProgress>(QUERIES.progress),
    () => detailedProgressOf(run.state, run.state.waitingSince),
    { description: 'Where the enrollment stands and what it waits for. Holds no secret.' },
  );
  setHandler(defineQuery<SetUp, [kid?: unknown]>(QUERIES.setUp), (kid) => setUpOf(run.state, kid), {
    description: 'The TOTP set-up and the recovery code, sealed to the device of that thumbprint.',
  });
}

function registerLogin(run: EnrollmentRun): void {
  const take = (proof: LoginProof, tickets: Ticket<LoginAnswer>[], message: string) => {
    supersede(run, run.inbox.proof);
    run.inbox.proof = { message, proof, since: Date.now(), tickets };
  };
  onSignal(run, SIGNALS.loginCompleted, {
    description: 'The user has logged in: {code, codeVerifier, redirectUri, nonce, sealTo?}.',
    shape: loginProof,
    mistake: bareMfaToken,
    take: (proof, tickets, name) => {
      if ('code' in proof) take(proof, tickets, name);
      else run.refuse(name, 'token-proof-by-update-only');
    },
  });
  onUpdate<LoginProof, LoginAnswer>(run, UPDATES.completeLogin, {
    description: 'The user has logged in; answers with the next action.',
    shape: loginProof,
    mistake: bareMfaToken,
    take,
  });
}

function registerCodes(run: EnrollmentRun): void {
  const taking =
    (factor?: Factor) =>
    (given: CodeMessage, tickets: Ticket<CodeAnswer>[], message: string): void => {
      const arriving = { ...given, ...(factor !== undefined && { factor }) };
      const admitted = admitCode(run.state, arriving, Date.now(), run.inbox);
      if (typeof admitted === 'string') answerAll(tickets, run.refuse(message, admitted));
      else {
        run.inbox.takeCode({ message, code: given.code, challenge: admitted.number, tickets });
      }
    };
  for (const factor of FACTORS) {
    const { signal, code } = FACTOR_DEFINITIONS[factor];
    onSignal(run, signal, {
      description: `${code}: "123456", or {code, challenge}.`,
      shape: codeMessage,
      take: taking(factor),
    });
  }
  onUpdate(run, UPDATES.submitCode, {
    description: 'A code for the challenge that it names: {code, challenge}; answers the verdict.',
    shape: submittedCode,
    take: taking(),
    refusal: (message) => {
      const admitted = admitCode(run.state, message, Date.now(), run.inbox);
      if (typeof admitted !== 'string') return undefined;
      // The others are told as answers, so that they are recorded where an administrator looks.
      const known = admitted === 'superseded' || admitted === 'no-attempts-left';
      return known || run.stormy ? admitted : undefined;
    },
  });
}

function registerSends(run: EnrollmentRun): void {
  const resend = {
    description: 'Text a new code instead of that of {challenge}.',
    shape: resendMessage,
    take: (given: ResendMessage, tickets: Ticket<ResendAnswer>[], message: string) => {
      const older = run.inbox.resend;
      // Pressed twice: one text, one answer for both.
      if (older !== undefined && older.challenge === given.challenge) {
        older.tickets.push(...tickets);
        return;
      }
      supersede(run, older);
      run.inbox.resend = { message, ...given, tickets };
    },
  };
  const changePhoneNumber = {
    description: 'Use another number (E.164).',
    shape: changePhoneNumberMessage,
    take: (given: ChangePhoneNumberMessage, tickets: Ticket<ResendAnswer>[], message: string) => {
      supersede(run, run.inbox.number);
      // What waits interrupts what is under way, so it has to be good for something.
      const unusable = unusableNumber(run.state, given.phoneNumber);
      run.inbox.number = unusable === undefined ? { message, ...given, tickets } : undefined;
      if (unusable !== undefined) answerAll(tickets, run.refuse(message, unusable));
    },
  };
  const inStorm = (refusal: Refusal | undefined) => (run.stormy ? refusal : undefined);
  onSignal(run, SIGNALS.resendCode, resend);
  onUpdate(run, UPDATES.resendCode, {
    ...resend,
    shape: requestedResend,
    refusal: (given) => inStorm(resendRefusal(run.state, given, Date.now())),
  });
  onSignal(run, SIGNALS.changePhoneNumber, changePhoneNumber);
  onUpdate(run, UPDATES.changePhoneNumber, {
    ...changePhoneNumber,
    refusal: ({ phoneNumber }) => inStorm(numberRefusal(run.state, phoneNumber, Date.now())),
  });
}

function registerAdministration(run: EnrollmentRun): void {
  const cancel: UpdateReception<CancelMessage, CancelAnswer> = {
    description: 'Stop the enrollment: {by, reason}. Confirmed factors stay.',
    shape: cancelMessage,
    administrators: true,
    // Of several the first has cancelled it; all are told how it ended.
    take: (given, tickets) => {
      run.inbox.cancel ??= { ...given, tickets: [] };
      run.inbox.cancel.tickets.push(...tickets);
    },
  };
  const extendDeadline: UpdateReception<ExtendDeadlineMessage, ExtensionAnswer> = {
    description:
      'More time: {deadlineMs, by, reason}, from the start, or {moreMs, …}, from now; at most 7 days from the start.',
    shape: extendDeadlineMessage,
    administrators: true,
    take: (given, tickets, name) => {
      answerAll(tickets, extend(run, given, name));
    },
  };
  onSignal(run, SIGNALS.cancel, cancel);
  onUpdate(run, UPDATES.cancel, cancel);
  onSignal(run, SIGNALS.extendDeadline, extendDeadline);
  onUpdate(run, UPDATES.extendDeadline, extendDeadline);
  onSignal(run, SIGNALS.retry, {
    description: 'Try again at once what waits for Auth0 or for an operator: {by, reason}.',
    shape: retryMessage,
    take: (_given, _tickets, name) => {
      if (run.state.call?.pause === undefined) run.refuse(name, 'nothing-to-retry');
      else run.inbox.retry = true;
    },
  });
  setHandler(
    defineSignal<[unknown]>(SIGNALS.recoveryCodeSaved),
    () => {
      run.apply({ type: 'recovery-code-saved' });
      run.shown.outdate();
    },
    { description: 'The user has written the recovery code down.' },
  );
}

/** At once, so that it is heard whatever the run waits for. */
function extend(run: EnrollmentRun, asked: ExtendDeadlineMessage, name: string): ExtensionAnswer {
  const { startedAt } = run.state;
  const { by, moreMs } = asked;
  const deadlineMs = moreMs === undefined ? asked.deadlineMs : Date.now() - startedAt + moreMs;
  const deadlineAt = startedAt + deadlineMs;
  if (run.finishing || run.inbox.cancel !== undefined) return run.refuse(name, 'ended');
  if (deadlineMs > run.input.deadlineMsMax) {
    const most = `deadlineMs: must be at most ${run.input.deadlineMsMax} in this run.`;
    return run.refuse(name, 'deadline-too-late', [most]);
  }
  if (deadlineAt <= run.state.deadlineAt) return run.refuse(name, 'deadline-not-later');
  run.apply({ type: 'deadline-extended', deadlineAt, by });
  run.deadline.set(deadlineAt);
  run.shown.outdate();
  return { status: 'accepted', deadline: new Date(deadlineAt).toISOString(), next: run.next };
}

function bareMfaToken(input: unknown): Refusal | undefined {
  return isBareMfaToken(input) ? 'needs-mfa-api-token' : undefined;
}

/** Of a message of which the newest counts: whoever sent the one before is told so. */
function supersede(
  run: EnrollmentRun,
  older: { readonly message: string; readonly tickets: readonly Ticket<Refused>[] } | undefined,
): void {
  if (older !== undefined) answerAll(older.tickets, run.refuse(older.message, 'superseded'));
}

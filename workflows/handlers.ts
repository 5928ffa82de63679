/**
 * What arrives from outside. Signals never throw: what cannot be used is recorded as refused. Updates
 * refuse in their validators what is malformed, ended, superseded or out of attempts, which leaves no
 * trace in the history. Everything else goes into the inbox, and the flow's loop decides.
 */
import {
  ApplicationFailure,
  defineQuery,
  defineSignal,
  defineUpdate,
  setDefaultSignalHandler,
  setHandler,
} from '@temporalio/workflow';
import { admitCode } from './admission.ts';
import {
  type CodeAnswer,
  type DetailedProgress,
  type LoginAnswer,
  type LoginProof,
  QUERIES,
  type Refusal,
  type Refused,
  type ResendAnswer,
  type SetUp,
  SIGNALS,
  UPDATES,
} from './contract/enroll-mfa.ts';
import { messageName } from './contract/markdown.ts';
import type { EnrollmentRun } from './enrollment-run.ts';
import type { Waiter } from './inbox.ts';
import {
  type Checked,
  checkCancel,
  checkChangePhoneNumber,
  checkCode,
  checkExtendDeadline,
  checkLoginProof,
  checkResend,
  isBareMfaToken,
} from './message-guards.ts';
import { detailedProgressOf, setUpOf } from './progress-view.ts';
import { HINTS, inSentences } from './refusals.ts';

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
  const take = (message: string, proof: LoginProof, waiters: readonly Waiter<LoginAnswer>[]) => {
    supersede(run, run.inbox.proof);
    const since = Date.now();
    run.inbox.proof = { message, proof, since, waiters };
  };
  setHandler(
    defineSignal<[unknown]>(SIGNALS.loginCompleted),
    (input) => {
      const name = SIGNALS.loginCompleted;
      if (isBareMfaToken(input)) return void run.refuse(name, 'needs-mfa-api-token');
      const proof = accept(run, name, checkLoginProof(input));
      if (proof === undefined) return;
      if (!('code' in proof)) return void run.refuse(name, 'token-proof-by-update-only');
      take(name, proof, []);
    },
    { description: 'The user has logged in: {code, codeVerifier, redirectUri, nonce, sealTo?}.' },
  );
  setHandler(
    defineUpdate<LoginAnswer, [unknown]>(UPDATES.completeLogin),
    (input) => {
      const proof = accept(run, UPDATES.completeLogin, checkLoginProof(input));
      if (proof === undefined) return malformed(run);
      return waitFor<LoginAnswer>((waiter) => {
        take(UPDATES.completeLogin, proof, [waiter]);
      });
    },
    {
      description: 'The user has logged in; answers with the next action.',
      validator: (input) => {
        refuseEnded(run);
        if (isBareMfaToken(input)) throw rejection('needs-mfa-api-token');
        orReject(checkLoginProof(input));
      },
    },
  );
}

function registerCodes(run: EnrollmentRun): void {
  const signal = (name: 'smsCode' | 'otpCode', factor: 'sms' | 'totp', description: string) => {
    const onSignal = (input: unknown) => {
      const message = accept(run, name, checkCode(input));
      if (message !== undefined) takeCode(run, name, { ...message, factor }, undefined);
    };
    setHandler(defineSignal<[unknown]>(name), onSignal, { description });
  };
  signal(SIGNALS.smsCode, 'sms', 'The code that was texted: "123456", or {code, challenge}.');
  signal(SIGNALS.otpCode, 'totp', 'The code that the app shows: "123456", or {code, challenge}.');
  setHandler(
    defineUpdate<CodeAnswer, [unknown]>(UPDATES.submitCode),
    (input) => {
      const message = accept(run, UPDATES.submitCode, checkCode(input));
      if (message === undefined) return malformed(run);
      return waitFor<CodeAnswer>((waiter) => {
        takeCode(run, UPDATES.submitCode, message, waiter);
      });
    },
    {
      description:
        'A code for the challenge that it names: {code, challenge}; answers the verdict.',
      validator: (input) => {
        refuseEnded(run);
        const message = orReject(checkCode(input));
        if (message.challenge === undefined) {
          throw rejection('malformed', ['challenge: an update must name the challenge']);
        }
        const admitted = admitCode(run.state, run.inbox, message, Date.now());
        // The others are told as answers, so that they are recorded where an administrator looks.
        if (admitted === 'superseded' || admitted === 'no-attempts-left') throw rejection(admitted);
      },
    },
  );
}

function takeCode(
  run: EnrollmentRun,
  message: string,
  arriving: { code: string; challenge?: number; factor?: 'sms' | 'totp' },
  waiter: Waiter<CodeAnswer> | undefined,
): void {
  const admitted = admitCode(run.state, run.inbox, arriving, Date.now());
  if (typeof admitted === 'string') {
    const refused = run.refuse(message, admitted);
    waiter?.answer(refused);
    return;
  }
  const waiters = waiter === undefined ? [] : [waiter];
  const same = run.inbox.sameCode(admitted, arriving.code);
  if (same !== undefined) same.waiters.push(...waiters);
  else run.inbox.codes.push({ message, code: arriving.code, challenge: admitted, waiters });
}

function registerSends(run: EnrollmentRun): void {
  const takeResend = (message: string, input: unknown, waiters: Waiter<ResendAnswer>[]) => {
    const resend = accept(run, message, checkResend(input));
    if (resend === undefined) return answerAll(waiters, malformed(run));
    const older = run.inbox.resend;
    // Pressed twice: one text, one answer for both.
    if (older !== undefined && older.challenge === resend.challenge) {
      older.waiters.push(...waiters);
      return;
    }
    supersede(run, older);
    run.inbox.resend = { message, ...resend, waiters };
  };
  const takeNumber = (message: string, input: unknown, waiters: Waiter<ResendAnswer>[]) => {
    const number = accept(run, message, checkChangePhoneNumber(input));
    if (number === undefined) return answerAll(waiters, malformed(run));
    supersede(run, run.inbox.number);
    run.inbox.number = { message, ...number, waiters };
  };
  const both = (
    name: 'resendCode' | 'changePhoneNumber',
    take: typeof takeResend,
    check: (input: unknown) => Checked<unknown>,
    description: string,
  ) => {
    const onSignal = (input: unknown) => {
      take(name, input, []);
    };
    setHandler(defineSignal<[unknown]>(name), onSignal, { description });
    setHandler(
      defineUpdate<ResendAnswer, [unknown]>(name),
      (input) =>
        waitFor<ResendAnswer>((waiter) => {
          take(name, input, [waiter]);
        }),
      {
        description,
        validator: (input) => {
          refuseEnded(run);
          orReject(check(input));
        },
      },
    );
  };
  const named = (input: unknown) => {
    const checked = checkResend(input);
    if (!checked.ok || checked.value.challenge !== undefined) return checked;
    return { ok: false as const, problems: ['challenge: an update must name the challenge'] };
  };
  both('resendCode', takeResend, named, 'Text a new code instead of that of {challenge}.');
  both('changePhoneNumber', takeNumber, checkChangePhoneNumber, 'Use another number (E.164).');
}

function registerAdministration(run: EnrollmentRun): void {
  setHandler(
    defineSignal<[unknown]>(SIGNALS.cancel),
    (input) => {
      const cancel = accept(run, SIGNALS.cancel, checkCancel(input));
      run.inbox.cancel ??= cancel;
    },
    { description: 'Stop the enrollment: {by, reason}. Confirmed factors stay.' },
  );
  setHandler(
    defineSignal<[unknown]>(SIGNALS.extendDeadline),
    (input) => {
      const extension = accept(run, SIGNALS.extendDeadline, checkExtendDeadline(input));
      if (extension === undefined) return;
      const deadlineAt = run.state.startedAt + extension.deadlineMs;
      const queuedMs = run.inbox.extension?.deadlineMs ?? 0;
      if (extension.deadlineMs > run.input.deadlineMsMax) {
        const most = `deadlineMs: must be at most ${run.input.deadlineMsMax} in this run.`;
        run.refuse(SIGNALS.extendDeadline, 'deadline-too-late', [most]);
      } else if (deadlineAt <= run.state.deadlineAt || extension.deadlineMs <= queuedMs) {
        run.refuse(SIGNALS.extendDeadline, 'deadline-not-later');
      } else {
        run.inbox.extension = extension;
      }
    },
    { description: 'More time: {deadlineMs, by, reason}; counted from the start, at most 7 days.' },
  );
  setHandler(
    defineSignal<[unknown]>(SIGNALS.recoveryCodeSaved),
    () => {
      run.apply({ type: 'recovery-code-saved' });
      run.show();
    },
    { description: 'The user has written the recovery code down.' },
  );
}

function accept<T>(run: EnrollmentRun, message: string, checked: Checked<T>): T | undefined {
  if (run.state.outcome !== undefined) return void run.refuse(message, 'ended');
  if (checked.ok) return checked.value;
  run.refuse(message, 'malformed', checked.problems);
  return undefined;
}

function orReject<T>(checked: Checked<T>): T {
  if (!checked.ok) throw rejection('malformed', checked.problems);
  return checked.value;
}

function refuseEnded(run: EnrollmentRun): void {
  if (run.state.outcome !== undefined) throw rejection('ended');
}

function rejection(refusal: Refusal, problems: readonly string[] = []): ApplicationFailure {
  return ApplicationFailure.nonRetryable(inSentences(HINTS[refusal], ...problems), refusal);
}

function malformed(run: EnrollmentRun): Refused {
  return { status: 'refused', refusal: 'malformed', hint: HINTS.malformed, next: run.next };
}

/** Of a message of which the newest counts: whoever sent the one before is told so. */
function supersede(
  run: EnrollmentRun,
  older: { readonly message: string; readonly waiters: readonly Waiter<Refused>[] } | undefined,
): void {
  if (older !== undefined) answerAll(older.waiters, run.refuse(older.message, 'superseded'));
}

function answerAll<A>(waiters: readonly Waiter<A>[], answer: A): void {
  for (const waiter of waiters) waiter.answer(answer);
}

async function waitFor<A>(take: (waiter: Waiter<A>) => void): Promise<A> {
  return new Promise<A>((answer) => {
    take({ since: Date.now(), answer });
  });
}

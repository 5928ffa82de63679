/** Words for the Temporal UI: what is awaited and what to do about it, or how it ended and what is left. */
import { duration } from '../contract/duration.ts';
import {
  type FactorStatus,
  type LastRefusal,
  LIMITS,
  type NextAction,
  type Outcome,
  type Refusal,
  type SIGNALS,
  type UPDATES,
} from '../contract/enroll-mfa.ts';
import { type CodeSignal, FACTOR_DEFINITIONS } from '../contract/factors.ts';
import { verbatim } from '../contract/markdown.ts';
import type { EnrollmentState } from './enrollment-state.ts';
import { nextAction, phaseOf } from './progress-view.ts';

const CODES = Object.values(FACTOR_DEFINITIONS);

/** Markdown, set whenever something changes and read later: a duration is that of the whole wait. */
export function currentDetails(state: EnrollmentState, now: number): string {
  const parts = state.outcome === undefined ? running(state, now) : ended(state, state.outcome);
  return parts.join('\n\n');
}

function running(state: EnrollmentState, now: number): readonly string[] {
  const next = nextAction(state, now);
  const { lastRefusal: refusal, fault } = state;
  return [
    `**${phaseOf(state)}** since ${time(state.waitingSince)}`,
    state.call?.pause === 'operator'
      ? `It is tried again at ${time(state.call.until)}, and at once by the signal \`retry\`.`
      : waits(next, state.waitingSince),
    ...(fault === undefined
      ? []
      : [`**To mend**: \`${fault.reason}\`. ${verbatim(fault.message)}`]),
    `Plan: ${plan(state)}`,
    ...(refusal === undefined
      ? []
      : [
          `Last refusal: \`${refusal.refusal}\` (${verbatim(refusal.message)}).` +
            (matters(refusal, next) ? ` ${verbatim(refusal.hint)}` : ''),
        ]),
    `Ends by ${time(state.deadlineAt)}, ${duration(state.deadlineAt - state.startedAt)} after its start. An ` +
      `administrator can send the signals \`extendDeadline\` (at most ${duration(LIMITS.deadlineMsMax)} from ` +
      'the start), `retry` (what waits is tried at once) and `cancel`.',
  ];
}

/** Nothing here can be done any more but to start a new enrollment. */
function ended(state: EnrollmentState, outcome: Outcome): readonly string[] {
  const { ending, orphans } = state;
  const message = ending?.message;
  return [
    `**${outcome}**: \`${ending?.reason ?? outcome}\`, at ${time(state.waitingSince)}`,
    ...(message === undefined ? [] : [verbatim(message)]),
    ...(ending === undefined || ending.awaited.type === 'nothing'
      ? []
      : [`It was waiting for ${awaited(ending.awaited)}.`]),
    `Factors: ${factorsAtEnd(state)}`,
    ...(orphans.length === 0
      ? []
      : [
          `Left behind at Auth0, unconfirmed: ${orphans
            .map(({ factor, authenticatorId, why }) =>
              [
                factor,
                ...(authenticatorId === undefined ? [] : [verbatim(authenticatorId)]),
                `(${why})`,
              ].join(' '),
            )
            .join(', ')}.`,
        ]),
    ...(outcome === 'enrolled' ? [] : ['For another try, start a new enrollment.']),
  ];
}

function plan(state: EnrollmentState): string {
  return state.steps.map(({ factor, status }) => `\`${factor}\` ${status}`).join(' · ');
}

/** What was not done will not be. Of one in progress the answer to a code may have been lost. */
const AT_END: Record<FactorStatus, string> = {
  pending: 'not enrolled',
  'in-progress': 'not confirmed',
  enrolled: 'enrolled',
  'already-enrolled': 'was enrolled already',
};

function factorsAtEnd({ steps, listRead }: EnrollmentState): string {
  // Before the first login nobody knows what the user has.
  const atEnd = listRead ? AT_END : { ...AT_END, pending: 'not looked at' };
  return steps.map(({ factor, status }) => `\`${factor}\` ${atEnd[status]}`).join(' · ');
}

function waits(next: NextAction, since: number): string {
  switch (next.type) {
    case 'nothing':
      return 'Its end is being prepared.';
    case 'wait':
      return `No action needed ${until(next.until, since)}.`;
    default:
      if ('notBefore' in next) {
        return `Too many codes were wrong, or too many logins were made: the user can log in again ${from(next.notBefore, since)}.`;
      }
      return (
        `Waits for ${awaited(next)}, ${until(next.until, since)}.` +
        ('resendAt' in next
          ? ` The user can ask for another code ${from(next.resendAt, since)} (${next.sendsLeft} left).`
          : '')
      );
  }
}

/** What an enrollment waits for, or waited for when its end came. */
function awaited(action: NextAction): string {
  if ('attemptsLeft' in action) {
    const words = CODES.find((code) => code.action === action.type)?.awaited ?? 'a code';
    const to = 'maskedPhoneNumber' in action ? ` to ${action.maskedPhoneNumber}` : '';
    const attempts = count(action.attemptsLeft, 'attempt');
    return `${words}${to} (challenge ${action.challenge}, ${attempts} left)`;
  }
  switch (action.type) {
    case 'log-in':
      return `the user to log in, for ${action.factor}`;
    case 'request-resend':
      return 'the user to ask for another code, for the last one can no longer be answered';
    case 'change-phone-number':
      return `another phone number, for Auth0 refuses ${action.maskedPhoneNumber}`;
    case 'wait':
      return "Auth0's answer";
    case 'nothing':
      return 'nothing';
  }
}

const always = () => true;
const never = () => false;
const while_ =
  (...types: readonly NextAction['type'][]) =>
  ({ type }: NextAction) =>
    types.includes(type);
const login = while_('log-in');
const code = while_(...CODES.map(({ action }) => action));
const sent = CODES.filter(({ sends }) => sends > 0).map(({ action }) => action);
const send = while_(...sent, 'request-resend', 'change-phone-number');

type Message = keyof typeof SIGNALS | keyof typeof UPDATES;

const CODE_AWAITED = Object.fromEntries(
  CODES.map(({ signal, action }) => [signal, while_(action)]),
) as Record<CodeSignal, (next: NextAction) => boolean>;

/** When a message can be sent that was of the wrong shape. */
const AWAITED: Record<Message, (next: NextAction) => boolean> = {
  loginCompleted: login,
  completeLogin: login,
  ...CODE_AWAITED,
  submitCode: code,
  resendCode: send,
  changePhoneNumber: while_('log-in', ...sent, 'request-resend', 'change-phone-number'),
  recoveryCodeSaved: always,
  cancel: always,
  extendDeadline: always,
  retry: always,
};

function isMessage(name: string): name is Message {
  return Object.hasOwn(AWAITED, name);
}

function matters({ refusal, message }: LastRefusal, next: NextAction): boolean {
  return MATTERS[refusal](next, message);
}

/** Whether what a refusal asks for can still be done: else its hint would send somebody the wrong way. */
const MATTERS: Record<Refusal, (next: NextAction, message: string) => boolean> = {
  malformed: (next, message) => !isMessage(message) || AWAITED[message](next),
  'unknown-message': always,
  ended: never,
  'too-many-requests': never,
  'needs-mfa-api-token': login,
  'token-proof-by-update-only': login,
  'device-key-missing': login,
  'device-key-mismatch': login,
  'proof-seen-before': login,
  'too-many-logins': login,
  'login-code-refused': login,
  'login-unfinished': login,
  'invalid-id-token': login,
  'invalid-access-token': login,
  'wrong-user': login,
  'wrong-audience': login,
  'missing-scope': login,
  'stale-login': login,
  'mfa-not-challenged': login,
  'token-expired': login,
  'no-code-expected': always,
  superseded: always,
  'wrong-code': code,
  'code-expired': while_(...sent, 'request-resend'),
  'code-unresolved': code,
  'no-attempts-left': while_('request-resend'),
  'too-many-wrong-codes': always,
  'cooling-down': send,
  'no-sends-left': always,
  'association-unresolved': send,
  'nothing-to-resend': always,
  'no-sms-step': always,
  'already-confirmed': always,
  'no-number-changes-left': send,
  'same-phone-number': send,
  'phone-number-refused': while_('change-phone-number'),
  'sms-quota-spent': send,
  'deadline-not-later': always,
  'deadline-too-late': always,
  'nothing-to-retry': never,
  'rate-limited': while_('wait'),
  unavailable: while_('wait'),
  'awaiting-operator': while_('wait'),
};

/** `2026-12-01 13:54:19 UTC`. */
function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function until(iso: string, since: number): string {
  const at = Date.parse(iso);
  return `until ${time(at)} (${duration(at - since)} in all)`;
}

function from(iso: string, since: number): string {
  const at = Date.parse(iso);
  return `from ${time(at)}${at > since ? ` (${duration(at - since)} later)` : ''} on`;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** Of a start that was refused: no enrollment has come of it. */
export function refusedStart(problems: readonly string[], now: number): string {
  return [
    `**failed**: \`invalid-input\`, at ${time(now)}`,
    problems.map((problem) => `- ${verbatim(problem)}`).join('\n'),
    'Nothing was asked of Auth0. Mend the input, and start a new enrollment.',
  ].join('\n\n');
}

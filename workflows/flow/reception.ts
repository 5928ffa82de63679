/**
 * How a message is received, as a signal or as an update. Signals never throw: what cannot be used is recorded
 * as refused. Updates refuse in their validators what is malformed, ended, superseded or out of attempts,
 * which leaves no trace in the history.
 */
import { ApplicationFailure, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type { Refusal, Refused } from '../contract/enroll-mfa.ts';
import type { Checked } from '../contract/shape.ts';
import { HINTS, inSentences } from '../rules/refusals.ts';
import type { EnrollmentRun } from './enrollment-run.ts';
import { type Ticket, TICKETS_MAX } from './tickets.ts';

/** A message that was read, or why it cannot be taken: `malformed`, where nothing else is said. */
export type Read<Message> =
  | { readonly ok: true; readonly value: Message }
  | { readonly ok: false; readonly problems: readonly string[]; readonly refusal?: Refusal };

/** How a message is read, and what becomes of it. */
export interface Reception<Message, Answer> {
  readonly description: string;
  readonly check: (input: unknown) => Read<Message>;
  /** Puts it where the loop finds it; answers the tickets, or sees to it that somebody does. */
  readonly take: (message: Message, tickets: Ticket<Answer>[], name: string) => void;
}

export interface UpdateReception<Message, Answer> extends Reception<Message, Answer> {
  /** Why an update is refused that would be taken as a signal. */
  readonly refusal?: (message: Message) => Refusal | undefined;
  /** Its caller is of those who may ask at any time. */
  readonly administrators?: true;
}

export function onSignal<Message, Answer>(
  run: EnrollmentRun,
  name: string,
  { description, check, take }: Reception<Message, Answer>,
): void {
  const handler = (input: unknown) => {
    const read = readOpen(run, check, input);
    if (read.ok) take(read.value, [], name);
    else run.refuse(name, read.refusal ?? 'malformed', read.problems);
  };
  setHandler(defineSignal<[unknown]>(name), handler, { description });
}

export function onUpdate<Message, Answer>(
  run: EnrollmentRun,
  name: string,
  { description, check, take, refusal, administrators }: UpdateReception<Message, Answer>,
): void {
  const handler = (input: unknown): Answer | Refused | Promise<Answer | Refused> => {
    const read = readOpen(run, check, input);
    if (!read.ok) return run.refuse(name, read.refusal ?? 'malformed', read.problems);
    return run.tickets.issue<Answer>((ticket) => {
      take(read.value, [ticket], name);
    });
  };
  const validator = (input: unknown): void => {
    const read = readOpen(run, check, input);
    if (!read.ok) throw rejection(read.refusal ?? 'malformed', read.problems);
    const refused = refusal?.(read.value);
    if (refused !== undefined) throw rejection(refused);
    if (administrators !== true && run.tickets.open >= TICKETS_MAX) {
      throw rejection('too-many-requests');
    }
  };
  setHandler(defineUpdate<Answer | Refused, [unknown]>(name), handler, { description, validator });
}

/** An update must name the challenge. */
export function named<Message extends { readonly challenge?: number }>(
  check: (input: unknown) => Checked<Message>,
): (input: unknown) => Read<Message> {
  return (input) => {
    const checked = check(input);
    if (!checked.ok || checked.value.challenge !== undefined) return checked;
    return { ok: false, problems: ['challenge: an update must name the challenge'] };
  };
}

function readOpen<Message>(
  run: EnrollmentRun,
  check: (input: unknown) => Read<Message>,
  input: unknown,
): Read<Message> {
  return run.state.outcome === undefined
    ? check(input)
    : { ok: false, problems: [], refusal: 'ended' };
}

function rejection(refusal: Refusal, problems: readonly string[] = []): ApplicationFailure {
  return ApplicationFailure.nonRetryable(inSentences(HINTS[refusal], ...problems), refusal);
}

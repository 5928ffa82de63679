/**
 * How a message is received, as a signal or as an update. Signals never throw: what cannot be used is recorded
 * as refused. Updates refuse in their validators what is malformed, ended, superseded or out of attempts,
 * which leaves no trace in the history.
 */
import { ApplicationFailure, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type { Refusal, Refused } from '../contract/enroll-mfa.ts';
import { check, type Shape } from '../contract/shape.ts';
import { HINTS, inSentences } from '../rules/refusals.ts';
import type { EnrollmentRun } from './enrollment-run.ts';
import { type Ticket, TICKETS_MAX } from './tickets.ts';

/** What a message looks like, and what becomes of it. */
export interface Reception<Message, Answer> {
  readonly description: string;
  readonly shape: Shape<Message>;
  /** A mistake with a refusal of its own; any other is `malformed`. */
  readonly mistake?: (input: unknown) => Refusal | undefined;
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
  reception: Reception<Message, Answer>,
): void {
  const { description, take } = reception;
  const handler = (input: unknown) => {
    const read = readOpen(run, reception, input);
    if (read.ok) take(read.value, [], name);
    else run.refuse(name, read.refusal, read.problems);
  };
  setHandler(defineSignal<[unknown]>(name), handler, { description });
}

export function onUpdate<Message, Answer>(
  run: EnrollmentRun,
  name: string,
  reception: UpdateReception<Message, Answer>,
): void {
  const { description, shape, take, refusal, administrators } = reception;
  const handler = (input: unknown): Answer | Refused | Promise<Answer | Refused> => {
    // Its validator has looked whether the run is open; a replay runs none, and reads what was taken then.
    const read = check(shape, input);
    if (!read.ok) return run.refuse(name, 'malformed', read.problems);
    return run.tickets.issue<Answer>((ticket) => {
      take(read.value, [ticket], name);
    });
  };
  const validator = (input: unknown): void => {
    const read = readOpen(run, reception, input);
    if (!read.ok) throw rejection(read.refusal, read.problems);
    const refused = refusal?.(read.value);
    if (refused !== undefined) throw rejection(refused);
    if (administrators !== true && run.tickets.open >= TICKETS_MAX) {
      throw rejection('too-many-requests');
    }
  };
  setHandler(defineUpdate<Answer | Refused, [unknown]>(name), handler, { description, validator });
}

type Read<Message> =
  | { readonly ok: true; readonly value: Message }
  | { readonly ok: false; readonly refusal: Refusal; readonly problems: readonly string[] };

function readOpen<Message>(
  run: EnrollmentRun,
  { shape, mistake }: Pick<Reception<Message, never>, 'shape' | 'mistake'>,
  input: unknown,
): Read<Message> {
  const refusal = run.state.outcome === undefined ? mistake?.(input) : 'ended';
  if (refusal !== undefined) return { ok: false, refusal, problems: [] };
  const read = check(shape, input);
  return read.ok ? read : { ...read, refusal: 'malformed' };
}

function rejection(refusal: Refusal, problems: readonly string[] = []): ApplicationFailure {
  return ApplicationFailure.nonRetryable(inSentences(HINTS[refusal], ...problems), refusal);
}

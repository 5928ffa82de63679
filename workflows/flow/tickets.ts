/**
 * Callers of updates that wait for their answers: one ticket each, answered once. A ticket is open from the
 * update's acceptance to its answer, wherever the message is meanwhile, so that nobody is forgotten.
 */
import type { Accepted, NextAction, Refused } from '../contract/enroll-mfa.ts';

/**
 * Temporal lets ten updates of a run wait at a time. Who enrolls may have so many; the others are left for
 * administrators.
 */
export const TICKETS_MAX = 8;

export interface Ticket<Answer> {
  /** What is answered after the first time is not heard. */
  readonly answer: (answer: Answer | Refused) => void;
}

export class Tickets {
  readonly #open = new Set<Ticket<never>>();
  /** Of messages that were acted on: their callers are told what comes next once that is known. */
  #accepted: Ticket<Accepted>[] = [];

  get open(): number {
    return this.#open.size;
  }

  /** @returns what the ticket is answered with that `take` is given */
  issue<Answer>(take: (ticket: Ticket<Answer>) => void): Promise<Answer | Refused> {
    return new Promise((resolve) => {
      const ticket: Ticket<Answer> = {
        answer: (answer) => {
          this.#open.delete(ticket);
          resolve(answer);
        },
      };
      this.#open.add(ticket);
      take(ticket);
    });
  }

  accept(tickets: readonly Ticket<Accepted>[]): void {
    this.#accepted.push(...tickets);
  }

  answerAccepted(next: NextAction): void {
    answerAll(this.#accepted, { status: 'accepted', next });
    this.#accepted = [];
  }

  /** Everybody who still waits, whatever for. */
  refuseAll(refused: Refused): void {
    answerAll([...this.#open], refused);
  }
}

export function answerAll<Answer>(
  tickets: readonly Ticket<Answer>[],
  answer: Answer | Refused,
): void {
  for (const ticket of tickets) ticket.answer(answer);
}

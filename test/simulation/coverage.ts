/** Which messages have arrived in which phase, after which failure; what was never reached is named. */
import { SIGNALS, UPDATES } from '../../workflows/contract/enroll-mfa.ts';
import { FAILURE_TYPES, ORIGINS } from './failures.ts';
import { CAN_BE_SHOWN, shownIn } from './shown.ts';
import type { ActivityName } from './scheduled-activity.ts';
import type { Delivery } from './story.ts';
import { NOT_STARTED, type World } from './world.ts';

/** In which a run takes messages. */
const PHASES: readonly string[] = [
  NOT_STARTED,
  ...['awaiting-login', 'associating', 'awaiting-sms-code', 'awaiting-otp', 'awaiting-resend'],
  ...['awaiting-phone-number', 'confirming', 'cleaning-up', 'awaiting-operator'],
];
const UPDATED = new Set<string>(Object.values(UPDATES));
const MESSAGES = [
  ...Object.values(SIGNALS).map((name) => `signal ${name}`),
  ...Object.values(UPDATES).map((name) => `update ${name}`),
  ...['signal of another name', 'cancel by Temporal'],
];
const NONE = 'nothing failed';
const FAILURES = [NONE, ...FAILURE_TYPES, 'PayloadKeyMissing', 'timed out'];
const BESIDES = ['PayloadKeyMissing', 'timed out'];
const SEPARATOR = ' × ';

export class Coverage {
  /** `phase × message × failure`, `call × failure`, and what was shown. */
  readonly cells = new Set<string>();

  note(world: World): void {
    for (const shown of shownIn(world)) this.cells.add(shown);
    for (const delivery of world.story.deliveries) {
      const failure = lastFailure(world, delivery.sentAt) ?? NONE;
      this.cells.add([delivery.phase, messageOf(delivery), failure].join(SEPARATOR));
    }
    for (const { activity, attempts } of world.story.calls) {
      for (const { failure = NONE } of attempts) {
        this.cells.add([activity.name, failure].join(SEPARATOR));
      }
    }
  }

  add(cells: readonly string[]): void {
    for (const cell of cells) this.cells.add(cell);
  }

  /** Rows of text: how many of the failures each pair of phase and message has met, and what is missing. */
  table(): readonly string[] {
    const width = Math.max(...MESSAGES.map(({ length }) => length));
    const rows = MESSAGES.map((message) => {
      const counts = PHASES.map((phase) => String(this.#met(phase, message).length).padStart(8));
      return message.padEnd(width) + counts.join('');
    });
    const heads = PHASES.map((phase) => phase.slice(0, 3) + phase.slice(-4)).map((head) =>
      head.padStart(8),
    );
    const empty = this.missing();
    return [
      `Of ${FAILURES.length} failures that a run can have met before, each message has met in each phase:`,
      ' '.repeat(width) + heads.join(''),
      ...rows,
      `Empty cells: ${empty.length === 0 ? 'none' : empty.length}`,
      ...empty.map((cell) => `  ${cell}`),
    ];
  }

  /** Phase × message where nothing came, what was not shown, call × failure that never was. */
  missing(): readonly string[] {
    const messages = PHASES.flatMap((phase) =>
      MESSAGES.filter((message) => this.#met(phase, message).length === 0).map((message) =>
        [phase, message].join(SEPARATOR),
      ),
    );
    return [...messages, ...this.unshown(), ...this.#unfailed()];
  }

  /** Refusals, next actions and outcomes that nobody has seen. */
  unshown(): readonly string[] {
    return CAN_BE_SHOWN.filter((shown) => !this.cells.has(shown));
  }

  #unfailed(): readonly string[] {
    return possibleFailures().filter((cell) => !this.cells.has(cell));
  }

  #met(phase: string, message: string): readonly string[] {
    return FAILURES.filter((failure) => this.cells.has([phase, message, failure].join(SEPARATOR)));
  }
}

function possibleFailures(): readonly string[] {
  const calls: readonly ActivityName[] = ORIGINS['unexpected-response'].of;
  return calls.flatMap((call) =>
    [...FAILURE_TYPES.filter((type) => ORIGINS[type].of.includes(call)), ...BESIDES].map(
      (failure) => [call, failure].join(SEPARATOR),
    ),
  );
}

function messageOf({ way, name }: Delivery): string {
  if (way === 'temporal') return 'cancel by Temporal';
  if (way === 'update') return UPDATED.has(name) ? `update ${name}` : 'signal of another name';
  return Object.hasOwn(SIGNALS, name) ? `signal ${name}` : 'signal of another name';
}

function lastFailure({ story }: World, at: number): string | undefined {
  let [last, endedAt]: [string | undefined, number] = [undefined, Number.NEGATIVE_INFINITY];
  for (const { attempts } of story.calls) {
    for (const attempt of attempts) {
      if (attempt.failure === undefined || (attempt.endedAt ?? Infinity) > at) continue;
      if ((attempt.endedAt ?? 0) >= endedAt)
        [last, endedAt] = [attempt.failure, attempt.endedAt ?? 0];
    }
  }
  return last;
}

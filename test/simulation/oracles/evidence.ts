/** The story as the checker of chaos reads it. */
import type {
  Call as CheckedCall,
  Disturbance,
  Evidence,
  FinalState,
  SentMessage,
} from '../../chaos/checker/evidence.ts';
import type {
  EnrollMfaFailureDetail,
  EnrollMfaResult,
} from '../../../workflows/contract/enroll-mfa.ts';
import type { ActivityName } from '../scheduled-activity.ts';
import type { Delivery } from '../story.ts';
import { USER, type World } from '../world.ts';
import { firstCancel, grantedDeadline, workedOnFrom } from './administration.ts';
import { refusalOf } from './violation.ts';

/** A request for a text that is refused for one of these was not acted on. */
const NOTHING_FOLLOWS = [
  ...['cooling-down', 'superseded', 'nothing-to-resend', 'already-confirmed', 'no-sends-left'],
  ...['malformed', 'same-phone-number', 'no-number-changes-left', 'no-sms-step'],
];
const NOT_JUDGED = ['superseded', 'no-code-expected', 'malformed', 'ended', 'no-attempts-left'];

const CHECKED: Record<ActivityName, readonly CheckedCall[]> = {
  openSession: ['login', 'list'],
  associate: ['associate'],
  confirm: ['confirm'],
  listAuthenticators: ['list'],
  deleteAuthenticator: ['delete'],
};

export function evidenceOf(world: World): Evidence {
  const { tenant, story, run } = world;
  const { journal, entries, before } = tenant;
  const ids = before.map(({ id }) => id);
  return {
    userId: USER,
    journal: [...journal.entries].sort((one, other) => one.at - other.at),
    texts: journal.texts,
    before,
    // What another enrollment of the user has made is not this one's to tidy up.
    after: entries.filter(({ id, ours }) => ours || ids.includes(id)),
    final: finalState(world),
    sent: story.deliveries.flatMap((delivery) => sentMessage(world, delivery)),
    plain: isPlain(world),
    disturbances: disturbances(world),
    failedTasks: run.failedTasks,
    ...{ history: '', secrets: [] },
  };
}

function finalState(world: World): FinalState {
  const { closing } = world.run;
  const { at: granted, doubtful } = grantedDeadline(world, world.now);
  const worked = workedOnFrom(world, granted);
  // No worker may have been there for what was due: whenever it was done since then is in time.
  const inTime = closing !== undefined && closing.at >= granted && closing.at <= worked;
  const deadlineAt = closing !== undefined && (doubtful || inTime) ? closing.at : worked;
  if (closing === undefined) return { status: 'other', factors: [], orphans: [], deadlineAt };
  const ended = { closedAt: closing.at, deadlineAt };
  if (closing.status === 'completed') {
    return { status: 'completed', ...(closing.result as EnrollMfaResult), ...ended };
  }
  const detail = (
    closing.status === 'failed' ? closing.detail : {}
  ) as Partial<EnrollMfaFailureDetail>;
  const { factors = [], orphans = [] } = detail;
  return closing.status === 'failed'
    ? { status: 'failed', reason: closing.type, factors, orphans, ...ended }
    : { status: 'completed', outcome: 'cancelled', factors, orphans: unnamed(world), ...ended };
}

/** Of a run that Temporal has cancelled there is no result: what is left stands in its details. */
function unnamed({ details, tenant }: World): FinalState['orphans'] {
  return tenant.entries
    .filter(({ id, kind }) => details.includes(id) || details.includes(`${kind} (`))
    .map(({ id, kind }) => ({ factor: kind, authenticatorId: id }));
}

function sentMessage(world: World, delivery: Delivery): readonly SentMessage[] {
  const { name, at, inFlight, phase } = delivery;
  const refusal = refusalOf(delivery) ?? '';
  if (at === undefined) return [];
  switch (name) {
    case 'completeLogin':
    case 'loginCompleted':
      return [{ at, kind: 'login' }];
    case 'submitCode':
    case 'smsCode':
    case 'otpCode': {
      const held = phase === 'associating' || phase === 'awaiting-operator';
      const sending = held || inFlight.includes('associate') || sendingAt(world, at);
      const never = NOT_JUDGED.includes(refusal);
      return [{ at, kind: 'code', applies: never ? 'never' : sending ? 'later' : 'now' }];
    }
    case 'resendCode':
    case 'changePhoneNumber':
      return [{ at, kind: NOTHING_FOLLOWS.includes(refusal) ? 'noise' : 'resend' }];
    case 'cancel':
      return [{ at, kind: at >= (firstCancel(world)?.at ?? Infinity) ? 'cancel' : 'noise' }];
    default:
      return [{ at, kind: 'noise' }];
  }
}

/** Before the tenant had made any challenge, or while it may be making the next one. */
function sendingAt({ story, tenant }: World, at: number): boolean {
  const first = tenant.journal.entries.find(({ effect }) => effect === 'authenticator-created');
  if (first === undefined || first.at >= at) return true;
  return story
    .callsOf('associate')
    .some(({ activity, resolution }) => activity.at <= at && (resolution?.at ?? Infinity) >= at);
}

function disturbances({ story, plan, startedAt }: World): readonly Disturbance[] {
  const struck = story.calls.flatMap(({ activity, attempts }) =>
    attempts
      .filter(({ fate }) => fate !== 'natural')
      .map((attempt) => ({
        at: attempt.askedAt ?? attempt.at,
        what: `${activity.name}: ${JSON.stringify(attempt.fate)}`,
        kind: 'fault' as const,
        calls: CHECKED[activity.name],
      })),
  );
  const away = plan.outages.map(({ from, as }) => ({
    ...{ at: startedAt + from, what: as, kind: 'fault' as const },
    calls: Object.values(CHECKED).flat(),
  }));
  // Two enrollments of one user at a time: whose an entry is cannot always be told.
  const others = plan.intentions
    .filter(({ does }) => does.is === 'enroll-elsewhere')
    .map(({ at, who }) => {
      return { at: startedAt + at, what: who, kind: 'fault' as const, calls: ['list' as const] };
    });
  return [...struck, ...away, ...others];
}

/** Nothing was sent but what was asked for, promptly, by one person with one device. */
function isPlain({ plan }: World): boolean {
  const { setting, presences, intentions } = plan;
  return (
    intentions.length === 0 &&
    setting.mood === 'calm' &&
    setting.before === 'nothing' &&
    setting.loginAtStart === undefined &&
    setting.number === 'own' &&
    presences.length === 1 &&
    presences.every(({ id, way, reactionMs: [, max] }) => {
      return id === 'person' && way === 'update' && max <= 60_000;
    })
  );
}

/** Plays one plan in a lane, from the start of an enrollment to its end, and gathers the evidence. */
import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import {
  type EnrollMfaFailureDetail,
  type EnrollMfaResult,
  LIMITS,
} from '../../workflows/contract/enroll-mfa.ts';
import { activityBench, openSession } from '../support/activity-bench.ts';
import { Enrollee } from '../support/enrollee.ts';
import { login } from '../support/login.ts';
import { unreplayable } from '../support/replays.ts';
import type { WorldUser } from '../support/world.ts';
import { sendAside } from './asides.ts';
import { violations } from './checker/checker.ts';
import type { AuthenticatorEntry, Evidence, FinalState } from './checker/evidence.ts';
import { Disturbances } from './disturbances.ts';
import { type HistoryEvent, HistoryFollower } from './history-follower.ts';
import type { Lane } from './lane.ts';
import { moments } from './moments.ts';
import { Outbox } from './outbox.ts';
import { persistently } from './persistence.ts';
import { Person } from './person.ts';
import type { Plan } from './plan.ts';

/** All that can go wrong in one plan costs half a minute; this is for what hangs. */
const SCENARIO_MS_MAX = 180_000;

/** A message came while a task was worked on, so it is worked on anew: nobody's failure. */
const SOMETHING_NEW = 'UnhandledCommand';

export interface Played {
  readonly violations: readonly string[];
  readonly events: number;
  /** Of its history. */
  readonly moments: readonly number[];
  /** Kills and faults that came about. */
  readonly struck: number;
  readonly evidence?: Evidence;
}

let phoneNumbers = 0;

/** A number of its own for each enrollment: texts of another one must not be read. */
function nextPhoneNumber(): string {
  phoneNumbers += 1;
  return `+1415555${String(phoneNumbers % 10_000).padStart(4, '0')}`;
}

export async function play(lane: Lane, plan: Plan): Promise<Played> {
  const { world } = lane;
  const user = world.addUser();
  const phoneNumber = nextPhoneNumber();
  if (plan.smsActiveBefore === true) await enrollSmsBefore(lane, user, phoneNumber);
  const before = entries(lane, user);
  const textsFrom = world.emulator.inbox.messages(phoneNumber).at(-1)?.id;
  const journalFrom = Number(world.emulator.journal.entries.at(-1)?.id ?? 0);
  const deadlineMs = plan.deadlineMs ?? LIMITS.deadlineMsDefault;
  const enrollee = await Enrollee.start(world, { phoneNumber, deadlineMs }, user);
  const follower = new HistoryFollower(enrollee.handle);
  const outbox = new Outbox(enrollee);
  const person = new Person(enrollee, outbox, follower, plan.quirks);
  const disturbances = new Disturbances(lane, follower);
  const asides: Promise<void>[] = [];
  lane.expectKills(workerKills(plan));
  for (const kill of plan.kills) disturbances.kill(kill);
  for (const fault of plan.faults) disturbances.fault(fault);
  for (const { event, send } of plan.asides) {
    follower.at(event, () => {
      const sending = sendAside(person, send, deadlineMs);
      sending.catch(() => undefined);
      asides.push(sending);
    });
  }
  follower.follow();
  try {
    const stuck = await inTime(person.enroll());
    if (stuck !== undefined) {
      const sight = await lastSight(person);
      const struck = disturbances.noted.length;
      const violation = `I5: the person ${stuck}: ${sight}`;
      return { violations: [violation], events: follower.length, moments: [], struck };
    }
    await Promise.all(asides);
    await disturbances.end();
  } finally {
    disturbances.stop();
    await follower.stop();
  }
  const evidence: Evidence = {
    userId: user.userId,
    journal: world.emulator.journal.entries.filter(({ id }) => Number(id) > journalFrom),
    texts: world.emulator.inbox.newer(phoneNumber, textsFrom),
    before,
    after: entries(lane, user),
    final: await finalState(enrollee.handle, deadlineMs),
    sent: outbox.sent,
    plain: plan.asides.length === 0 && plan.quirks.length === 0,
    disturbances: disturbances.noted,
    failedTasks: failedTasks(follower.events),
    history: historyText(follower.events),
    secrets: outbox.secrets,
  };
  return {
    violations: [
      ...outbox.problems,
      ...violations(evidence),
      ...(await unreplayable([enrollee.handle])).map((why) => `I7: it cannot be replayed: ${why}`),
    ],
    events: follower.length,
    moments: moments(follower.events),
    struck: disturbances.noted.length,
    evidence,
  };
}

function workerKills({ kills, faults }: Plan): number {
  const inCalls = faults.filter(({ killsWorker }) => killsWorker === true).length;
  return kills.filter(({ what }) => what === 'worker').length + inCalls;
}

async function inTime(living: Promise<string | undefined>): Promise<string | undefined> {
  const timer = new AbortController();
  const late = delay(SCENARIO_MS_MAX, undefined, { signal: timer.signal }).then(
    () => `has not come to an end in ${SCENARIO_MS_MAX / 1000} s`,
  );
  late.catch(() => undefined);
  try {
    return await Promise.race([living, late]);
  } finally {
    timer.abort();
  }
}

async function lastSight(person: Person): Promise<string> {
  const { phase, challenge, next, lastRefusal } = await person.progress();
  return JSON.stringify({ phase, challenge, next, lastRefusal });
}

/** By an earlier enrollment, in which nothing went wrong: the calls alone, on fresh connections. */
async function enrollSmsBefore(
  { world }: Lane,
  user: WorldUser,
  phoneNumber: string,
): Promise<void> {
  await using bench = activityBench(world);
  const { activities } = bench;
  const { tenant } = world;
  const { userId } = user;
  const proof = await login(world, user);
  const { accessToken } = await openSession(world, bench, { userId, proof });
  const session = { tenant, accessToken, factor: 'sms', notAfter: Infinity } as const;
  const { oobCode } = await bench.run(activities.associate, { ...session, phoneNumber });
  const code = world.emulator.inbox.messages(phoneNumber).at(-1)?.code;
  if (oobCode === undefined || code === undefined) throw new Error('No text came.');
  await bench.run(activities.confirm, { ...session, code, oobCode });
}

function entries(lane: Lane, user: WorldUser): readonly AuthenticatorEntry[] {
  return lane.world.emulator
    .authenticators(user.userId)
    .map(({ id, kind, active }) => ({ id, kind, active }));
}

async function finalState(handle: WorkflowHandle, deadlineMs: number): Promise<FinalState> {
  const { startTime, closeTime, status } = await persistently(handle, () => handle.describe());
  const times = {
    deadlineAt: startTime.getTime() + deadlineMs,
    ...(closeTime !== undefined && { closedAt: closeTime.getTime() }),
  };
  if (status.name === 'COMPLETED') {
    const result = (await handle.result()) as EnrollMfaResult;
    const { outcome, factors, orphans } = result;
    return { status: 'completed', outcome, factors, orphans, ...times };
  }
  if (status.name !== 'FAILED') return { status: 'other', factors: [], orphans: [], ...times };
  return { status: 'failed', ...(await failure(handle)), ...times };
}

async function failure(handle: WorkflowHandle): Promise<Omit<FinalState, 'status' | 'deadlineAt'>> {
  try {
    await handle.result();
  } catch (error) {
    const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
    if (cause instanceof ApplicationFailure) {
      const detail = cause.details?.[0] as EnrollMfaFailureDetail | undefined;
      const { factors = [], orphans = [] } = detail ?? {};
      return { factors, orphans, ...(typeof cause.type === 'string' && { reason: cause.type }) };
    }
  }
  return { factors: [], orphans: [] };
}

function failedTasks(events: readonly HistoryEvent[]): readonly string[] {
  return events
    .map((event) => event.workflowTaskFailedEventAttributes?.failure?.message ?? '')
    .filter((message) => message !== '' && message !== SOMETHING_NEW);
}

/** With the payloads as they were written. */
function historyText(events: readonly HistoryEvent[]): string {
  return JSON.stringify(events, (key, value: unknown) =>
    key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString() : value,
  );
}

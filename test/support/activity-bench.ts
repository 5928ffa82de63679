import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { OpenSessionInput, Session } from '../../activities/enrollment-activities.ts';
import {
  type Auth0Config,
  createActivities,
  type EnrollmentActivities,
} from '../../activities/index.ts';
import { parseWorkerKeyring, type WorkerKeyring } from '../../activities/seal.ts';
import { START_TO_CLOSE_MS } from '../../workflows/flow/activity-policies.ts';
import type { LoginProof } from '../../workflows/contract/enroll-mfa.ts';
import { login } from './login.ts';
import type { World } from './world.ts';

export interface ActivityBench extends AsyncDisposable {
  readonly activities: EnrollmentActivities;
  readonly seal: WorkerKeyring;
  /** Runs one as a worker does: with an attempt, a heartbeat and a cancellation. */
  run<I, O>(activity: (input: I) => Promise<O>, input: I): Promise<O>;
}

/** The activities against the world's emulator, without a workflow. */
export function activityBench(
  world: World,
  config: Partial<Auth0Config> = {},
  clock: () => number = world.clock.now,
): ActivityBench {
  const seal = parseWorkerKeyring(JSON.parse(world.workerKeysJson));
  const activities = createActivities({
    config: { ...world.auth0, ...config },
    workerKeys: seal,
    clock,
  });
  return {
    activities,
    seal,
    run: (activity, input) => attempt().run(activity, input),
    [Symbol.asyncDispose]: () => activities.close(),
  };
}

/** What opens a session for the world's user. */
export function sessionInput(world: World, proof: LoginProof): OpenSessionInput {
  return {
    ...{ tenant: world.tenant, userId: world.user.userId, proof },
    ...{ deviceKeyRequired: false, notAfter: Infinity },
  };
}

/** Logs the world's user in, unless the change brings a proof. */
export async function openSession(
  world: World,
  bench: ActivityBench,
  change: Partial<OpenSessionInput> = {},
): Promise<Session> {
  const proof = change.proof ?? (await login(world));
  const input = { ...sessionInput(world, proof), ...change };
  return bench.run(bench.activities.openSession, input);
}

/** One attempt; what it warns of is what tests ask for. */
export function attempt(startToCloseTimeoutMs = START_TO_CLOSE_MS): MockActivityEnvironment {
  const environment = new MockActivityEnvironment(
    { startToCloseTimeoutMs, currentAttemptScheduledTimestampMs: Date.now() },
    { logger: new DefaultLogger('ERROR') },
  );
  // Handed out when it is asked about: a busy machine must not make it look late, for there is no
  // Temporal here that could say whether it still counts.
  Object.defineProperty(environment.context.info, 'currentAttemptScheduledTimestampMs', {
    get: () => Date.now(),
  });
  return environment;
}

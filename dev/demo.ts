/**
 * `npm run demo`: from nothing to two confirmed factors on real processes, with the worker killed in
 * the middle; nothing is left behind. Exit codes: 0 shown, 1 something failed, 130 interrupted.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { resolveTemporalConfig } from '../temporal/config.ts';
import { connectTemporalClient } from '../temporal/connection.ts';
import { DemoEnrollment, DemoError } from './demo-enrollment.ts';
import { enrollmentCost } from './enrollment-cost.ts';
import { Narrator } from './narrator.ts';
import { chooseFreePorts } from './stack-ports.ts';
import { type Stack, startStack, stopStarting } from './stack.ts';
import { findTemporalCli } from './temporal-cli.ts';

/** Of what comes after the first fetch of the CLI; usually it takes about ten seconds. */
const TIME_LIMIT_MS = 60_000;
const INTERRUPTED = 130;

async function show(stack: Stack, tell: Narrator): Promise<void> {
  const { temporalAddress, namespace, temporalUi, payloadKeysFile } = stack.description;
  const client = await connectTemporalClient(
    resolveTemporalConfig({
      TEMPORAL_ADDRESS: temporalAddress,
      TEMPORAL_NAMESPACE: namespace,
      MFA_PAYLOAD_KEYS_FILE: payloadKeysFile,
      // The developer's own profile must not be read: its TLS would not fit.
      TEMPORAL_CONFIG_FILE: join(tmpdir(), 'no-such-file.toml'),
    }),
  );
  try {
    const enrollment = await DemoEnrollment.run(stack, tell, client);
    const { phase, plan, recoveryCode } = await enrollment.progress();
    tell.line("\nThe run's description, read without a worker:");
    for (const { factor, status } of plan) tell.line(`  ${factor}: ${status}`);
    tell.line(`  phase: ${phase}, recovery code: ${recoveryCode}`);
    const cost = await enrollmentCost(client.workflow.getHandle(enrollment.workflowId));
    tell.line(
      `\nIt cost ${cost.historyEvents} history events, ` +
        `${(cost.historyBytes / 1024).toFixed(1)} KB of history and ` +
        `${cost.billedActions} billed actions, the wrong code and the killed worker included. All of it is encrypted.`,
    );
    tell.line(
      `The Temporal Web UI was at ${temporalUi}/namespaces/${namespace}/workflows/` +
        encodeURIComponent(enrollment.workflowId),
    );
  } finally {
    await client.connection.close();
  }
}

function interruption(): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        reject(new DemoError(`Interrupted by ${signal}.`));
      });
    }
  });
}

async function run(tell: Narrator, folder: string): Promise<void> {
  const interrupted = interruption();
  interrupted.catch(() => (process.exitCode = INTERRUPTED));
  await Promise.race([findTemporalCli({ report: tell.progress }), interrupted]);
  const timeUp = delay(TIME_LIMIT_MS, undefined, { ref: false }).then(() => {
    throw new DemoError(`It took more than ${TIME_LIMIT_MS / 1000} s.`);
  });
  timeUp.catch(() => undefined);
  const ports = await chooseFreePorts();
  const abort = new AbortController();
  const starting = startStack({ folder, ports, report: tell.progress, signal: abort.signal });
  try {
    const stack = await tell.step(
      'Start Temporal, the emulator and a worker',
      () => Promise.race([starting, interrupted, timeUp]),
      ({ description: { temporalAddress, issuer } }) =>
        `Temporal at ${temporalAddress}, an Auth0 emulator at ${issuer} and a worker are running`,
    );
    const broken = stack.broken.then((cause) => {
      throw new DemoError(cause);
    });
    await Promise.race([show(stack, tell), interrupted, timeUp, broken]);
  } finally {
    tell.progress('Stopping everything …');
    await stopStarting(starting, abort);
  }
}

const tell = new Narrator();
const folder = await mkdtemp(join(tmpdir(), 'mfa-demo-'));
const began = performance.now();
try {
  await run(tell, folder);
  tell.line('To keep one running and look at it: npm start');
  tell.line(
    `Done in ${((performance.now() - began) / 1000).toFixed(1)} s; nothing is left running.`,
  );
} catch (error) {
  tell.line();
  console.error(`The demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode ??= 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exit();

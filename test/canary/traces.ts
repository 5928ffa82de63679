/** Everything that an enrollment leaves behind outside Auth0, as it is stored or sent. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rawEvents, textOf } from '../support/raw-history.ts';
import type { World } from '../support/world.ts';

export type Where =
  | 'history'
  | 'visibility'
  | 'database'
  | 'worker output'
  | 'server output'
  | 'codec output'
  /** Of the codec server, to whom it does not let in. */
  | 'codec refusals'
  /** What the worker serves for Prometheus. */
  | 'metrics'
  /** Node's diagnostic reports, which somebody has switched on for all programs of the machine. */
  | 'crash reports'
  /** Addresses of the requests to Auth0: every proxy on the way writes those down. */
  | 'addresses'
  /** What the enrollment tells whoever may ask: `progress`, its result. */
  | 'answers';

export type Traces = Readonly<Record<Where, string>>;

export interface TraceFiles {
  readonly database: string;
  /** A folder. */
  readonly reports: string;
  readonly serverLog: string;
}

export interface Said {
  /** Of all worker processes, both streams. */
  readonly workerOutput: string;
  readonly codecOutput: string;
  readonly codecRefusals: string;
  readonly metrics: string;
  readonly addresses: readonly string[];
  readonly answers: readonly unknown[];
}

export async function tracesOf(
  world: World,
  workflowId: string,
  files: TraceFiles,
  said: Said,
): Promise<Traces> {
  const { workflowService } = world.client;
  const { namespace } = world;
  const execution = { workflowId };
  const described = await workflowService.describeWorkflowExecution({ namespace, execution });
  const listed = await workflowService.listWorkflowExecutions({ namespace });
  return {
    history: textOf(await rawEvents(world.client, workflowId)),
    visibility: textOf([described, listed]),
    database: await contents(['', '-wal', '-shm'].map((end) => `${files.database}${end}`)),
    'worker output': said.workerOutput,
    'server output': await contents([files.serverLog]),
    'codec output': said.codecOutput,
    'codec refusals': said.codecRefusals,
    metrics: said.metrics,
    'crash reports': await contents(
      (await readdir(files.reports)).map((name) => join(files.reports, name)),
    ),
    addresses: said.addresses.join('\n'),
    answers: JSON.stringify(said.answers),
  };
}

async function contents(paths: readonly string[]): Promise<string> {
  const present = paths.filter((path) => existsSync(path));
  return (await Promise.all(present.map((path) => readFile(path, 'latin1')))).join('\n');
}

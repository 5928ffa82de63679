/** Plays many seeds in several processes, and waits for none that has fallen silent. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report, Slice } from './lane.ts';

/** A report comes within seconds; a workflow that loops for ever sends none. */
const SILENT_MS_MAX = 180_000;
/** Jest loads this file uncompiled, and has compiled code all the same. */
const { COMPILED_CODE } = process.env;
const LANE =
  COMPILED_CODE === undefined
    ? fileURLToPath(new URL('lane.ts', import.meta.url))
    : join(COMPILED_CODE, 'test/simulation/lane.js');
const LOADER = LANE.endsWith('.ts') ? ['--import', 'tsx'] : [];

export interface Fleet {
  readonly from: number;
  readonly seeds: number;
  readonly lanes: number;
}

export async function playSeeds(
  { from, seeds, lanes }: Fleet,
  report: (lane: number, report: Report) => void,
): Promise<void> {
  const slices = Array.from({ length: lanes }, (_, lane) => ({
    ...{ from: from + lane, until: from + seeds, step: lanes },
  }));
  await Promise.all(
    slices.map((slice, lane) => playSlice(slice, (message) => report(lane, message))),
  );
}

async function playSlice(slice: Slice, report: (report: Report) => void): Promise<void> {
  const child = fork(LANE, [JSON.stringify(slice)], { execArgv: LOADER });
  let reached = slice.from;
  const kill = (): void => void child.kill('SIGKILL');
  let silence = setTimeout(kill, SILENT_MS_MAX);
  child.on('message', (message: Report) => {
    clearTimeout(silence);
    silence = setTimeout(kill, SILENT_MS_MAX);
    reached += message.played * slice.step;
    report(message);
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(silence);
  if (code !== 0)
    throw new Error(`A lane ended with ${code ?? 'a signal'} at or after seed ${reached}.`);
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { z } from 'zod';
import { PAYLOAD_CONVERTER_PATH } from '../../worker/bundle.ts';
import { payloadKeys } from '../support/payload-keys.ts';
import { requiredVariable } from '../support/required-variable.ts';

// The refusals that this file asks for would fill the output.
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { forward: {}, filter: { core: 'ERROR', other: 'ERROR' } } },
  shutdownSignals: [],
});

const HISTORIES = fileURLToPath(new URL('histories', import.meta.url));
const BROKEN_WORKFLOW = fileURLToPath(new URL('broken-workflow.ts', import.meta.url));
const dataConverter = { payloadConverterPath: PAYLOAD_CONVERTER_PATH };

/** `0.1.0/enrolled.json`, …: the release that produced it, and what happens in it. */
async function files(): Promise<string[]> {
  const all = await readdir(HISTORIES, { recursive: true });
  return all.filter((file) => file.endsWith('.json')).sort();
}

async function history(file: string): Promise<unknown> {
  return JSON.parse(await readFile(join(HISTORIES, file), 'utf8'));
}

const startedSchema = z.object({
  events: z.tuple(
    [
      z.object({
        workflowExecutionStartedEventAttributes: z.object({ workflowId: z.string() }),
      }),
    ],
    z.unknown(),
  ),
});

/** The flow checks its own workflow id, so a history is replayed under the one that it ran under. */
function workflowId(recorded: unknown): string {
  const [started] = startedSchema.parse(recorded).events;
  return started.workflowExecutionStartedEventAttributes.workflowId;
}

describe('histories of every release', () => {
  it.each(['enrolled', 'cancelled', 'expired', 'wrong-codes', 'lost-answers'])(
    'hold one that is %s',
    async (shape) => {
      expect((await files()).some((file) => file.endsWith(`/${shape}.json`))).toBe(true);
    },
  );

  it('carry the flags without which a replay would accept almost anything', async () => {
    for (const file of await files()) {
      expect(JSON.stringify(await history(file))).toContain('coreUsedFlags');
    }
  });

  it('replay with the workflow code of today', async () => {
    const workflowBundle = { codePath: requiredVariable('WORKFLOW_BUNDLE') };
    for (const file of await files()) {
      const recorded = await history(file);
      const id = workflowId(recorded);
      await Worker.runReplayHistory({ workflowBundle, dataConverter }, recorded, id);
    }
  });

  it('replay with encryption too, which came after some of them', async () => {
    await using keys = await payloadKeys();
    const workflowBundle = { codePath: requiredVariable('WORKFLOW_BUNDLE') };
    const plugins = [keys.plugin];
    for (const file of await files()) {
      const recorded = await history(file);
      const id = workflowId(recorded);
      await Worker.runReplayHistory({ workflowBundle, dataConverter, plugins }, recorded, id);
    }
  });

  it('are refused by a workflow that does one thing more', async () => {
    const workflowBundle = await bundleWorkflowCode({
      workflowsPath: BROKEN_WORKFLOW,
      payloadConverterPath: PAYLOAD_CONVERTER_PATH,
      logger: new DefaultLogger('ERROR'),
    });
    for (const file of await files()) {
      const recorded = await history(file);
      const id = workflowId(recorded);
      const replay = Worker.runReplayHistory({ workflowBundle, dataConverter }, recorded, id);
      await expect(replay).rejects.toBeInstanceOf(DeterminismViolationError);
    }
  });
});

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freeLoopbackPort } from '../../dev/loopback-port.ts';
import { findTemporalCli } from '../../dev/temporal-cli.ts';
import { startTemporalServer } from '../../dev/temporal-server.ts';
import { bundleWorkflows } from '../../worker/bundle.ts';
import { compileCode } from './compiled-code.ts';
import { ENCRYPTED_NAMESPACE, keepRunning } from './running-server.ts';
import { makeTenantKey } from './tenant-key.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Once before all test files, in jest's own process (which compiles this file to CommonJS, so that
 * relative imports need their `.ts`): one server for all of them, tied to jest's life, one workflow
 * bundle and the programs compiled. Jest's workers inherit where they are from the environment.
 */
export default async function setUp(): Promise<void> {
  const runs = join(ROOT, '.cache', 'test');
  const cache = join(runs, String(process.pid));
  await mkdir(cache, { recursive: true });
  await removeDeadRuns(runs);

  const startServer = async (): Promise<void> => {
    const cli = await findTemporalCli({
      report: (line) => process.stderr.write(`${line}\n`),
    });
    const server = await startTemporalServer({
      cli: cli.path,
      port: await freeLoopbackPort(),
      logFile: join(cache, 'server.log'),
      secondNamespace: ENCRYPTED_NAMESPACE,
    });
    keepRunning({ server, cache });
    process.env['TEMPORAL_CLI'] = cli.path;
    process.env['TEMPORAL_TEST_ADDRESS'] = server.address;
  };
  const bundle = async (): Promise<void> => {
    const file = join(cache, 'workflow-bundle.js');
    try {
      const { code } = await bundleWorkflows();
      await writeFile(file, code);
      process.env['WORKFLOW_BUNDLE'] = file;
    } catch (error) {
      // Only the tests that need it fail, and they say why; the others are worth running.
      process.env['WORKFLOW_BUNDLE_PROBLEM'] = String(error);
    }
  };
  const compile = async (): Promise<void> => {
    const folder = join(cache, 'compiled');
    try {
      await compileCode(folder);
      process.env['COMPILED_CODE'] = folder;
    } catch (error) {
      process.env['COMPILED_CODE_PROBLEM'] = String(error);
    }
  };
  makeTenantKey();
  await Promise.all([startServer(), bundle(), compile()]);
}

/** What runs that were killed have left: their folders are named after their processes. */
async function removeDeadRuns(runs: string): Promise<void> {
  for (const name of await readdir(runs)) {
    try {
      process.kill(Number(name), 0);
    } catch {
      await rm(join(runs, name), { recursive: true, force: true });
    }
  }
}

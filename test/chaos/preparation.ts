import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findTemporalCli } from '../../dev/temporal-cli.ts';
import { bundleWorkflows } from '../../worker/bundle.ts';
import { compileCode } from '../support/compiled-code.ts';

/** What is left by a run that was killed goes with the next run of the tests. */
const RUNS = fileURLToPath(new URL('../../.cache/test', import.meta.url));

/** What `npm test` finds in its environment. */
export async function prepare(report: (line: string) => void): Promise<AsyncDisposable> {
  const folder = join(RUNS, String(process.pid));
  const bundle = join(folder, 'workflow-bundle.js');
  const compiled = join(folder, 'compiled');
  const cli = await findTemporalCli({ report });
  const { code } = await bundleWorkflows();
  await mkdir(folder, { recursive: true });
  await writeFile(bundle, code);
  await compileCode(compiled);
  process.env['TEMPORAL_CLI'] = cli.path;
  process.env['WORKFLOW_BUNDLE'] = bundle;
  process.env['COMPILED_CODE'] = compiled;
  return { [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

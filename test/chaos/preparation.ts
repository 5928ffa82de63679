import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findTemporalCli } from '../../dev/temporal-cli.ts';
import { bundleWorkflows } from '../../worker/bundle.ts';

/** What `npm test` finds in its environment. */
export async function prepare(folder: string, report: (line: string) => void): Promise<void> {
  const cli = await findTemporalCli({ report });
  const { code } = await bundleWorkflows();
  const bundle = join(folder, 'workflow-bundle.js');
  await writeFile(bundle, code);
  process.env['TEMPORAL_CLI'] = cli.path;
  process.env['WORKFLOW_BUNDLE'] = bundle;
}

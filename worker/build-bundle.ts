/** `build-bundle.ts FILE`: writes the workflow bundle for `MFA_WORKFLOW_BUNDLE`. */
import { writeFile } from 'node:fs/promises';
import { bundleWorkflows } from './bundle.ts';

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('Usage: build-bundle FILE\n');
  process.exitCode = 2;
} else {
  const { code } = await bundleWorkflows();
  await writeFile(file, code);
}

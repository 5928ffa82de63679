import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { PAYLOAD_CONVERTER_PATH } from '../../worker/bundle.ts';

/** Writes the bundle of `builds/NAME.ts` into the folder: its path, for `MFA_WORKFLOW_BUNDLE`. */
export async function nextBuild(name: 'incompatible' | 'patched', folder: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL(`builds/${name}.ts`, import.meta.url)),
    payloadConverterPath: PAYLOAD_CONVERTER_PATH,
    logger: new DefaultLogger('ERROR'),
  });
  const file = join(folder, `${name}.js`);
  await writeFile(file, code);
  return file;
}

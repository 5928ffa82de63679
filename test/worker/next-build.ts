import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { PAYLOAD_CONVERTER_PATH } from '../../worker/bundle.ts';

type Build = 'incompatible' | 'patched';

/** Bundling takes seconds, and some builds are rolled out more than once. */
const bundles = new Map<Build, ReturnType<typeof bundleWorkflowCode>>();

/** Writes the bundle of `builds/NAME.ts` into the folder: its path, for `MFA_WORKFLOW_BUNDLE`. */
export async function nextBuild(name: Build, folder: string): Promise<string> {
  const bundle = bundles.get(name) ?? bundleOf(name);
  bundles.set(name, bundle);
  const { code } = await bundle;
  const file = join(folder, `${name}.js`);
  await writeFile(file, code);
  return file;
}

function bundleOf(name: Build): ReturnType<typeof bundleWorkflowCode> {
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL(`builds/${name}.ts`, import.meta.url)),
    payloadConverterPath: PAYLOAD_CONVERTER_PATH,
    logger: new DefaultLogger('ERROR'),
  });
}

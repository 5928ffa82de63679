import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundle } from '@temporalio/worker';
import { FAILURE_CONVERTER_PATH } from '../temporal/encryption/encryption-plugin.ts';

/** Where the converter stands that bundle and worker must both use. */
export const PAYLOAD_CONVERTER_PATH = fileURLToPath(
  new URL('../workflows/sandbox/payload-converter.cjs', import.meta.url),
);

/** The bundle's entry; beside compiled code it is compiled too. */
const WORKFLOWS_PATH = fileURLToPath(
  new URL(`../workflows/index${extname(import.meta.url)}`, import.meta.url),
);

const INTERCEPTOR_PATHS = ['missing-key', 'query-guard'].map((name) =>
  fileURLToPath(
    new URL(`../workflows/sandbox/${name}${extname(import.meta.url)}`, import.meta.url),
  ),
);

/**
 * The workflows as one script for the sandbox. Takes about a second, so production images build it
 * once (`build-bundle.ts`) and workers load the file.
 */
export function bundleWorkflows(): Promise<WorkflowBundle> {
  return bundleWorkflowCode({
    workflowsPath: WORKFLOWS_PATH,
    payloadConverterPath: PAYLOAD_CONVERTER_PATH,
    failureConverterPath: FAILURE_CONVERTER_PATH,
    workflowInterceptorModules: INTERCEPTOR_PATHS,
    logger: new DefaultLogger('ERROR'),
  });
}

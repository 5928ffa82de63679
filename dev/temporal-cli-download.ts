/**
 * `temporal-cli-download.ts FOLDER VERSION`: has the SDK download the Temporal CLI into the folder.
 * The SDK has no call for that alone, so a server is started with it and stopped again.
 */
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [downloadDir, version] = process.argv.slice(2);
if (downloadDir === undefined || version === undefined) {
  throw new Error('Usage: temporal-cli-download.ts FOLDER VERSION');
}
try {
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir, version: `v${version}` } },
  });
  await environment.teardown();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

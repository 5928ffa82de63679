/** A worker with the logs of production whose code logs secrets, and fails with an error of undici. */
import { log } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { runtimeOptions, workerLogger } from '../../../worker/logging.ts';
import { NUMBER, type TellingActivities, telling } from './workflow.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhdXRoMHxqYW5lIn0.bWFya2VyLTQ3MTE';

const activities: TellingActivities = {
  tell: async () => {
    log.info(`the activity texts ${NUMBER}`, { oob_code: 'marker-4711' });
    try {
      await request('http://127.0.0.1:1/mfa/associate', {
        method: 'POST',
        headers: { authorization: `Bearer ${JWT}` },
        body: 'marker-4711',
      });
    } catch (cause) {
      const sent = { body: 'marker-4711', headers: { authorization: JWT } };
      throw Object.assign(new Error(`not sent for ${NUMBER}: ${JWT}`, { cause }), { sent });
    }
  },
};

const [, , address = '', taskQueue = ''] = process.argv;
Runtime.install(runtimeOptions(workerLogger('trace')));
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  taskQueue,
  activities: { ...activities },
  workflowBundle: await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL(`workflow${extname(import.meta.url)}`, import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  }),
});
const client = new Client({ connection: await Connection.connect({ address }) });
await worker.runUntil(
  client.workflow
    .execute(telling, { taskQueue, workflowId: taskQueue })
    .catch((error: unknown) => error),
);
process.exit(0);

import { describe, expect, it } from '@jest/globals';
import { NativeConnection } from '@temporalio/worker';
import type { EnrollmentActivities } from '../../activities/enrollment-activities.ts';
import { createWorker } from '../../worker/create-worker.ts';
import { requiredVariable } from '../support/required-variable.ts';

describe('createWorker', () => {
  it('has the SDK take its time for one activation, an option that the SDK does not promise', async () => {
    const connection = await NativeConnection.connect({
      address: requiredVariable('TEMPORAL_TEST_ADDRESS'),
    });
    try {
      const worker = await createWorker({
        ...{ connection, namespace: 'default', taskQueue: 'never-polled' },
        activities: {} as EnrollmentActivities,
        workflowBundle: { codePath: requiredVariable('WORKFLOW_BUNDLE') },
      });
      const running = worker.run();
      worker.shutdown();
      await running;
      expect(worker.options.isolateExecutionTimeoutMs).toBe(60_000);
    } finally {
      await connection.close();
    }
  });
});

/** What tests start that drive a run by hand, task after task. */
import { readFile } from 'node:fs/promises';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { requiredVariable } from '../support/required-variable.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';
import { TENANT, USER } from './world.ts';

export const T0 = 1_800_000_000_000;
export const IDS = { workflowId: enrollMfaWorkflowId(TENANT, USER), runId: 'run', startedAt: T0 };
/** Of a start with the default plan. */
export const WHO = {
  ...{ tenant: TENANT, userId: USER },
  ...{ requestedBy: 'test', phoneNumber: '+14155550123' },
};
export const SMS_ALONE = { ...WHO, factors: ['sms'] };

/** Of the bundle that the test run has made once for all files. */
export async function openBundled(): Promise<Sandbox> {
  return openSandbox(await readFile(requiredVariable('WORKFLOW_BUNDLE'), 'utf8'));
}

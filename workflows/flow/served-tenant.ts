/**
 * Whether the workers serve the enrollment's tenant. Asked at the start, so that nobody has to log in to
 * learn that they do not. A local activity: it asks nobody, and costs the history one event.
 */
import { proxyLocalActivities } from '@temporalio/workflow';
import type { EnrollmentActivities } from '../../activities/enrollment-activities.ts';
import type { EnrollmentRun } from './enrollment-run.ts';

/** It compares two texts. */
const TIMEOUT_MS = 5_000;

const { servesTenant } = proxyLocalActivities<Pick<EnrollmentActivities, 'servesTenant'>>({
  startToCloseTimeout: TIMEOUT_MS,
  retry: { maximumAttempts: 1 },
});

/** Parks the enrollment until they do, or until something else is to be done. */
export async function checkTenant(run: EnrollmentRun): Promise<void> {
  const { tenant } = run.input;
  const served = await run.calls.call({
    kind: 'checking-tenant',
    message: 'start',
    giveUpAt: Number.POSITIVE_INFINITY,
    attempt: () => servesTenant({ tenant }),
  });
  if (served.ok) run.apply({ type: 'tenant-served' });
}

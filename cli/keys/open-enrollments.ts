import type { Client } from '@temporalio/client';
import { ENROLL_MFA_WORKFLOW } from '../../workflows/contract/enroll-mfa.ts';
import { EnrollmentError, EnrollmentNotFound } from '../../client/errors.ts';
import { OPEN_EXECUTIONS } from '../../temporal/open-executions.ts';
import { KEY_ID_FIELD } from '../../temporal/encryption/payload-cipher.ts';
import { withoutPayloads } from '../../temporal/encryption/without-payloads.ts';
import { callServer } from '../../client/temporal-call.ts';

/** Each costs a call of some milliseconds; above this, an operator waits for runs to end. */
const ENROLLMENTS_MAX = 10_000;

/** There are more open enrollments than are looked through. */
export class TooManyEnrollments extends EnrollmentError {
  override readonly name = 'TooManyEnrollments';
  readonly code = 'too-many-enrollments';

  constructor() {
    super(`More than ${ENROLLMENTS_MAX} enrollments are open; wait until some have ended.`);
  }
}

/**
 * How many open enrollments of the client's namespace, paused ones too, hold something that this key
 * has encrypted. Read from the histories themselves, without a codec. Temporal lists a run some seconds
 * after its start.
 *
 * @throws TooManyEnrollments, EnrollmentError
 */
export async function openEnrollmentsUnder(client: Client, kid: string): Promise<number> {
  let needing = 0;
  for (const run of await openEnrollments(client)) if (await needs(client, run, kid)) needing += 1;
  return needing;
}

interface Run {
  readonly workflowId: string;
  readonly runId: string;
}

function openEnrollments(client: Client): Promise<readonly Run[]> {
  const query = `WorkflowType = '${ENROLL_MFA_WORKFLOW}' AND ${OPEN_EXECUTIONS}`;
  const { workflow } = withoutPayloads(client);
  return callServer({ client, workflowId: ENROLL_MFA_WORKFLOW, what: 'list' }, async () => {
    const runs: Run[] = [];
    for await (const { workflowId, runId } of workflow.list({ query })) {
      runs.push({ workflowId, runId });
      if (runs.length > ENROLLMENTS_MAX) throw new TooManyEnrollments();
    }
    return runs;
  });
}

async function needs(client: Client, run: Run, kid: string): Promise<boolean> {
  const handle = client.workflow.getHandle(run.workflowId, run.runId);
  try {
    const call = { client, ...run, what: 'history' };
    return holdsKey(await callServer(call, () => handle.fetchHistory()), kid);
  } catch (error) {
    // Deleted since it was listed.
    if (error instanceof EnrollmentNotFound) return false;
    throw error;
  }
}

function holdsKey(value: unknown, kid: string): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false;
  if (KEY_ID_FIELD in value) {
    const bytes = value[KEY_ID_FIELD];
    if (bytes instanceof Uint8Array && Buffer.from(bytes).toString('utf8') === kid) return true;
  }
  return Object.values(value).some((inner) => holdsKey(inner, kid));
}

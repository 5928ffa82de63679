import type { Client } from '@temporalio/client';
import { ENROLL_MFA_WORKFLOW } from '../../workflows/contract/enroll-mfa.ts';
import { KEY_ID_FIELD } from '../temporal/payload-cipher.ts';

/** Each costs a call of some milliseconds; above this, an operator waits for runs to end. */
const ENROLLMENTS_MAX = 10_000;

/** There are more open enrollments than are looked through. */
export class TooManyEnrollments extends Error {
  override readonly name = 'TooManyEnrollments';

  constructor() {
    super(`More than ${ENROLLMENTS_MAX} enrollments are open; wait until some have ended.`);
  }
}

/**
 * How many open enrollments of the client's namespace hold something that this key has encrypted.
 * Read from the histories themselves, without a codec. Temporal lists a run some seconds after its
 * start.
 *
 * @throws TooManyEnrollments
 */
export async function openEnrollmentsUnder(client: Client, kid: string): Promise<number> {
  const query = `WorkflowType = '${ENROLL_MFA_WORKFLOW}' AND ExecutionStatus = 'Running'`;
  let [seen, needing] = [0, 0];
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    seen += 1;
    if (seen > ENROLLMENTS_MAX) throw new TooManyEnrollments();
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    if (holdsKey(history, kid)) needing += 1;
  }
  return needing;
}

function holdsKey(value: unknown, kid: string): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false;
  if (KEY_ID_FIELD in value) {
    const bytes = value[KEY_ID_FIELD];
    if (bytes instanceof Uint8Array && Buffer.from(bytes).toString('utf8') === kid) return true;
  }
  return Object.values(value).some((inner) => holdsKey(inner, kid));
}

/** A question to Temporal's list of executions, and its answers one at a time. */
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import {
  ENROLL_MFA_WORKFLOW,
  type Factor,
  MEMO,
  type Outcome,
  type Phase,
} from '../workflows/contract/enroll-mfa.ts';
import {
  MFA_OUTCOME,
  MFA_PHASE,
  MFA_REQUESTED_BY,
  MFA_WAITING_SINCE,
} from '../workflows/contract/search-attributes.ts';
import { isTenant, TENANT_RULE } from '../workflows/contract/tenant.ts';
import { decodedPayload, withoutPayloads } from '../temporal/encryption/without-payloads.ts';
import { OPEN_EXECUTIONS } from '../temporal/open-executions.ts';
import { describedAs, type EnrollmentDescription } from './enrollment-description.ts';
import { InvalidInput } from './errors.ts';
import { type CallOptions, callServer } from './temporal-call.ts';

/** Of one request; the next is asked for when the caller gets there. */
const PAGE_SIZE = 100;

/** Temporal reads a backslash as an escape and compares with it all the same; a double quote it never finds. */
const UNSEARCHABLE = /[\\"]/;
const FIELDS = ['phase', 'requestedBy', 'outcome'] as const;

/** What is left out is not asked for. */
export interface EnrollmentFilter {
  readonly phase?: Phase;
  /** The factor of the current step. Told by `progress`, so no enrollment is found before a worker has taken it. */
  readonly factor?: Factor;
  /** Open ones whose phase has been waiting for more than so many ms. */
  readonly waitingLongerThan?: number;
  readonly requestedBy?: string;
  readonly outcome?: Outcome;
}

/** @throws InvalidInput */
export function visibilityQuery(tenant: string, filter: EnrollmentFilter, now: number): string {
  const { phase, waitingLongerThan, requestedBy, outcome } = filter;
  const since = waitingLongerThan === undefined ? undefined : now - waitingLongerThan;
  if (since !== undefined && !(since >= 0 && since <= now)) {
    const rule = 'waitingLongerThan: must be a number of milliseconds, 0 or more';
    throw new InvalidInput('The filter', [rule]);
  }
  // Untyped programs pass on what came from outside: none of it may end the literal that it stands in.
  const unsearchable = FIELDS.filter((field) => {
    const value: unknown = filter[field];
    return value !== undefined && (typeof value !== 'string' || UNSEARCHABLE.test(value));
  });
  if (unsearchable.length > 0) {
    const rule = 'must be a text without \\ and "; leave it out and compare yourself';
    throw new InvalidInput(
      'The filter',
      unsearchable.map((field) => `${field}: ${rule}`),
    );
  }
  if (!isTenant(tenant)) throw new InvalidInput('The tenant', [`tenant: ${TENANT_RULE}`]);
  const equal = [
    [MFA_PHASE, phase],
    [MFA_REQUESTED_BY, requestedBy],
    [MFA_OUTCOME, outcome],
  ] as const;
  return [
    `WorkflowType = ${literal(ENROLL_MFA_WORKFLOW)}`,
    `WorkflowId STARTS_WITH ${literal(`enroll-mfa/${tenant}/`)}`,
    ...equal.flatMap(([{ name }, value]) =>
      value === undefined ? [] : [`${name} = ${literal(value)}`],
    ),
    ...(since === undefined
      ? []
      : [OPEN_EXECUTIONS, `${MFA_WAITING_SINCE.name} < ${literal(new Date(since).toISOString())}`]),
  ].join(' AND ');
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export async function* listEnrollments(
  client: Client,
  tenant: string,
  filter: EnrollmentFilter,
  options: CallOptions,
): AsyncGenerator<EnrollmentDescription, void, undefined> {
  const query = visibilityQuery(tenant, filter, Date.now());
  const { workflow } = withoutPayloads(client);
  const entries = workflow.list({ query, pageSize: PAGE_SIZE })[Symbol.asyncIterator]();
  const call = { ...options, client, workflowId: ENROLL_MFA_WORKFLOW, what: 'list' };
  for (;;) {
    const next = await callServer(call, () => entries.next());
    if (next.done === true) return;
    const memo = await readableMemo(client, next.value);
    const described = describedAs({ ...next.value, memo });
    if (filter.factor === undefined || described.progress?.factor === filter.factor)
      yield described;
  }
}

/** The SDK would end the list at one entry that cannot be decoded, and hide all that comes after it. */
async function readableMemo(client: Client, { workflowId, raw }: WorkflowExecutionInfo) {
  const payload = raw.memo?.fields?.[MEMO.progress];
  if (payload === undefined) return {};
  try {
    return { [MEMO.progress]: await decodedPayload(client, payload, workflowId) };
  } catch {
    return {};
  }
}

import { parseArgs } from 'node:util';
import { checkStrictly } from '../../workflows/contract/shape.ts';
import { enrollmentOwner } from '../../workflows/contract/shapes.ts';
import { pasted } from '../../workflows/contract/typed.ts';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { EnrollmentError } from '../../client/errors.ts';
import { EXIT } from '../../temporal/exit-codes.ts';
import { resolveTemporalConfig } from '../../temporal/config.ts';
import { connectTemporalClient } from '../../temporal/connection.ts';
import { eraseEnrollments } from './erasure.ts';
import { isArchiving, type Remainder, remainders } from './remains.ts';
import type { Execution } from './executions.ts';

const WAIT_SECONDS_DEFAULT = 60;
/** An enrollment that Auth0 puts off cleans up for a token's life, ten minutes. */
const WAIT_SECONDS_MAX = 900;
const CANCELLED_BY = 'erasure';

const USAGE = `npm run -s erase -- --user USER-ID --tenant DOMAIN [--cancel] [--wait SECONDS]
Deletes all enrollments of a user in the Temporal of TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, waits
until they are gone, and says what remains elsewhere. Refused while one is open.
--user ID        the Auth0 user id, auth0|…
--tenant DOMAIN  default AUTH0_DOMAIN
--cancel         cancels an open one first and waits for its end; a worker must be up
--wait SECONDS   for how long; default ${WAIT_SECONDS_DEFAULT}, at most ${WAIT_SECONDS_MAX}
Prints JSON: {"workflowId", "deleted", "remains"}.
Exit codes: 0 done, also where there was nothing; 1 refused or failed; 2 called wrongly.`;

export interface EraseSurroundings {
  readonly env: NodeJS.ProcessEnv;
  /** JSON for machines. */
  readonly stdout: (line: string) => void;
  /** Words for a person. */
  readonly stderr: (line: string) => void;
}

interface Call {
  readonly workflowId: string;
  readonly cancels: boolean;
  readonly waitMs: number;
}

/** @returns the exit code; nothing of the person is printed beyond what was given */
export async function runErase(
  words: readonly string[],
  { env, stdout, stderr }: EraseSurroundings,
): Promise<number> {
  const call = parse(words, env);
  if (typeof call === 'string') {
    stderr(`${call}\n${USAGE}`.trim());
    return EXIT.usage;
  }
  try {
    const { deleted, remains } = await erase(call, env);
    stdout(JSON.stringify({ workflowId: call.workflowId, deleted: deleted.map(shown), remains }));
    stderr(inWords(deleted.length, remains));
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof EnrollmentError)) throw error;
    stderr(error.message);
    return EXIT.failed;
  }
}

async function erase({ workflowId, cancels, waitMs }: Call, env: NodeJS.ProcessEnv) {
  const { encryption, ...config } = resolveTemporalConfig(env);
  // Only a cancel is written; to delete, nothing has to be read.
  const client = await connectTemporalClient(
    cancels && encryption !== undefined ? { ...config, encryption } : config,
  );
  try {
    // First: whoever may not ask this learns it before anything is gone.
    const remains = remainders(await isArchiving(client, workflowId));
    const cancel = { by: CANCELLED_BY, waitMs };
    const deleted = await eraseEnrollments({ client, workflowId, ...(cancels && { cancel }) });
    return { deleted, remains };
  } finally {
    await client.connection.close();
  }
}

function shown({ runId, status, startedAt, closedAt }: Execution): object {
  return { runId, status, startedAt, closedAt };
}

function inWords(count: number, remains: readonly Remainder[]): string {
  const deleted =
    count === 0
      ? 'Temporal has no execution of this user; nothing was deleted.'
      : `${count} execution${count === 1 ? '' : 's'} deleted; Temporal has none of this user any more.`;
  return [
    deleted,
    'What remains elsewhere:',
    ...remains.map(({ where, what, todo }) => `- ${where}: ${what}; ${todo}.`),
  ].join('\n');
}

/** @returns what is wrong, in words; empty for nothing but the usage */
function parse(words: readonly string[], env: NodeJS.ProcessEnv): Call | string {
  const values = valuesOf(words);
  if (typeof values === 'string') return values;
  const [tenant, userId] = [values.tenant ?? env['AUTH0_DOMAIN'], values.user].map(pastedOrNone);
  const missing = [
    ...(tenant === undefined ? ['--tenant (or AUTH0_DOMAIN)'] : []),
    ...(userId === undefined ? ['--user'] : []),
  ];
  if (missing.length > 0) return `Missing: ${missing.join(', ')}.`;
  const owner = checkStrictly(enrollmentOwner, { tenant, userId });
  if (!owner.ok) {
    return owner.problems
      .map((problem) => problem.replace(/^userId/, '--user').replace(/^tenant/, '--tenant'))
      .join('\n');
  }
  const seconds = Number(values.wait ?? WAIT_SECONDS_DEFAULT);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > WAIT_SECONDS_MAX) {
    return `--wait: must be seconds, from 1 to ${WAIT_SECONDS_MAX}; leave it out for ${WAIT_SECONDS_DEFAULT}`;
  }
  return {
    workflowId: enrollMfaWorkflowId(owner.value.tenant, owner.value.userId),
    cancels: values.cancel ?? false,
    waitMs: seconds * 1_000,
  };
}

function pastedOrNone(given: string | undefined): string | undefined {
  const text = pasted(given ?? '');
  return text === '' ? undefined : text;
}

function valuesOf(words: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        user: { type: 'string' },
        tenant: { type: 'string' },
        cancel: { type: 'boolean' },
        wait: { type: 'string' },
      },
    });
    return values;
  } catch {
    return 'There is a word or a flag too many, or one without its value.';
  }
}

import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { checkStrictly } from '../workflows/contract/shape.ts';
import { enrollmentOwner } from '../workflows/contract/shapes.ts';
import { enrollMfaWorkflowId } from '../workflows/contract/workflow-id.ts';
import { FOLDER_OPTION, JSON_OPTION, trimmed, USER_OPTION } from './options.ts';
import { folderOf, given, readStack } from './settings.ts';
import { type Surroundings, UsageError } from './surroundings.ts';

export function addWorkflowId(program: CommandUnknownOpts, { env, stdout }: Surroundings): void {
  program
    .command('workflow-id')
    .description('print the workflow id of a user’s enrollment')
    .addOption(USER_OPTION)
    .option('--tenant <domain>', 'default: AUTH0_DOMAIN, or the local stack’s', trimmed)
    .addOption(FOLDER_OPTION)
    .addOption(JSON_OPTION)
    .action(async ({ user, tenant, dir, json }) => {
      const stack = await readStack(folderOf(dir));
      const id = workflowIdOf(user, tenant ?? given(env['AUTH0_DOMAIN']) ?? stack.domain);
      stdout(json === true ? JSON.stringify({ workflowId: id }) : id);
    });
}

/** @throws UsageError with every option that is missing, or breaks a rule */
export function workflowIdOf(user: string | undefined, tenant: string | undefined): string {
  const missing = [
    ...(tenant === undefined || tenant === '' ? ['--tenant (or AUTH0_DOMAIN)'] : []),
    ...(user === undefined || user === '' ? ['--user'] : []),
  ];
  if (missing.length > 0) {
    throw new UsageError(`Missing: ${missing.join(', ')}. Give the Auth0 domain and user id.`);
  }
  const owner = checkStrictly(enrollmentOwner, { tenant, userId: user });
  if (owner.ok) return enrollMfaWorkflowId(owner.value.tenant, owner.value.userId);
  const problems = owner.problems.map((problem) =>
    problem.replace(/^userId/, '--user').replace(/^tenant/, '--tenant'),
  );
  throw new UsageError(problems.join('\n'));
}

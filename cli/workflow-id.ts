import { checkStrictly } from '../workflows/contract/shape.ts';
import { enrollmentOwner } from '../workflows/contract/shapes.ts';
import { enrollMfaWorkflowId } from '../workflows/contract/workflow-id.ts';
import { type Command, UsageError } from './command.ts';
import { FOLDER_HELP, FOLDER_OPTION, folderOf, given, readStack } from './settings.ts';

export const workflowId: Command = {
  name: 'workflow-id',
  summary: 'prints the workflow id of a user’s enrollment',
  help: [
    'npm run -s mfa -- workflow-id --user USER-ID [--tenant DOMAIN]',
    '--user ID       the Auth0 user id, auth0|…',
    '--tenant DOMAIN default AUTH0_DOMAIN, or the local stack’s',
    FOLDER_HELP,
  ],
  options: { user: { type: 'string' }, tenant: { type: 'string' }, ...FOLDER_OPTION },
  positionals: 0,
  async run(arguments_, { env, stdout }) {
    const user = arguments_.text('user');
    if (user === undefined || user === '') throw new UsageError('--user is missing: auth0|…');
    const stack = await readStack(folderOf(arguments_));
    const tenant = arguments_.text('tenant') ?? given(env['AUTH0_DOMAIN']) ?? stack.domain;
    if (tenant === undefined) {
      throw new UsageError('--tenant (or AUTH0_DOMAIN) is missing: the Auth0 domain.');
    }
    const owner = checkStrictly(enrollmentOwner, { tenant, userId: user });
    if (!owner.ok) throw new UsageError(owner.problems.join('\n'));
    stdout(enrollMfaWorkflowId(tenant, user));
  },
};

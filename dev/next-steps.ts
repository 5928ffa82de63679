import { enrollMfaWorkflowId } from '../workflows/contract/workflow-id.ts';
import type { StackDescription } from './stack.ts';

/** Where `npm run -s mfa` looks by itself. */
const FOLDER_DEFAULT = '.local';

/**
 * What a person sees after `npm start`: where to look and what to type next. Each block is whole: pasted
 * in another terminal after the settings it works (test/dev runs them).
 */
export function nextSteps(stack: StackDescription, folder: string): string {
  const { user } = stack;
  return `
Temporal Web UI   ${stack.temporalUi}
SMS inbox         ${stack.inbox}
The user          ${user.email}, password ${user.password}
For scripts       ${folder}/stack.json

In another terminal in this folder, first the settings, for whatever comes after them:

${settings(stack)}

Enroll the user from TypeScript:

${typescript(stack)}

Or from Python, with a bot that asks for what it needs:

${python(stack, folder)}

Or with the Temporal CLI alone:

${terminal(stack, folder)}

At last, to delete what Temporal has of the user:

${erasure(stack)}
`;
}

function settings(stack: StackDescription): string {
  return `\
  export TEMPORAL_ADDRESS=${stack.temporalAddress} TEMPORAL_NAMESPACE=${stack.namespace}
  # What Temporal stores is encrypted: programs need the keyring, the CLI a codec server.
  export MFA_PAYLOAD_KEYS_FILE='${stack.payloadKeysFile}'
  export TEMPORAL_CODEC_ENDPOINT=${stack.codecEndpoint}
  export TEMPORAL_CODEC_AUTH="Bearer $(cat '${stack.codecTokenFile}')"
  temporal() { '${stack.temporalCli}' "$@"; }`;
}

function typescript({ domain, taskQueue, user, phoneNumber }: StackDescription): string {
  return `\
  node --import tsx --input-type=module <<'END'
  import { connectTemporalClient, EnrollmentClient } from './client/index.ts';
  const client = await connectTemporalClient();
  const enrollments = new EnrollmentClient({ client, tenant: '${domain}', taskQueue: '${taskQueue}' });
  const user = { userId: '${user.userId}', phoneNumber: '${phoneNumber}' };
  const { enrollment, started } = await enrollments.start({ ...user, requestedBy: 'me' });
  console.log(started ? 'started' : 'runs already', enrollment.workflowId);
  console.log((await enrollment.progress()).next);
  await client.connection.close();
END`;
}

function python(stack: StackDescription, folder: string): string {
  const { domain, clientId, redirectUri, user, phoneNumber } = stack;
  return `\
  # once, best in an environment of its own: python3 -m venv ${folder}/venv && . ${folder}/venv/bin/activate
  python3 -m pip install --require-hashes --requirement docs/guides/bot.requirements.txt
  AUTH0_DOMAIN=${domain} AUTH0_CLIENT_ID=${clientId} MFA_REDIRECT_URI=${redirectUri} \\
    python3 docs/guides/bot.py '${user.userId}' '${phoneNumber}'`;
}

function terminal(stack: StackDescription, folder: string): string {
  const { user, phoneNumber, domain, taskQueue } = stack;
  const workflowId = enrollMfaWorkflowId(domain, user.userId);
  const input = JSON.stringify({
    tenant: domain,
    userId: user.userId,
    phoneNumber,
    requestedBy: 'me',
  });
  const dir = folder === FOLDER_DEFAULT ? '' : ` --dir '${folder}'`;
  return `\
  ID='${workflowId}'
  temporal workflow start --type enrollMfa --task-queue ${taskQueue} \\
    --workflow-id "$ID" --fail-existing --input '${input}'

  npm run -s mfa -- new-key${dir}                 # once: the key that the QR code will be sealed to
  npm run -s mfa -- login-url${dir}               # open it, log in, and keep the address you end at: its page does not load
  npm run -s mfa -- login-proof${dir} 'ADDRESS' > proof.json
  temporal workflow signal --workflow-id "$ID" --name loginCompleted --input-file proof.json
  temporal workflow signal --workflow-id "$ID" --name smsCode --input '"123456"'

  # log in again for the second factor (the same three commands as before), then:
  temporal workflow query --workflow-id "$ID" --type setUp --output json |
    npm run -s mfa -- open-set-up${dir} --qr      # draws the QR code
  temporal workflow signal --workflow-id "$ID" --name otpCode --input '"123456"'
  temporal workflow query --workflow-id "$ID" --type progress`;
}

function erasure({ domain, user }: StackDescription): string {
  return `  npm run -s erase -- --user '${user.userId}' --tenant ${domain} --cancel`;
}

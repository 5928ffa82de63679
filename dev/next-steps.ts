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

To delete what Temporal has of the user:

${erasure(stack)}

To begin again with the user as on the first day, without a factor, once the enrollment has ended or is deleted:

${freshUser(stack)}
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
  import { connectTemporalClient, EnrollmentClient } from '@durable-mfa/client';
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

/** The README's lines, to the letter; `test/docs/printed-lines` compares. */
function terminal({ user, phoneNumber, domain, taskQueue }: StackDescription, folder: string) {
  const mfa = (command: string) =>
    `npm run -s mfa -- ${command}${folder === FOLDER_DEFAULT ? '' : ` --dir '${folder}'`}`;
  const login = (why: string) => `\
  PROOF=$(${mfa('login')})                               # ${why}
  temporal workflow signal --workflow-id "$ID" --name loginCompleted --input "$PROOF"`;
  return `\
  ID=$(${mfa(`workflow-id --user '${user.userId}'`)})
  temporal workflow start --type enrollMfa --task-queue ${taskQueue} --workflow-id "$ID" --fail-existing --input '{
    "tenant": "${domain}", "userId": "${user.userId}",
    "phoneNumber": "${phoneNumber}", "requestedBy": "bot" }'
  temporal workflow describe --workflow-id "$ID" --output json   # MfaPhase is what it waits for; the memo says more
  temporal workflow metadata --workflow-id "$ID"                 # the same in words, from a worker
  ${mfa('device-key new')}                               # this device's key; once is enough

${login('opens a browser, and waits until you have logged in')}
  temporal workflow signal --workflow-id "$ID" --name smsCode --input '"SMS-CODE"'

${login('the second factor needs a login of its own')}
  temporal workflow describe --workflow-id "$ID" --output json | ${mfa('set-up --qr')}
  temporal workflow signal --workflow-id "$ID" --name otpCode --input '"OTP"'
  temporal workflow describe --workflow-id "$ID" --output json`;
}

function erasure({ domain, user }: StackDescription): string {
  return `  npm run -s mfa -- erase -- --user '${user.userId}' --tenant ${domain} --cancel`;
}

/** The emulator's user in place of the one that is enrolled: the same id, so that every line above works as it stands. */
function freshUser({ emulatorControl, user }: StackDescription): string {
  return `\
  curl -fsS -X DELETE '${emulatorControl}users/${encodeURIComponent(user.userId)}'
  curl -fsS -X POST '${emulatorControl}users' -H 'content-type: application/json' --data '${JSON.stringify(user)}'`;
}

import { enrollMfaWorkflowId } from '../workflows/contract/workflow-id.ts';
import type { StackDescription } from './stack.ts';

/** What a person sees after `npm start`: where to look and what to type next. */
export function nextSteps(stack: StackDescription, folder: string): string {
  const { user, phoneNumber, domain, temporalAddress, taskQueue } = stack;
  const { codecEndpoint, codecTokenFile } = stack;
  const workflowId = enrollMfaWorkflowId(domain, user.userId);
  const input = JSON.stringify({
    tenant: domain,
    userId: user.userId,
    phoneNumber,
    requestedBy: 'me',
  });
  return `
Temporal Web UI   ${stack.temporalUi}
SMS inbox         ${stack.inbox}
The user          ${user.email}, password ${user.password}
For scripts       ${folder}/stack.json

Enroll the user with the Temporal CLI alone, from another terminal in this folder:

  alias temporal='${stack.temporalCli}'
  export TEMPORAL_ADDRESS=${temporalAddress}
  export TEMPORAL_CODEC_ENDPOINT=${codecEndpoint}   # answers are encrypted; this decodes them
  export TEMPORAL_CODEC_AUTH="Bearer $(cat ${codecTokenFile})"
  ID='${workflowId}'

  temporal workflow start --type enrollMfa --task-queue ${taskQueue} \\
    --workflow-id "$ID" --fail-existing --input '${input}'

  npm run -s mfa -- new-key                 # once: the key that the QR code will be sealed to
  npm run -s mfa -- login-url               # open it, log in, and keep the address you end at
  npm run -s mfa -- login-proof 'ADDRESS' > proof.json
  temporal workflow signal --workflow-id "$ID" --name loginCompleted --input-file proof.json
  temporal workflow signal --workflow-id "$ID" --name smsCode --input '"123456"'

  # log in again for the second factor (the same three commands as before), then:
  temporal workflow query --workflow-id "$ID" --type setUp --output json |
    npm run -s mfa -- open-set-up --qr      # draws the QR code
  temporal workflow signal --workflow-id "$ID" --name otpCode --input '"123456"'
  temporal workflow query --workflow-id "$ID" --type progress
`;
}

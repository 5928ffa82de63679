import type { BotPython } from '../support/bot-python.ts';
import { plainEnvironment } from '../support/plain-environment.ts';
import { CLIENT_ID, REDIRECT_URI, type World } from '../support/world.ts';

/** All that the guide's bot has to be told of a world. */
export function botEnvironment(
  { env }: BotPython,
  world: World,
  other: Readonly<Record<string, string>> = {},
): NodeJS.ProcessEnv {
  return plainEnvironment({
    ...env,
    TEMPORAL_ADDRESS: world.address,
    TEMPORAL_NAMESPACE: world.namespace,
    MFA_TASK_QUEUE: world.taskQueue,
    AUTH0_DOMAIN: world.tenant,
    AUTH0_CLIENT_ID: CLIENT_ID,
    MFA_REDIRECT_URI: REDIRECT_URI,
    ...other,
  });
}

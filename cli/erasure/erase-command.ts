import { type CommandUnknownOpts, InvalidArgumentError } from '@commander-js/extra-typings';
import { JSON_OPTION, trimmed, USER_OPTION } from '../options.ts';
import { given } from '../settings.ts';
import type { Surroundings } from '../surroundings.ts';
import { workflowIdOf } from '../workflow-id.ts';

const WAIT_SECONDS_DEFAULT = 60;
/** An enrollment that Auth0 puts off cleans up for a token's life, ten minutes. */
const WAIT_SECONDS_MAX = 900;

export function addErase(program: CommandUnknownOpts, { env, stdout }: Surroundings): void {
  program
    .command('erase')
    .description('delete all enrollments of a user in Temporal, and say what remains elsewhere')
    .addOption(USER_OPTION)
    .option('--tenant <domain>', 'default: AUTH0_DOMAIN', trimmed)
    .option('--cancel', 'cancel an open one first and wait for its end; a worker must be up')
    .option(
      '--wait <seconds>',
      `for how long; at most ${WAIT_SECONDS_MAX}`,
      secondsOf,
      WAIT_SECONDS_DEFAULT,
    )
    .addOption(JSON_OPTION)
    .addHelpText(
      'after',
      '\nAsks the Temporal of TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, and waits until they are gone. Refused' +
        '\nwhile one is open. Done, too, where there was nothing.' +
        "\n\nExample:\n  npm run -s mfa -- erase --user 'auth0|5f7c8ec7c33c6c004bbafe82' --tenant example.eu.auth0.com",
    )
    .action(async ({ user, tenant, cancel, wait, json }) => {
      // Never the local stack's: asked of another tenant, Temporal would have nothing and all seem done.
      const workflowId = workflowIdOf(user, tenant ?? given(env['AUTH0_DOMAIN']));
      const call = { workflowId, cancels: cancel === true, waitMs: wait * 1_000 };
      // Temporal's client takes a second to load, which the other commands do without.
      const { erase, shown } = await import('./run-erase.ts');
      stdout(shown(call, await erase(call, env), json === true));
    });
}

function secondsOf(text: string): number {
  const seconds = Number(trimmed(text));
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= WAIT_SECONDS_MAX) return seconds;
  throw new InvalidArgumentError(`It must be whole seconds, from 1 to ${WAIT_SECONDS_MAX}.`);
}

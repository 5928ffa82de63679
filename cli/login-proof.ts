import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { finishLogin, LoginCallbackError } from '../client/pkce-login.ts';
import { FOLDER_OPTION, trimmed } from './options.ts';
import { forgetPendingLogin, readPendingLogin } from './pending-login-file.ts';
import { folderOf } from './settings.ts';
import type { Surroundings } from './surroundings.ts';

export function addLoginProof(program: CommandUnknownOpts, { stdout }: Surroundings): void {
  program
    .command('login-proof')
    .description('turn the address that the browser came back to into a login proof')
    .argument('<callback-url>', 'from the browser’s address bar, in quotes', trimmed)
    .addOption(FOLDER_OPTION)
    .addHelpText(
      'after',
      '\nPrints the proof as JSON, for the signal loginCompleted. It works once and for minutes only;' +
        '\nuntil then it lets its bearer log in as the user, so write it to no file.',
    )
    .action(async (callbackUrl, { dir }) => {
      const folder = folderOf(dir);
      const pending = await readPendingLogin(folder);
      try {
        const proof = finishLogin(pending, callbackUrl);
        await forgetPendingLogin(folder);
        stdout(JSON.stringify(proof));
      } catch (error) {
        // The tenant has answered: this login comes to nothing any more.
        if (error instanceof LoginCallbackError && error.why === 'refused') {
          await forgetPendingLogin(folder);
        }
        throw error;
      }
    });
}

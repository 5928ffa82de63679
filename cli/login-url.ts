import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { beginLoginWith, loginCommand } from './login-settings.ts';
import { keepPendingLogin } from './pending-login-file.ts';
import { folderOf } from './settings.ts';
import type { Surroundings } from './surroundings.ts';

export function addLoginUrl(program: CommandUnknownOpts, surroundings: Surroundings): void {
  loginCommand(program, 'login-url')
    .description('begin a login elsewhere than in this machine’s browser: print its address')
    .addHelpText(
      'after',
      '\nKeeps state, nonce and PKCE verifier for login-proof; a login begun earlier is forgotten.',
    )
    .action(async (options) => {
      const { url, pending } = await beginLoginWith(options, surroundings);
      await keepPendingLogin(folderOf(options.dir), pending);
      surroundings.stdout(url);
      surroundings.stderr(
        `After the login the browser ends at ${pending.redirectUri}?code=…, a page that need not load. ` +
          'Give its address to login-proof, within minutes.',
      );
    });
}

import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { receiveLogin } from './login-callback.ts';
import { beginLoginWith, loginCommand } from './login-settings.ts';
import type { Surroundings } from './surroundings.ts';

export function addLogin(program: CommandUnknownOpts, surroundings: Surroundings): void {
  loginCommand(program, 'login')
    .description('log the user in with this machine’s browser, and print the login proof')
    .option('--no-browser', 'only print the address, for any browser of this machine')
    .addHelpText(
      'after',
      '\nPrints the proof as JSON, for the signal loginCompleted. It works once and for minutes only;' +
        '\nuntil then it lets its bearer log in as the user, so keep it in a variable:' +
        '\n  PROOF=$(npm run -s mfa -- login)' +
        '\nWhere the browser is on another machine: login-url and login-proof.',
    )
    .action(async (options) => {
      const { url, pending } = await beginLoginWith(options, surroundings);
      const proof = await receiveLogin(pending, async () => {
        surroundings.stderr(`Log in here; the command waits for it:\n${url}`);
        if (options.browser) await surroundings.openBrowser(url);
      });
      surroundings.stdout(JSON.stringify(proof));
    });
}

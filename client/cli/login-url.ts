import { beginLogin } from '../pkce-login.ts';
import type { Command } from './command.ts';
import { keepPendingLogin } from './pending-login-file.ts';
import { FOLDER_HELP, FOLDER_OPTION, folderOf, loginSettings } from './settings.ts';

export const loginUrl: Command = {
  name: 'login-url',
  summary: 'begins a login and prints the address to open in a browser',
  help: [
    'npm run -s mfa -- login-url [--issuer URL --client-id ID --redirect-uri URL --audience URL]',
    'Keeps state, nonce and PKCE verifier for login-proof; a login begun earlier is forgotten.',
    'Prints the address. After the login the browser ends at the redirect URI with the code: copy that address',
    'from its bar. Nothing need listen there, so the page may say that it cannot be reached.',
    '--issuer URL        default AUTH0_ISSUER, https://AUTH0_DOMAIN/, or the local stack’s',
    '--client-id ID      default AUTH0_CLIENT_ID, or the local stack’s',
    '--redirect-uri URL  default the local stack’s',
    '--audience URL      default AUTH0_AUDIENCE, or {issuer}mfa/',
    FOLDER_HELP,
  ],
  options: {
    issuer: { type: 'string' },
    'client-id': { type: 'string' },
    'redirect-uri': { type: 'string' },
    audience: { type: 'string' },
    ...FOLDER_OPTION,
  },
  positionals: 0,
  async run(arguments_, surroundings) {
    const { url, pending } = await beginLogin(await loginSettings(arguments_, surroundings));
    await keepPendingLogin(folderOf(arguments_), pending);
    surroundings.stdout(url);
    surroundings.stderr(
      `After the login the browser ends at ${pending.redirectUri}?code=…, a page that need not load. ` +
        'Copy its address, within minutes.',
    );
  },
};

import type { PublicDeviceKey } from '../workflows/contract/enroll-mfa.ts';
import { OwnerFileError } from '../temporal/owner-file.ts';
import { beginLogin } from '../client/pkce-login.ts';
import { DeviceKey } from '../client/device-key.ts';
import type { Arguments, Command } from './command.ts';
import { keepPendingLogin } from './pending-login-file.ts';
import { FOLDER_HELP, FOLDER_OPTION, folderOf, keyFileOf, loginSettings } from './settings.ts';

export const loginUrl: Command = {
  name: 'login-url',
  summary: 'begins a login and prints the address to open in a browser',
  help: [
    'npm run -s mfa -- login-url [--issuer URL --client-id ID --redirect-uri URL --audience URL] [--key FILE]',
    'Keeps state, nonce and PKCE verifier for login-proof; a login begun earlier is forgotten.',
    'Prints the address. After the login the browser ends at the redirect URI with the code: copy that address',
    'from its bar. Nothing need listen there, so the page may say that it cannot be reached.',
    '--issuer URL        default AUTH0_ISSUER, https://AUTH0_DOMAIN/, or the local stack’s',
    '--client-id ID      default AUTH0_CLIENT_ID, or the local stack’s',
    '--redirect-uri URL  default the local stack’s',
    '--audience URL      default AUTH0_AUDIENCE, or {issuer}mfa/',
    '--key FILE          the login is for this key alone; default device-key.json in the folder, where there is one',
    FOLDER_HELP,
  ],
  options: {
    issuer: { type: 'string' },
    'client-id': { type: 'string' },
    'redirect-uri': { type: 'string' },
    audience: { type: 'string' },
    key: { type: 'string' },
    ...FOLDER_OPTION,
  },
  positionals: 0,
  async run(arguments_, surroundings) {
    const settings = await loginSettings(arguments_, surroundings);
    const sealTo = await publicKey(arguments_);
    const { url, pending } = await beginLogin(settings, sealTo);
    await keepPendingLogin(folderOf(arguments_), pending);
    surroundings.stdout(url);
    if (sealTo === undefined) {
      surroundings.stderr(
        'No key: good for an SMS step. A TOTP step needs one; make it with new-key.',
      );
    }
    surroundings.stderr(
      `After the login the browser ends at ${pending.redirectUri}?code=…, a page that need not load. ` +
        'Copy its address, within minutes.',
    );
  },
};

async function publicKey(arguments_: Arguments): Promise<PublicDeviceKey | undefined> {
  try {
    return (await DeviceKey.load(keyFileOf(arguments_))).publicKey;
  } catch (error) {
    const optional = arguments_.text('key') === undefined;
    if (!optional || !(error instanceof OwnerFileError) || error.why !== 'missing') throw error;
    return undefined;
  }
}

/** What `login` and `login-url` both need: flags before the environment, and that before the local stack. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { beginLogin, type BegunLogin, type LoginSettings } from '../client/pkce-login.ts';
import { deviceKey, findDeviceKey } from './device-key.ts';
import { FOLDER_OPTION, KEY_OPTION, trimmed } from './options.ts';
import { folderOf, given, keyFileOf, readStack } from './settings.ts';
import { type Surroundings, UsageError } from './surroundings.ts';

export function loginCommand(program: CommandUnknownOpts, name: string) {
  return program
    .command(name)
    .option(
      '--issuer <url>',
      'default: AUTH0_ISSUER, https://AUTH0_DOMAIN/, or the local stack’s',
      trimmed,
    )
    .option('--client-id <id>', 'default: AUTH0_CLIENT_ID, or the local stack’s', trimmed)
    .option('--redirect-uri <url>', 'default: the local stack’s', trimmed)
    .option('--audience <url>', 'default: AUTH0_AUDIENCE, or {issuer}mfa/', trimmed)
    .addOption(KEY_OPTION)
    .addOption(FOLDER_OPTION);
}

type LoginOptions = ReturnType<ReturnType<typeof loginCommand>['opts']>;

/** @throws UsageError naming every setting that is missing, and where it can be given. */
async function loginSettings(options: LoginOptions, { env }: Surroundings): Promise<LoginSettings> {
  const stack = await readStack(folderOf(options.dir));
  const domain = given(env['AUTH0_DOMAIN']);
  const issuer =
    options.issuer ??
    given(env['AUTH0_ISSUER']) ??
    (domain === undefined ? stack.issuer : `https://${domain}/`);
  const clientId = options.clientId ?? given(env['AUTH0_CLIENT_ID']) ?? stack.clientId;
  const redirectUri = options.redirectUri ?? stack.redirectUri;
  const audience =
    options.audience ??
    given(env['AUTH0_AUDIENCE']) ??
    (issuer === stack.issuer ? stack.audience : undefined);
  if (issuer === undefined || clientId === undefined || redirectUri === undefined) {
    const missing = [
      ...(issuer === undefined ? ['--issuer (or AUTH0_DOMAIN)'] : []),
      ...(clientId === undefined ? ['--client-id (or AUTH0_CLIENT_ID)'] : []),
      ...(redirectUri === undefined ? ['--redirect-uri'] : []),
    ];
    throw new UsageError(
      `Missing: ${missing.join(', ')}. Give them, or run npm start, whose stack is used then.`,
    );
  }
  return { issuer, clientId, redirectUri, ...(audience !== undefined && { audience }) };
}

/** Begins a login that is bound to the device's key where there is one. One that was named must be there. */
export async function beginLoginWith(
  options: LoginOptions,
  surroundings: Surroundings,
): Promise<BegunLogin> {
  const file = keyFileOf(options.key, options.dir);
  const settings = await loginSettings(options, surroundings);
  const key = options.key === undefined ? await findDeviceKey(file) : await deviceKey(file);
  const begun = await beginLogin(settings, key?.publicKey);
  if (key === undefined) {
    surroundings.stderr(
      'No key: good for an SMS step. A TOTP step needs one; make it with: device-key new.',
    );
  }
  return begun;
}

import type { PublicSealingKey } from '../../workflows/contract/enroll-mfa.ts';
import { OwnerFileError } from '../owner-file.ts';
import { finishLogin } from '../pkce-login.ts';
import { SealingKey } from '../sealing-key.ts';
import { type Arguments, type Command, type Surroundings, UsageError } from './command.ts';
import { forgetPendingLogin, readPendingLogin } from './pending-login-file.ts';
import { FOLDER_HELP, FOLDER_OPTION, folderOf, keyFileOf } from './settings.ts';

export const loginProof: Command = {
  name: 'login-proof',
  summary: 'turns the address that the browser came back to into a login proof',
  help: [
    'npm run -s mfa -- login-proof CALLBACK-URL [--key FILE]',
    'Prints the proof as JSON, for `temporal workflow signal --name loginCompleted --input`.',
    'It works once and for minutes only; until then it lets its bearer log in as the user.',
    '--key FILE      seal to this key; default device-key.json in the folder, where there is one',
    FOLDER_HELP,
  ],
  options: { key: { type: 'string' }, ...FOLDER_OPTION },
  positionals: 1,
  async run(arguments_, surroundings) {
    const [callbackUrl] = arguments_.positionals;
    if (callbackUrl === undefined) {
      throw new UsageError('CALLBACK-URL is missing: copy it from the browser’s address bar.');
    }
    const folder = folderOf(arguments_);
    const pending = await readPendingLogin(folder);
    const proof = finishLogin(pending, callbackUrl);
    const sealTo = await publicKey(arguments_, surroundings);
    await forgetPendingLogin(folder);
    surroundings.stdout(JSON.stringify({ ...proof, ...(sealTo !== undefined && { sealTo }) }));
  },
};

async function publicKey(
  arguments_: Arguments,
  { stderr }: Surroundings,
): Promise<PublicSealingKey | undefined> {
  try {
    return (await SealingKey.load(keyFileOf(arguments_))).publicKey;
  } catch (error) {
    const optional = arguments_.text('key') === undefined;
    if (!optional || !(error instanceof OwnerFileError) || error.why !== 'missing') throw error;
    stderr('No key: good for an SMS step. A TOTP step needs one; make it with new-key.');
    return undefined;
  }
}

import { finishLogin } from '../client/pkce-login.ts';
import { type Command, UsageError } from './command.ts';
import { forgetPendingLogin, readPendingLogin } from './pending-login-file.ts';
import { FOLDER_HELP, FOLDER_OPTION, folderOf } from './settings.ts';

export const loginProof: Command = {
  name: 'login-proof',
  summary: 'turns the address that the browser came back to into a login proof',
  help: [
    'npm run -s mfa -- login-proof CALLBACK-URL',
    'Prints the proof as JSON, for `temporal workflow signal --name loginCompleted --input`.',
    'It works once and for minutes only; until then it lets its bearer log in as the user.',
    FOLDER_HELP,
  ],
  options: FOLDER_OPTION,
  positionals: 1,
  async run(arguments_, { stdout }) {
    const [callbackUrl] = arguments_.positionals;
    if (callbackUrl === undefined) {
      throw new UsageError('CALLBACK-URL is missing: copy it from the browser’s address bar.');
    }
    const folder = folderOf(arguments_);
    const proof = finishLogin(await readPendingLogin(folder), callbackUrl);
    await forgetPendingLogin(folder);
    stdout(JSON.stringify(proof));
  },
};

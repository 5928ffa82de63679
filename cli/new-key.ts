import { DeviceKey } from '../client/device-key.ts';
import type { Command } from './command.ts';
import { FOLDER_HELP, FOLDER_OPTION, keyFileOf } from './settings.ts';

export const newKey: Command = {
  name: 'new-key',
  summary: 'makes this device’s key, to which TOTP set-ups are sealed',
  help: [
    'npm run -s mfa -- new-key [--key FILE]',
    'Writes a new P-256 key, for you alone, and refuses to replace one.',
    'Prints JSON: {"file", "kid", "sealTo"}.',
    '--key FILE      default device-key.json in the folder',
    FOLDER_HELP,
  ],
  options: { key: { type: 'string' }, ...FOLDER_OPTION },
  positionals: 0,
  async run(arguments_, { stdout }) {
    const file = keyFileOf(arguments_);
    const key = await DeviceKey.generate();
    await key.save(file);
    stdout(JSON.stringify({ file, kid: key.thumbprint, sealTo: key.publicKey }));
  },
};

import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { DeviceKey } from '../client/device-key.ts';
import { OwnerFileError } from '../temporal/owner-file.ts';
import { FOLDER_OPTION, JSON_OPTION, KEY_OPTION } from './options.ts';
import { keyFileOf } from './settings.ts';
import { CommandError, type Surroundings } from './surroundings.ts';

export function addDeviceKey(program: CommandUnknownOpts, { stdout, stderr }: Surroundings): void {
  const group = program
    .command('device-key')
    .description('this device’s key, to which TOTP set-ups are sealed');
  const show = (file: string, key: DeviceKey, json: boolean | undefined): void => {
    const { thumbprint: kid, publicKey: sealTo } = key;
    stdout(
      json === true
        ? JSON.stringify({ file, kid, sealTo })
        : `Thumbprint  ${kid}\nFile        ${file}`,
    );
  };
  group
    .command('new')
    .description('make the key, for its owner alone; where there is one, show that')
    .addOption(KEY_OPTION)
    .addOption(FOLDER_OPTION)
    .addOption(JSON_OPTION)
    .action(async ({ key: named, dir, json }) => {
      const file = keyFileOf(named, dir);
      const kept = await findDeviceKey(file);
      if (kept !== undefined) stderr('The key was there already; nothing was changed.');
      const key = kept ?? (await DeviceKey.generate());
      if (kept === undefined) await key.save(file);
      show(file, key, json);
    });
  group
    .command('show')
    .description('show thumbprint and file of the key; --json adds its public half')
    .addOption(KEY_OPTION)
    .addOption(FOLDER_OPTION)
    .addOption(JSON_OPTION)
    .action(async ({ key: named, dir, json }) => {
      const file = keyFileOf(named, dir);
      show(file, await deviceKey(file), json);
    });
}

/** @returns `undefined` where there is no such file. @throws OwnerFileError, CommandError */
export async function findDeviceKey(file: string): Promise<DeviceKey | undefined> {
  try {
    return await DeviceKey.load(file);
  } catch (error) {
    if (!(error instanceof OwnerFileError)) throw error;
    if (error.why === 'missing') return undefined;
    if (error.why !== 'content') throw error;
    throw new CommandError(
      'failed',
      `The file ${file} must hold a private P-256 key as JWK; move it away and make one: device-key new.`,
    );
  }
}

export async function deviceKey(file: string): Promise<DeviceKey> {
  const key = await findDeviceKey(file);
  if (key !== undefined) return key;
  throw new CommandError('failed', `The file ${file} does not exist; make one: device-key new.`);
}

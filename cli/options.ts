/** Options that several commands take. */
import { Option } from '@commander-js/extra-typings';
import { pasted } from '../workflows/contract/typed.ts';

/** Addresses and ids are pasted: no value of ours has white space at its ends. */
export const trimmed = (text: string): string => pasted(text);

export const JSON_OPTION = new Option('--json', 'print the result as JSON');
export const FOLDER_OPTION = new Option(
  '--dir <folder>',
  'where key, pending login and stack.json are (default: .local)',
).argParser(trimmed);
export const KEY_OPTION = new Option(
  '--key <file>',
  'the device’s key (default: device-key.json in the folder)',
).argParser(trimmed);
export const USER_OPTION = new Option('--user <id>', 'the Auth0 user id, auth0|…').argParser(
  trimmed,
);

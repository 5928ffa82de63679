import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { JSON_OPTION, trimmed } from '../options.ts';
import { given } from '../settings.ts';
import { type Surroundings, UsageError } from '../surroundings.ts';
import type { KeysCall } from './run-keys.ts';

const COMMANDS = [
  ['new', 'make a keyring with one key; where there is one, add a decrypt-only key'],
  ['rotate', 'make the newest key primary (a new one, where the newest is primary)'],
  ['list', 'list the keys, without the keys themselves'],
] as const;

export function addKeys(program: CommandUnknownOpts, surroundings: Surroundings): void {
  const group = program
    .command('keys')
    .description('the keyring that payloads are encrypted with')
    .addHelpText(
      'after',
      '\nWith several machines: new, copy the file to all, then rotate. See docs/encryption.md.',
    );
  for (const [command, description] of COMMANDS) {
    keysCommand(group, command)
      .description(description)
      .action((options) => act({ command }, options, surroundings));
  }
  keysCommand(group, 'retire')
    .description('take a key out; refused while open enrollments need it')
    .argument('<kid>', 'the key’s id, as list shows it', trimmed)
    .addHelpText('after', '\nAsks the Temporal of TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.')
    .action((kid, options) => act({ command: 'retire', kid }, options, surroundings));
}

function keysCommand(group: CommandUnknownOpts, name: string) {
  return group
    .command(name)
    .option('--file <file>', 'default: MFA_PAYLOAD_KEYS_FILE', trimmed)
    .addOption(JSON_OPTION);
}

async function act(
  call: KeysCall,
  { file: named, json }: { readonly file?: string; readonly json?: true },
  { env, stdout }: Surroundings,
): Promise<void> {
  const file = named ?? given(env['MFA_PAYLOAD_KEYS_FILE']);
  if (file === undefined || file === '') {
    throw new UsageError('Missing: --file (or MFA_PAYLOAD_KEYS_FILE). Give the keyring’s file.');
  }
  // Temporal's client takes a second to load, which the other commands do without.
  const { changedKeyring, shown } = await import('./run-keys.ts');
  stdout(shown(await changedKeyring(call, file, env), json === true));
}

import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { addCodec } from './codec.ts';
import { addCompletion } from './completion.ts';
import { addDeviceKey } from './device-key.ts';
import { addErase } from './erasure/erase-command.ts';
import { addKeys } from './keys/keys-command.ts';
import { addLogin } from './login.ts';
import { addLoginProof } from './login-proof.ts';
import { addLoginUrl } from './login-url.ts';
import { addSetUp } from './set-up.ts';
import type { Surroundings } from './surroundings.ts';
import { addWorkflowId } from './workflow-id.ts';

/** How the program is called in a checkout; `-s` keeps npm's own lines out of the output. */
export const CALL = 'npm run -s mfa --';

const EXAMPLES = `
Examples:
  ${CALL} workflow-id --user 'auth0|5f7c8ec7c33c6c004bbafe82'
  ${CALL} device-key new
  PROOF=$(${CALL} login)
  temporal workflow describe --workflow-id "$ID" --output json | ${CALL} set-up

Exit codes: 0 done · 1 failed or refused · 2 called or configured wrongly, nothing was done ·
3 Temporal cannot be reached or its namespace is not prepared · 4 the enrollment has ended.`;

export interface MfaProgram {
  readonly program: Command;
  /** Of the command that runs, with the program's name: `npm run -s mfa -- keys list`. */
  readonly commandLine: () => string;
}

/** All commands, in the order of the help. */
export function mfaProgram(surroundings: Surroundings): MfaProgram {
  let running: CommandUnknownOpts | undefined;
  const program = new Command(CALL)
    .description(
      'Enrolls users in MFA beside the Temporal CLI, and looks after what Temporal stores.',
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        surroundings.stdout(text.replace(/\n$/, ''));
      },
      writeErr: (text) => {
        surroundings.stderr(text.replace(/\n$/, ''));
      },
    })
    .hook('preAction', (_program, command) => {
      running = command;
    })
    .addHelpText('after', EXAMPLES);
  program.commandsGroup('A user’s enrollment:');
  addWorkflowId(program, surroundings);
  addDeviceKey(program, surroundings);
  addLogin(program, surroundings);
  addLoginUrl(program, surroundings);
  addLoginProof(program, surroundings);
  addSetUp(program, surroundings);
  program.commandsGroup('What Temporal stores:');
  addKeys(program, surroundings);
  addErase(program, surroundings);
  addCodec(program);
  program
    .commandsGroup('This program:')
    .helpCommand('help [command]', 'print the help of a command');
  addCompletion(program, surroundings);
  hintAtHelp(program);
  return { program, commandLine: () => lineOf(running ?? program) };
}

/** Below an error of the parser: the help of the command that it is about. */
function hintAtHelp(command: CommandUnknownOpts): void {
  command.showHelpAfterError(`See: ${lineOf(command)} --help`);
  for (const child of command.commands) hintAtHelp(child);
}

function lineOf(command: CommandUnknownOpts): string {
  return command.parent === null ? command.name() : `${lineOf(command.parent)} ${command.name()}`;
}

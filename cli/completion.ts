import { Argument, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Surroundings } from './surroundings.ts';

const SHELLS = ['bash', 'zsh'] as const;

export function addCompletion(program: CommandUnknownOpts, { stdout }: Surroundings): void {
  program
    .command('completion')
    .description('print the shell completion for a function or alias named mfa')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText(
      'after',
      '\nExample, in ~/.bashrc:\n  mfa() { npm run -s mfa -- "$@"; }\n  eval "$(mfa completion bash)"',
    )
    .action((shell) => {
      const zsh = shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : '';
      stdout(`${zsh}${bashCompletion(program)}`);
    });
}

/** The words before the cursor that name a command choose what may follow. */
function bashCompletion(program: CommandUnknownOpts): string {
  const [, ...commands] = branches(program, '');
  const paths = commands.map(({ path }) => `'${path}'`).join('|');
  return `_mfa() {
  local at='' word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in ${paths}) at="$at $word" ;; esac
  done
  case "$at" in
${branches(program, '')
  .map(({ path, words }) => `    '${path}') words='${words.join(' ')}' ;;`)
  .join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _mfa mfa`;
}

interface Branch {
  readonly path: string;
  readonly words: readonly string[];
}

function branches(command: CommandUnknownOpts, path: string): readonly Branch[] {
  const flags = command.options.flatMap(({ long }) => long ?? []);
  const names = command.commands.map((child) => child.name());
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  return [
    { path, words: [...names, ...choices, ...flags, '--help'] },
    ...command.commands.flatMap((child) => branches(child, `${path} ${child.name()}`)),
  ];
}

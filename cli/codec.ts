import type { CommandUnknownOpts } from '@commander-js/extra-typings';

export function addCodec(program: CommandUnknownOpts): void {
  program
    .command('codec')
    .description('serve decrypted payloads to Temporal’s Web UI and CLI until Ctrl-C')
    .addHelpText('after', '\nIts settings are variables; see docs/encryption.md.')
    .action(async () => {
      // A program of its own, which ends the process.
      await import('../temporal/codec-server/main.ts');
    });
}

/** `npm run -s keys -- <command>`: the keyring that payloads are encrypted with. */
import { runKeys } from './run-keys.ts';

process.exitCode = await runKeys(process.argv.slice(2), {
  env: process.env,
  stdout: (line) => process.stdout.write(`${line}\n`),
  stderr: (line) => process.stderr.write(`${line}\n`),
});

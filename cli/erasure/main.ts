/** `npm run -s erase -- --user ID`: what to do on a request for erasure, as far as Temporal goes. */
import { runErase } from './run-erase.ts';

process.exitCode = await runErase(process.argv.slice(2), {
  env: process.env,
  stdout: (line) => process.stdout.write(`${line}\n`),
  stderr: (line) => process.stderr.write(`${line}\n`),
});

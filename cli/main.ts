import open from 'open';
import { runCommand } from './run-command.ts';

process.exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  stdout: (line) => process.stdout.write(`${line}\n`),
  stderr: (line) => process.stderr.write(`${line}\n`),
  stdoutIsTerminal: process.stdout.isTTY,
  openBrowser: async (url) => {
    const browser = await open(url);
    // Without a browser the person opens the address that is printed.
    browser.on('error', () => undefined);
  },
});

import { readdir } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import {
  type ChildOptions,
  type ChildProgram,
  startChild,
  startNpmScript,
} from '../support/child-program.ts';
import { processesMentioning } from '../support/live-processes.ts';
import { plainEnvironment } from '../support/plain-environment.ts';
import { requiredVariable } from '../support/required-variable.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { built } from './built.ts';

const TIMEOUT_MS = 90_000;

/** What an enrollment without detours may cost. */
/** Encrypted. */
const HAPPY_PATH = { events: 77, kilobytes: 38, actions: 19 };
/** The wrong code: an update, an activity, two upserts, two workflow tasks. The kill: a time-out. */
const DETOURS = { events: 14, kilobytes: 6, actions: 3 };

/** Its temporary folder is the given one, so that whatever it starts mentions it. */
function optionsFor(folder: string, more: Readonly<Record<string, string>> = {}): ChildOptions {
  const cli = requiredVariable('TEMPORAL_CLI');
  return { env: plainEnvironment({ TMPDIR: folder, TEMPORAL_CLI_PATH: cli, ...more }) };
}

/** Without npm and the loader. */
function demo(folder: string, more: Readonly<Record<string, string>> = {}): ChildProgram {
  return startChild('dev/demo.ts', optionsFor(folder, more));
}

function numbers(line: string): number[] {
  return (line.match(/\d+(\.\d+)?/g) ?? []).map(Number);
}

describe('npm run demo', () => {
  it(
    'shows an enrollment from nothing to two factors within its limits, and leaves nothing',
    async () => {
      await using folder = await temporaryFolder();
      await using program = startNpmScript('demo', optionsFor(folder.path));
      const code = await program.ended;
      const output = program.output();
      expect({ code, output }).toMatchObject({ code: 0 });
      const steps = [
        'and a worker are running',
        'Enrollment started: enroll-mfa/127.0.0.1:',
        "logged in on the tenant's page with a password",
        'Login delivered and checked',
        /SMS to X+\d{4} arrived: ".*\d{6}.*"/,
        /Wrong code \d{6} refused; 3 attempts left/,
        /Right code \d{6} accepted: SMS is confirmed/,
        'killed with SIGKILL',
        'New worker (process',
        "logged in on the tenant's page and was challenged by sms",
        "TOTP set-up opened with this device's key",
        '▄',
        'TOTP is confirmed',
        "The enrollment's outcome: enrolled",
        "The run's description",
        'sms: enrolled',
        /It cost \d+ history events, \d+\.\d KB of history and \d+ billed actions/,
        'The Temporal Web UI was at http://127.0.0.1:',
        'npm start',
        'nothing is left running',
      ];
      let from = 0;
      for (const step of steps) {
        const rest = output.slice(from);
        const at = typeof step === 'string' ? rest.indexOf(step) : rest.search(step);
        expect({ step, found: at >= 0, output }).toMatchObject({ found: true });
        from += at;
      }
      expect(output).not.toContain('\u001B');
      const [events, kilobytes, actions] = numbers(await program.line('It cost'));
      expect(events).toBeLessThanOrEqual(HAPPY_PATH.events + DETOURS.events);
      expect(kilobytes).toBeLessThanOrEqual(HAPPY_PATH.kilobytes + DETOURS.kilobytes);
      expect(actions).toBeLessThanOrEqual(HAPPY_PATH.actions + DETOURS.actions);
      expect(await processesMentioning(folder.path)).toEqual([]);
      expect((await readdir(folder.path)).filter((name) => name.startsWith('mfa-demo'))).toEqual(
        [],
      );
    },
    TIMEOUT_MS,
  );

  it.each([
    ['in the middle', 'Enrollment started'],
    ['while the next worker starts', 'killed with SIGKILL'],
  ])(
    'says why, ends with 1 and leaves nothing when a process dies %s',
    async (_when, line) => {
      await using folder = await temporaryFolder();
      await using program = demo(folder.path, built());
      await program.line(line);
      const processes = await processesMentioning(folder.path);
      const emulator = processes.find(({ command }) => command.includes('emulator/main.'));
      process.kill(emulator?.pid ?? 0, 'SIGKILL');
      expect(await program.ended).toBe(1);
      expect(program.output()).toContain('The demo failed: ');
      expect(await processesMentioning(folder.path)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it.each([
    ['while Temporal starts', 'Starting Temporal'],
    ['while the first worker starts', 'Starting the emulator'],
    ['in the middle', 'Enrollment started'],
    ['while the next worker starts', 'killed with SIGKILL'],
  ])(
    'leaves nothing when it is interrupted %s',
    async (_when, line) => {
      await using folder = await temporaryFolder();
      await using program = demo(folder.path, built());
      await program.line(line);
      program.kill('SIGINT');
      expect(await program.ended).toBe(130);
      expect(program.output()).toContain('Interrupted by SIGINT');
      expect(await processesMentioning(folder.path)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it('says what to do when there is no usable Temporal CLI', async () => {
    await using folder = await temporaryFolder();
    await using program = demo(folder.path, { TEMPORAL_CLI_PATH: '/bin/false' });
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain('set TEMPORAL_CLI_PATH');
  });
});

/** What a program prints for people to paste into another terminal, and that terminal. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from '@jest/globals';
import type { StackDescription } from '../../dev/stack.ts';
import { plainEnvironment } from '../support/plain-environment.ts';

/** A block starts a few programs, one after the other. */
const TYPED_MS_MAX = 60_000;

/** The indented block after the line that has the text in it. */
export function pasted(printed: string, text: string): string {
  const [, after = ''] = printed.split(text);
  const [, block = ''] = /^.*\n\n((?: {2}.*\n|END\n|\n(?= {2}))+)/.exec(`${after}\n`) ?? [];
  if (block === '') throw new Error(`npm start prints nothing to paste for ${text}.`);
  return block;
}

/** In a terminal of its own; ends with the first line that fails. */
export async function typed(lines: string): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', lines], {
    env: plainEnvironment(),
    timeout: TYPED_MS_MAX,
  });
  return stdout;
}

/** In a stack that has no execution: one that is pasted by mistake deletes nothing. */
export async function expectErasurePrinted(printed: string): Promise<void> {
  const lines = [pasted(printed, 'first the settings'), pasted(printed, 'To delete what Temporal')];
  expect(await typed(lines.join('\n'))).toContain('nothing was deleted');
}

/** The same id again, and no other user; the emulator refuses to add one that is there. */
export async function expectFreshUserPrinted(
  stack: StackDescription,
  printed: string,
): Promise<void> {
  const { userId, email } = stack.user;
  const answer: unknown = JSON.parse(await typed(pasted(printed, 'begin again with the user')));
  expect(answer).toMatchObject({ userId, email, authenticators: [] });
  const users = await (await fetch(`${stack.emulatorControl}users`)).json();
  expect(users).toEqual([answer]);
}

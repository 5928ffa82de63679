/** What `npm start` prints for people to paste does what it says. */
import { expect } from '@jest/globals';
import type { StackDescription } from '../../dev/stack.ts';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { pasted, typed } from './pasted-lines.ts';

/** As somebody pastes them into another terminal: the settings, then a block of their choice. */
export async function expectPastedLinesWork(
  stack: StackDescription,
  printed: string,
): Promise<void> {
  const settings = pasted(printed, 'first the settings');
  const fromTypeScript = await typed(`${settings}\n${pasted(printed, 'from TypeScript')}`);
  const workflowId = enrollMfaWorkflowId(stack.domain, stack.user.userId);
  expect(fromTypeScript).toContain(`started ${workflowId}`);
  expect(fromTypeScript).toContain("type: 'log-in'");
  const terminal = pasted(printed, 'the Temporal CLI alone').split('\n');
  const [id, ...lines] = terminal;
  const queries = lines.filter((line) => /describe .*says more|workflow metadata/.test(line));
  const answers = await typed([settings, id, ...queries].join('\n'));
  expect(answers).toMatch(/"awaiting-login"[^]+Waits for the user to log in/);
  const python = pasted(printed, 'from Python');
  for (const value of [stack.domain, stack.clientId, stack.redirectUri, stack.user.userId]) {
    expect(python).toContain(value);
  }
}

/** In a stack that has no execution: one that is pasted by mistake deletes nothing. */
export async function expectErasurePrinted(printed: string): Promise<void> {
  const lines = [pasted(printed, 'first the settings'), pasted(printed, 'To delete what Temporal')];
  expect(await typed(lines.join('\n'))).toContain('"deleted":[]');
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

import { describe, expect, it } from '@jest/globals';
import { nextSteps } from '../../dev/next-steps.ts';
import { DEMO_PHONE_NUMBER, DEMO_USER, type StackDescription } from '../../dev/stack.ts';
import { pasted } from '../dev/pasted-lines.ts';
import { contentOf } from './markdown.ts';
import { readmeBlock, readmeCommands } from './readme-commands.ts';

const STACK: StackDescription = {
  temporalAddress: '127.0.0.1:7233',
  temporalUi: 'http://127.0.0.1:8233',
  namespace: 'default',
  taskQueue: 'mfa-enrollment',
  issuer: 'http://127.0.0.1:4700/',
  domain: '127.0.0.1:4700',
  audience: 'http://127.0.0.1:4700/mfa/',
  clientId: 'client',
  redirectUri: 'http://127.0.0.1:4747/callback',
  inbox: 'http://127.0.0.1:4700/_emulator/inbox',
  emulatorControl: 'http://127.0.0.1:4700/_emulator/',
  payloadKeysFile: '.local/payload-keys.json',
  codecEndpoint: 'http://127.0.0.1:8234',
  codecTokenFile: '.local/codec-token',
  temporalCli: '/usr/bin/temporal',
  user: DEMO_USER,
  phoneNumber: DEMO_PHONE_NUMBER,
};

function printed(folder: string): string {
  return pasted(nextSteps(STACK, folder), 'the Temporal CLI alone').replaceAll(/^ {2}/gm, '');
}

describe('the guide for plain clients', () => {
  it('has lines of the README', () => {
    const readme = readmeCommands('From a bot');
    const [, ...blocks] = contentOf('docs/plain-clients.md').split('```sh\n');
    const lines = blocks.flatMap((block) => (block.split('```')[0] ?? '').split('\n'));
    const ours = lines.filter((line) => line.includes('mfa -- '));
    expect(ours).toHaveLength(2);
    expect(ours.filter((line) => !readme.includes(line))).toEqual([]);
  });
});

describe('the lines for the Temporal CLI that npm start prints', () => {
  it('are the README’s, with the stack’s tenant', () => {
    const readme = readmeBlock('From a bot', 'sh').replaceAll('example.eu.auth0.com', STACK.domain);
    expect(printed('.local')).toBe(readme);
  });

  it('name the folder where it is another one, in every command of ours', () => {
    const commands = printed('/tmp/elsewhere').match(/mfa -- .+/g) ?? [];
    expect(commands).toHaveLength(5);
    for (const command of commands) expect(command).toContain("--dir '/tmp/elsewhere'");
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CompactEncrypt, importJWK } from 'jose';
import { DeviceKey } from '@durable-mfa/client/login';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { run } from './command-run.ts';

const TOTP = { secret: 'JBSWY3DPEHPK3PXP', barcodeUri: 'otpauth://totp/app:jane?secret=J' };

async function sealed(dir: string, content: object): Promise<{ kid: string; jwe: string }> {
  const key = await DeviceKey.load(join(dir, 'device-key.json'));
  const jwe = await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(content)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
    .encrypt(await importJWK({ ...key.publicKey }, 'ECDH-ES'));
  return { kid: key.thumbprint, jwe };
}

async function sealedSetUp(dir: string): Promise<object> {
  return { totp: { challenge: 2, ...(await sealed(dir, TOTP)) } };
}

/** As the Temporal CLI describes a run with it. */
function described(setUp?: unknown): string {
  const fields = { progress: { phase: 'any' }, ...(setUp !== undefined && { setUp }) };
  return JSON.stringify({ workflowExecutionInfo: { memo: { fields } } });
}

describe('set-up', () => {
  it('opens what a description holds', async () => {
    await using folder = await temporaryFolder();
    await run(['device-key', 'new', '--dir', folder.path]);
    const stdin = described(await sealedSetUp(folder.path));
    const ran = await run(['set-up', '--json', '--dir', folder.path], { stdin });
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(ran.stdout[0] ?? '')).toEqual({ challenge: 2, ...TOTP });
  });

  it('opens a recovery code after the end', async () => {
    await using folder = await temporaryFolder();
    await run(['device-key', 'new', '--dir', folder.path]);
    const recoveryCode = await sealed(folder.path, { recoveryCode: 'ABCDEFGHJKLMNPQRSTUVWXYZ' });
    const stdin = described({ recoveryCode, outcome: 'enrolled' });
    const ran = await run(['set-up', '--json', '--dir', folder.path], { stdin });
    expect(ran).toMatchObject({
      exitCode: 0,
      stdout: ['{"recoveryCode":"ABCDEFGHJKLMNPQRSTUVWXYZ"}'],
    });
  });

  it('reads a file, and draws the QR code where it is asked to or somebody looks', async () => {
    await using folder = await temporaryFolder();
    await run(['device-key', 'new', '--dir', folder.path]);
    const file = join(folder.path, 'set-up.json');
    await writeFile(file, described(await sealedSetUp(folder.path)));
    const words = ['set-up', file, '--dir', folder.path];
    const opened = [expect.stringContaining(`Secret         ${TOTP.secret}\n`)];
    expect(await run(words)).toEqual({ exitCode: 0, stdout: opened, stderr: '' });
    const drawn = [expect.stringMatching(/[█▀▄]{10}/), ...opened];
    expect((await run(words, { terminal: true })).stdout).toEqual(drawn);
    expect((await run([...words, '--qr'])).stdout).toEqual(drawn);
  });

  it.each<[string, string, number, RegExp]>([
    ['no JSON', 'Execution Info:', 2, /^The input is no JSON; give it `temporal workflow describe/],
    ['another answer', '{"totp":7}', 2, /^The input is no description; give it `temporal workflow/],
    [
      'another workflow',
      described({ totp: 7 }),
      2,
      /^The description is not that of an enrollment/,
    ],
    [
      'a run that no worker has taken',
      '{"workflowExecutionInfo":{"memo":{}}}',
      1,
      /^There is no set-up now: wait until MfaPhase/,
    ],
    ['an empty set-up', described(), 1, /^There is no set-up now: wait until MfaPhase/],
    ['one after the end', described({ outcome: 'expired' }), 4, /^The .* ended \(expired\)/],
    [
      'a description that no codec server has opened',
      described({ metadata: { encoding: 'YmluYXJ5' }, data: 'a' }),
      2,
      /^The description is encrypted; ask with TEMPORAL_CODEC_ENDPOINT and TEMPORAL_CODEC_AUTH set/,
    ],
    [
      'what is sealed to another key',
      described({ totp: { challenge: 1, kid: 'other', jwe: 'a.b.c.d.e' } }),
      1,
      /^It is sealed to the key other, and this is the key /,
    ],
  ])('refuses %s', async (_what, stdin, exitCode, text) => {
    await using folder = await temporaryFolder();
    await run(['device-key', 'new', '--dir', folder.path]);
    const ran = await run(['set-up', '--json', '--dir', folder.path], { stdin });
    expect(ran).toEqual({ exitCode, stdout: [], stderr: expect.stringMatching(text) });
  });

  it('stops reading where the input does not end', async () => {
    const endless = (async function* () {
      for (;;) yield await Promise.resolve('x'.repeat(65_536));
    })();
    const ran = await run(['set-up'], { stdin: endless });
    expect(ran).toMatchObject({ exitCode: 2, stdout: [] });
    expect(ran.stderr).toMatch(/^The input must have at most 262144 bytes\./);
  });

  it('refuses a file that is not there', async () => {
    const ran = await run(['set-up', '/no/such/file']);
    expect(ran).toMatchObject({ exitCode: 2, stdout: [] });
    expect(ran.stderr).toMatch(/^The file cannot be read/);
  });
});

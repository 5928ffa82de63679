import { createReadStream } from 'node:fs';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { renderUnicodeCompact } from 'uqr';
import { z } from 'zod';
import { MEMO, type SetUp } from '../workflows/contract/enroll-mfa.ts';
import { check } from '../workflows/contract/shape.ts';
import { setUp as setUpShape } from '../workflows/contract/shapes.ts';
import { deviceKey } from './device-key.ts';
import { FOLDER_OPTION, JSON_OPTION, KEY_OPTION, trimmed } from './options.ts';
import { keyFileOf } from './settings.ts';
import { CommandError, type Surroundings, UsageError } from './surroundings.ts';

const INPUT_BYTES_MAX = 256 * 1024;

/** What `temporal workflow describe --output json` prints of the memo, once a worker has taken the run. */
const describedSchema = z.object({
  workflowExecutionInfo: z.object({
    memo: z.object({ fields: z.record(z.string(), z.unknown()).optional() }).optional(),
  }),
});

/** What the CLI prints of a payload that no codec server has opened for it. */
const encryptedSchema = z.object({ metadata: z.object({ encoding: z.string() }) });

export function addSetUp(program: CommandUnknownOpts, surroundings: Surroundings): void {
  const { stdout, stdoutIsTerminal } = surroundings;
  program
    .command('set-up')
    .description('open a sealed TOTP set-up or recovery code with this device’s key')
    .argument('[file]', 'the description of the run as JSON (default: standard input)', trimmed)
    .option('--qr', 'draw the QR code, as at a terminal, wherever the output goes')
    .addOption(KEY_OPTION)
    .addOption(FOLDER_OPTION)
    .addOption(JSON_OPTION)
    .addHelpText(
      'after',
      '\nExample:\n  temporal workflow describe --workflow-id "$ID" --output json | npm run -s mfa -- set-up' +
        '\n\n--json prints {"challenge", "secret", "barcodeUri", "recoveryCode"}, what there is of it.' +
        '\nExit code 4: the enrollment has ended, and there is nothing to open.',
    )
    .action(async (file, { qr, key: named, dir, json }) => {
      const input = file === undefined ? surroundings.stdin : createReadStream(file);
      const setUp = parseSetUp(await readAll(input));
      const key = await deviceKey(keyFileOf(named, dir));
      const totp = setUp.totp && (await key.openTotp(setUp.totp));
      const recovery = setUp.recoveryCode && (await key.openRecoveryCode(setUp.recoveryCode));
      if (json === true) {
        stdout(JSON.stringify({ challenge: setUp.totp?.challenge, ...totp, ...recovery }));
        return;
      }
      if (totp !== undefined) {
        if (qr === true || stdoutIsTerminal) stdout(renderUnicodeCompact(totp.barcodeUri));
        stdout(`Secret         ${totp.secret}\nAddress        ${totp.barcodeUri}`);
      }
      if (recovery !== undefined) stdout(`Recovery code  ${recovery.recoveryCode}`);
    });
}

function parseSetUp(text: string): SetUp {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UsageError(
      'The input is no JSON; give it `temporal workflow describe --output json …`.',
    );
  }
  const described = describedSchema.safeParse(json);
  if (!described.success) {
    throw new UsageError(
      'The input is no description; give it `temporal workflow describe --output json …`.',
    );
  }
  const fields = described.data.workflowExecutionInfo.memo?.fields ?? {};
  if (Object.values(fields).some((field) => encryptedSchema.safeParse(field).success)) {
    throw new UsageError(
      'The description is encrypted; ask with TEMPORAL_CODEC_ENDPOINT and TEMPORAL_CODEC_AUTH set.',
    );
  }
  const setUp = check(setUpShape, fields[MEMO.setUp]);
  if (!setUp.ok) {
    throw new UsageError('The description is not that of an enrollment; look at --workflow-id.');
  }
  const { totp, recoveryCode, outcome } = setUp.value;
  if (totp !== undefined || recoveryCode !== undefined) return setUp.value;
  if (outcome === undefined) {
    throw new CommandError(
      'failed',
      'There is no set-up now: wait until MfaPhase is awaiting-otp.',
    );
  }
  throw new CommandError(
    'ended',
    `The enrollment has ended (${outcome}), and there is nothing to open; MfaReason says why it ended.`,
  );
}

async function readAll(input: Surroundings['stdin']): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of input) {
      const buffer = Buffer.from(chunk);
      bytes += buffer.length;
      if (bytes > INPUT_BYTES_MAX) {
        throw new UsageError(`The input must have at most ${INPUT_BYTES_MAX} bytes.`);
      }
      chunks.push(buffer);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError('The file cannot be read; check its name and rights.');
  }
  return Buffer.concat(chunks).toString('utf8');
}

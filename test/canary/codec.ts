/** The codec server as a process of its own, and all that it says to whom it lets in and whom not. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Payload } from '@temporalio/common';
import { tokenHash } from '../../temporal/codec-server/config.ts';
import { freeLoopbackPort, LOOPBACK } from '../../dev/loopback-port.ts';
import { type ChildProgram, startChild } from '../support/child-program.ts';
import { plainEnvironment } from '../support/plain-environment.ts';

const ORIGIN = 'http://127.0.0.1:8233';

export interface CanaryCodec {
  readonly program: ChildProgram;
  /** Of the one person who may read. */
  readonly token: string;
  /** Status, headers and body of every refusal; the payloads were sent along each time. */
  refusals(payloads: readonly Payload[]): Promise<string>;
  /** What whoever has the token reads, bytes as latin1. */
  decoded(payloads: readonly Payload[]): Promise<string>;
}

interface CodecOptions {
  readonly folder: string;
  readonly keysFile: string;
  readonly namespace: string;
  /** Beside its own. */
  readonly env: Readonly<Record<string, string>>;
}

export async function startCanaryCodec(options: CodecOptions): Promise<CanaryCodec> {
  const token = randomBytes(32).toString('base64url');
  const tokensFile = join(options.folder, 'codec-tokens.json');
  const tokens = [{ name: 'ada', sha256: tokenHash(token) }];
  await writeFile(tokensFile, JSON.stringify({ tokens }), { mode: 0o600 });
  const port = await freeLoopbackPort();
  const program = startChild('temporal/codec-server/main.ts', {
    env: plainEnvironment({
      ...options.env,
      TEMPORAL_NAMESPACE: options.namespace,
      MFA_PAYLOAD_KEYS_FILE: options.keysFile,
      MFA_CODEC_TOKENS_FILE: tokensFile,
      MFA_CODEC_PORT: String(port),
      MFA_CODEC_ORIGIN: ORIGIN,
    }),
  });
  await program.line('"event":"listening"');
  const right = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'x-namespace': options.namespace,
  };
  const call = (path: string, headers: Record<string, string>, body: string, method = 'POST') =>
    fetch(`http://${LOOPBACK}:${port}${path}`, {
      method,
      headers,
      ...(method === 'GET' ? {} : { body }),
    });
  return {
    ...{ program, token },
    refusals: async (payloads) => {
      const body = bodyOf(payloads);
      const { authorization: _, ...nobody } = right;
      const answers = [
        await call('/decode', nobody, body),
        await call('/decode', { ...right, authorization: `Bearer ${'x'.repeat(43)}` }, body),
        await call(`/${token}/decode`, nobody, body),
        await call('/decode', { ...right, origin: 'http://evil.example' }, body),
        await call('/decode', { ...right, 'x-namespace': 'another' }, body),
        await call('/decode', { ...right, 'content-type': 'text/plain' }, body),
        await call('/decode', right, body.slice(0, -3)),
        await call('/download', right, body),
        await call('/decode', right, body, 'GET'),
      ];
      return (await Promise.all(answers.map(written))).join('\n');
    },
    decoded: async (payloads) => {
      const answer = await call('/decode', right, bodyOf(payloads));
      return valuesOf(await answer.json());
    },
  };
}

async function written(answer: Response): Promise<string> {
  if (answer.ok) throw new Error('It was let in.');
  return [answer.status, ...[...answer.headers].flat(), await answer.text()].join('\n');
}

function bodyOf(payloads: readonly Payload[]): string {
  const base64 = (bytes: Uint8Array | null | undefined) =>
    Buffer.from(bytes ?? []).toString('base64');
  return JSON.stringify({
    payloads: payloads.map(({ metadata, data }) => ({
      metadata: Object.fromEntries(
        Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)]),
      ),
      data: base64(data),
    })),
  });
}

/** Every string of it, out of base64. */
function valuesOf(value: unknown): string {
  if (typeof value === 'string') return Buffer.from(value, 'base64').toString('latin1');
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(valuesOf).join('\n');
}

import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { type CodecServerConfig, tokenHash } from '../../temporal/codec-server/config.ts';
import { startCodecServer } from '../../temporal/codec-server/server.ts';
import { payloadKeys, type TestKeys } from './payload-keys.ts';

export const UI_ORIGIN = 'http://127.0.0.1:8233';

/** A codec server on loopback that knows Ada by a token and a Web UI by its address. */
export interface CodecBench extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  readonly pathToken: string;
  readonly keys: TestKeys;
  /** Every line that it has logged. */
  log(): readonly Record<string, unknown>[];
  logText(): string;
}

export async function codecBench(
  extra: Pick<Partial<CodecServerConfig>, 'jwt'> = {},
  { forPage = true }: { readonly forPage?: boolean } = {},
): Promise<CodecBench> {
  const keys = await payloadKeys();
  const [token, pathToken] = [newToken(), newToken()];
  const stream = new PassThrough();
  const chunks: string[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString('utf8')));
  const logger = pino({ formatters: { level: (label) => ({ level: label }) } }, stream);
  const server = await startCodecServer(
    {
      host: '127.0.0.1',
      port: 0,
      ...(forPage ? { origin: UI_ORIGIN } : {}),
      namespace: 'default',
      keysFile: keys.file,
      tokens: [
        { name: 'ada', sha256: tokenHash(token), inPath: false },
        { name: 'web-ui', sha256: tokenHash(pathToken), inPath: true },
      ],
      ...extra,
    },
    { codec: keys.plugin.codec(), logger },
  );
  return {
    ...{ url: server.url, token, pathToken, keys },
    logText: () => chunks.join(''),
    log: () =>
      chunks
        .join('')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await keys[Symbol.asyncDispose]();
    },
  };
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}

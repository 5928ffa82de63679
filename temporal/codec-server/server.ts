/**
 * The codec server for Temporal's Web UI and CLI (Temporal documentation, "Codec Server"): whoever
 * proves who they are gets payloads of one namespace in clear. It logs who read what, never what.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { PayloadCodec } from '@temporalio/common';
import type { Logger } from '../logging/logger.ts';
import { type Authenticate, authenticator } from './authenticate.ts';
import { errorCode } from '../owner-file.ts';
import { type CodecServerConfig, CodecServerConfigError } from './config.ts';
import { decodeBody, encodeBody, parsePayloadsBody, type Worked } from './payloads-body.ts';

/** Temporal's messages have 4 MB at most; base64 makes them a third longer. */
const BODY_BYTES_MAX = 8 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;
const CONNECTIONS_MAX = 100;
const PREFLIGHT_SECONDS = 600;

const OPERATIONS = { decode: decodeBody, encode: encodeBody } as const;
type Operation = keyof typeof OPERATIONS;

export interface CodecServerDependencies {
  readonly codec: PayloadCodec;
  readonly logger: Logger;
}

export interface CodecServer {
  /** `http://127.0.0.1:PORT`, or whatever the host is. */
  readonly url: string;
  close(): Promise<void>;
}

/** Why a call is answered with nothing. */
class Refusal extends Error {
  readonly status: number;
  readonly why: string;

  constructor(status: number, why: string) {
    super(why);
    this.status = status;
    this.why = why;
  }
}

export async function startCodecServer(
  config: CodecServerConfig,
  { codec, logger }: CodecServerDependencies,
): Promise<CodecServer> {
  const calls = new Calls(config, codec, logger);
  const server = createServer((request, response) => void calls.answer(request, response));
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  server.maxConnections = CONNECTIONS_MAX;
  await listening(server, config);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  return {
    url: `http://${host}:${address.port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** @throws CodecServerConfigError where it cannot listen there */
async function listening(server: Server, { port, host }: CodecServerConfig): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    const code = errorCode(error);
    const problem =
      code === 'EADDRINUSE'
        ? 'MFA_CODEC_PORT must be free, and another program has it: stop that, or set another port.'
        : `MFA_CODEC_HOST and MFA_CODEC_PORT must be an address of this machine (${code}): leave both out.`;
    throw new CodecServerConfigError([problem]);
  }
}

class Calls {
  readonly #config: CodecServerConfig;
  readonly #codec: PayloadCodec;
  readonly #logger: Logger;
  readonly #authenticate: Authenticate;

  constructor(config: CodecServerConfig, codec: PayloadCodec, logger: Logger) {
    this.#config = config;
    this.#codec = codec;
    this.#logger = logger;
    this.#authenticate = authenticator(config);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('vary', 'origin');
    try {
      this.#allowOrigin(request, response);
      if (request.method === 'OPTIONS') return preflight(response);
      const body = await this.#work(request);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    } catch (error) {
      const { status, why } = error instanceof Refusal ? error : new Refusal(500, 'failed');
      // Neither address nor body: both may hold secrets.
      this.#logger.warn({ event: 'refused', status, why }, 'a codec call was refused');
      if (status === 401) response.setHeader('www-authenticate', 'Bearer');
      // What is still on its way is not waited for.
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify({ error: why }));
    }
  }

  /** A browser says where the page is from; everybody else says nothing. */
  #allowOrigin({ headers }: IncomingMessage, response: ServerResponse): void {
    const { origin } = headers;
    if (origin === undefined) return;
    if (origin !== this.#config.origin) throw new Refusal(403, 'origin');
    response.setHeader('access-control-allow-origin', origin);
  }

  async #work(request: IncomingMessage): Promise<Worked['body']> {
    const { operation, inPath } = route(request.url ?? '');
    const who = await this.#authenticate({ header: request.headers.authorization, inPath });
    if (who === undefined) throw new Refusal(401, 'not-authenticated');
    if (operation === undefined) throw new Refusal(404, 'no-such-path');
    if (request.method !== 'POST') throw new Refusal(405, 'method');
    const [mediaType = ''] = (request.headers['content-type'] ?? '').split(';');
    if (mediaType.trim().toLowerCase() !== 'application/json') throw new Refusal(415, 'media-type');
    const { namespace } = this.#config;
    if (request.headers['x-namespace'] !== namespace) throw new Refusal(403, 'namespace');
    const body = parsePayloadsBody(await readBody(request));
    if (body === undefined) throw new Refusal(400, 'body');
    const worked = await OPERATIONS[operation](this.#codec, body);
    const { done, refused, workflowIds } = worked;
    // Before the answer: what cannot be noted is not given.
    this.#logger.info(
      {
        event: operation,
        who,
        namespace,
        workflowIds,
        payloads: body.payloads.length,
        done,
        refused,
      },
      'payloads were worked on',
    );
    return worked.body;
  }
}

function preflight(response: ServerResponse): void {
  response
    .writeHead(204, {
      'access-control-allow-methods': 'POST, OPTIONS',
      'access-control-allow-headers': 'authorization, content-type, x-namespace',
      'access-control-max-age': String(PREFLIGHT_SECONDS),
    })
    .end();
}

/** `/decode`, or `/TOKEN/decode`. */
function route(address: string): { operation: Operation | undefined; inPath: string | undefined } {
  const [path = ''] = address.split('?');
  const words = path.split('/').slice(1);
  const name = words.pop();
  const operation = name === 'decode' || name === 'encode' ? name : undefined;
  return { operation: words.length > 1 ? undefined : operation, inPath: words[0] };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Not destroyed at a refusal, or the caller would get a broken connection for an answer.
  const parts = request.iterator({ destroyOnReturn: false });
  for await (const chunk of parts) {
    const part = Buffer.from(chunk as Uint8Array);
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) throw new Refusal(413, 'too-large');
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * A reverse proxy in front of the emulator that remembers all that went through: what the tenant and the
 * person said to each other is where the canary's markers come from, none left out.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LOOPBACK } from '../../dev/loopback-port.ts';
import type { Kind, Marker } from './markers.ts';

/** What Auth0's fields hold. */
const FIELDS: Readonly<Record<string, Kind>> = {
  access_token: 'access token',
  mfa_token: 'access token',
  id_token: 'id token',
  refresh_token: 'access token',
  oob_code: 'oob code',
  secret: 'TOTP secret',
  barcode_uri: 'TOTP secret',
  recovery_codes: 'recovery code',
  client_secret: 'client secret',
  code_verifier: 'code verifier',
  binding_code: 'SMS code',
  otp: 'OTP',
  phone_number: 'phone number',
  username: 'e-mail',
  password: 'password',
};
/** Shorter values are no secrets but words of a protocol. */
const CHARACTERS_MIN = 6;

export class Wire implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #markers = new Map<string, Marker>();
  readonly #addresses: string[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** @param targetPort - where the emulator listens, or will */
  static async open(targetPort: number): Promise<Wire> {
    const server = createServer().listen(0, LOOPBACK);
    await once(server, 'listening');
    const wire = new Wire(server);
    server.on('request', (incoming, outgoing) => {
      wire.#forward(incoming, targetPort).then(
        (reply) => outgoing.writeHead(reply.status, reply.headers).end(reply.body),
        () => outgoing.destroy(),
      );
    });
    return wire;
  }

  /** Ending in a slash, as an issuer does. */
  get issuer(): string {
    return `http://${LOOPBACK}:${this.port}/`;
  }

  get markers(): readonly Marker[] {
    return [...this.#markers.values()];
  }

  /** What the worker asked for, queries included; the login pages are the tenant's own affair. */
  get addresses(): readonly string[] {
    return this.#addresses;
  }

  add(kind: Kind, text: string): void {
    if (text.length >= CHARACTERS_MIN) this.#markers.set(`${kind} ${text}`, { kind, text });
  }

  async #forward(incoming: IncomingMessage, port: number) {
    const { method = 'GET', url = '/', headers } = incoming;
    if (!/^\/(u|authorize)\b/.test(url)) this.#addresses.push(`${method} ${url}`);
    const body = await read(incoming);
    this.#note(body.toString('latin1'));
    if (url.startsWith('/u/mfa-')) this.#noteChallenge(url, body.toString('latin1'));
    const outgoing = request({ host: LOOPBACK, port, method, path: url, headers });
    outgoing.end(body);
    const [reply] = (await once(outgoing, 'response')) as [IncomingMessage];
    const replied = await read(reply);
    this.#note(replied.toString('latin1'));
    for (const cookie of reply.headers['set-cookie'] ?? []) {
      this.add('login cookie', cookie.split(';')[0]?.split('=')[1] ?? '');
    }
    const { location } = reply.headers;
    const code = location && new URL(location, this.issuer).searchParams.get('code');
    if (typeof code === 'string') this.add('authorization code', code);
    return { status: reply.statusCode ?? 502, headers: reply.headers, body: replied };
  }

  #note(body: string): void {
    for (const [name, value] of fieldsOf(body)) {
      const kind = FIELDS[name];
      if (kind === undefined) continue;
      for (const text of [value].flat()) if (typeof text === 'string') this.add(kind, text);
    }
  }

  #noteChallenge(url: string, body: string): void {
    const code = new URLSearchParams(body).get('code');
    if (code !== null) this.add(url.includes('sms') ? 'SMS code' : 'OTP', code);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function fieldsOf(body: string): readonly (readonly [name: string, value: unknown])[] {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null) return Object.entries(parsed);
  } catch {
    // A form, or a page.
  }
  return [...new URLSearchParams(body)];
}

async function read(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

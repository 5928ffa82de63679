import { createServer } from 'node:http';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { z } from 'zod';
import { type CodecBench, codecBench, UI_ORIGIN } from '../../support/codec-bench.ts';

const SECRET = '+14155550123';
const WORKFLOW_ID = 'enroll-mfa/example.eu.auth0.com/auth0%7C1';

const answerSchema = z.object({
  payloads: z.array(z.object({ metadata: z.record(z.string(), z.string()), data: z.string() })),
});

function wire({ metadata, data }: Payload) {
  const base64 = (bytes: Uint8Array | null | undefined) =>
    Buffer.from(bytes ?? new Uint8Array()).toString('base64');
  const fields = Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)]);
  return { metadata: Object.fromEntries(fields) as Record<string, string>, data: base64(data) };
}

async function encrypted({ keys }: CodecBench, workflowId: string | undefined = WORKFLOW_ID) {
  const context = { type: 'workflow', namespace: 'default', workflowId } as const;
  const plain = defaultPayloadConverter.toPayload({ phoneNumber: SECRET });
  const [payload = {}] = await keys.plugin.codec().encode([plain], context);
  return wire(payload);
}

interface CallOptions {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly without?: string;
  readonly body?: string;
}

async function call(bench: CodecBench, options: CallOptions = {}): Promise<Response> {
  const { path = '/decode', method = 'POST', without } = options;
  const headers = new Headers({
    'content-type': 'application/json',
    'x-namespace': 'default',
    authorization: `Bearer ${bench.token}`,
    ...options.headers,
  });
  if (without !== undefined) headers.delete(without);
  const body = options.body ?? JSON.stringify({ payloads: [await encrypted(bench)] });
  return fetch(`${bench.url}${path}`, {
    method,
    headers,
    ...(method === 'POST' ? { body } : {}),
  });
}

/** Nothing in clear went out, and nothing was noted as read. */
async function expectRefused(bench: CodecBench, answer: Response, status: number): Promise<void> {
  expect(answer.status).toBe(status);
  const text = await answer.text();
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 12));
  expect(z.strictObject({ error: z.string() }).safeParse(JSON.parse(text)).success).toBe(true);
  expect(bench.log().map(({ event }) => event)).toEqual(['refused']);
}

function inMinutes(minutes: number): number {
  return Math.floor(Date.now() / 1_000) + minutes * 60;
}

function textOf(data: string): string {
  return Buffer.from(data, 'base64').toString('utf8');
}

describe('the codec server', () => {
  it('decodes for whoever has a token, and notes who read what of whom, never what it says', async () => {
    await using bench = await codecBench();
    const plain = wire(defaultPayloadConverter.toPayload('plain'));
    const body = JSON.stringify({ payloads: [await encrypted(bench), plain] });
    const answer = await call(bench, { body });
    expect(answer.status).toBe(200);
    const { payloads } = answerSchema.parse(await answer.json());
    expect(payloads.map(({ data }) => textOf(data))).toEqual([
      JSON.stringify({ phoneNumber: SECRET }),
      '"plain"',
    ]);
    expect(textOf(payloads[0]?.metadata['encoding'] ?? '')).toBe('json/plain');
    expect(bench.log()).toMatchObject([
      {
        event: 'decode',
        who: 'ada',
        namespace: 'default',
        workflowIds: [WORKFLOW_ID],
        payloads: 2,
        done: 1,
        refused: {},
      },
    ]);
    expect(bench.logText()).not.toContain(SECRET);
    expect(bench.logText()).not.toContain(bench.token);
  });

  it('leaves what it cannot read as it is, and shows the rest', async () => {
    await using bench = await codecBench();
    await using other = await codecBench();
    const good = await encrypted(bench);
    const data = Buffer.from(good.data, 'base64');
    data.writeUInt8(data.readUInt8(14) ^ 1, 14);
    const changed = { ...good, data: data.toString('base64') };
    const moved = {
      ...good,
      metadata: {
        ...good.metadata,
        'encryption-workflow-id': Buffer.from('enroll-mfa/other').toString('base64'),
      },
    };
    const unknown = await encrypted(other);
    const body = JSON.stringify({ payloads: [changed, moved, unknown, good] });
    const { payloads } = answerSchema.parse(await (await call(bench, { body })).json());
    expect(payloads.slice(0, 3)).toEqual([changed, moved, unknown]);
    expect(textOf(payloads[3]?.data ?? '')).toContain(SECRET);
    expect(bench.log()).toMatchObject([
      { done: 1, refused: { 'not-authentic': 2, 'key-missing': 1 }, workflowIds: [WORKFLOW_ID] },
    ]);
  });

  it('encrypts for the CLI', async () => {
    await using bench = await codecBench();
    const payload = wire(defaultPayloadConverter.toPayload(SECRET));
    const body = JSON.stringify({ payloads: [payload] });
    const answer = await call(bench, { path: '/encode', body });
    const { payloads } = answerSchema.parse(await answer.json());
    expect(textOf(payloads[0]?.metadata['encoding'] ?? '')).toBe('binary/encrypted');
    expect(textOf(payloads[0]?.data ?? '')).not.toContain(SECRET);
    const back = await call(bench, { body: JSON.stringify({ payloads }) });
    expect(answerSchema.parse(await back.json()).payloads).toEqual([payload]);
    expect(bench.log().map(({ event, who }) => [event, who])).toEqual([
      ['encode', 'ada'],
      ['decode', 'ada'],
    ]);
  });

  it.each<[string, number, (bench: CodecBench) => CallOptions]>([
    ['no token', 401, () => ({ without: 'authorization' })],
    ['another token', 401, () => ({ headers: { authorization: `Bearer ${'x'.repeat(43)}` } })],
    ['another scheme', 401, ({ token }) => ({ headers: { authorization: `Basic ${token}` } })],
    [
      'the address’s token in the header',
      401,
      ({ pathToken }) => ({ headers: { authorization: `Bearer ${pathToken}` } }),
    ],
    [
      'a header’s token in the address',
      401,
      ({ token }) => ({ path: `/${token}/decode`, without: 'authorization' }),
    ],
    ['an empty token in the address', 401, () => ({ path: '//decode' })],
    ['another page', 403, () => ({ headers: { origin: 'http://127.0.0.1:8234' } })],
    ['a page without an origin', 403, () => ({ headers: { origin: 'null' } })],
    ['a page beside', 403, () => ({ headers: { origin: `${UI_ORIGIN}.example.com` } })],
    ['another namespace', 403, () => ({ headers: { 'x-namespace': 'staging' } })],
    ['no namespace', 403, () => ({ without: 'x-namespace' })],
    ['a form', 415, () => ({ headers: { 'content-type': 'text/plain' } })],
    ['no JSON', 400, () => ({ body: '{' })],
    ['no payloads', 400, () => ({ body: '{"payloads":{}}' })],
    ['what is not base64', 400, () => ({ body: '{"payloads":[{"data":"?"}]}' })],
    ['too many', 400, () => ({ body: JSON.stringify({ payloads: Array(20_001).fill({}) }) })],
    ['too much', 413, () => ({ body: `"${'x'.repeat(8 * 1024 * 1024)}"` })],
    ['another path', 404, () => ({ path: '/download' })],
    ['a deeper path', 404, ({ pathToken }) => ({ path: `/${pathToken}/a/decode` })],
    ['a look', 405, () => ({ method: 'GET' })],
  ])('refuses %s, and decodes nothing', async (_what, status, options) => {
    await using bench = await codecBench();
    await expectRefused(bench, await call(bench, options(bench)), status);
    expect(bench.logText()).not.toContain(bench.token);
    expect(bench.logText()).not.toContain(bench.pathToken);
  });

  it('lets the Web UI’s page in, and tells browsers of no other', async () => {
    await using bench = await codecBench();
    const path = `/${bench.pathToken}/decode`;
    const headers = { origin: UI_ORIGIN };
    const preflight = await call(bench, { path, method: 'OPTIONS', headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(UI_ORIGIN);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-namespace');
    const answer = await call(bench, { path, headers, without: 'authorization' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe(UI_ORIGIN);
    expect(bench.log()).toMatchObject([{ event: 'decode', who: 'web-ui' }]);
    const stranger = { origin: 'https://evil.example' };
    const refused = await call(bench, { path, method: 'OPTIONS', headers: stranger });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('has every answer kept by nobody, refusals included', async () => {
    await using bench = await codecBench();
    const answers = [
      await call(bench),
      await call(bench, { without: 'authorization' }),
      await call(bench, { method: 'OPTIONS', headers: { origin: UI_ORIGIN } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 204]);
    for (const { headers } of answers) expect(headers.get('cache-control')).toBe('no-store');
  });

  it('lets no page in where none is configured', async () => {
    await using bench = await codecBench({}, { forPage: false });
    for (const origin of [UI_ORIGIN, 'null', '']) {
      const refused = await call(bench, { headers: { origin } });
      expect(refused.status).toBe(403);
      expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    }
    expect((await call(bench)).status).toBe(200);
    expect(bench.log().map(({ event }) => event)).toEqual([
      ...['refused', 'refused', 'refused'],
      'decode',
    ]);
  });

  it('takes the tokens of an issuer, by signature, issuer, audience, end and holder', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const stranger = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' };
    const issuer = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ keys: [jwk] }));
    }).listen(0, '127.0.0.1');
    await once(issuer, 'listening');
    const address = issuer.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const claims = { iss: 'https://login.example/', aud: 'codec', sub: 'grace', exp: inMinutes(5) };
    const token = (
      other: object = {},
      key: Parameters<SignJWT['sign']>[0] = privateKey,
      alg = 'ES256',
    ) => new SignJWT({ ...claims, ...other }).setProtectedHeader({ alg, kid: 'one' }).sign(key);
    // What a careless check takes: no signature at all, and the public key as a shared secret.
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${encode({ alg: 'none', kid: 'one' })}.${encode(claims)}.`;
    const publicAsSecret = new TextEncoder().encode(JSON.stringify(jwk));
    try {
      await using bench = await codecBench({
        jwt: {
          jwksUrl: new URL(`http://127.0.0.1:${port}/jwks`),
          issuer: 'https://login.example/',
          audience: 'codec',
        },
      });
      const statusFor = async (jwt: string) =>
        (await call(bench, { headers: { authorization: `Bearer ${jwt}` } })).status;
      const refused = [
        await token({ aud: 'other' }),
        await token({ iss: 'https://evil.example/' }),
        await token({ exp: inMinutes(-1) }),
        await token({ exp: undefined }),
        await token({ sub: undefined }),
        await token({}, stranger.privateKey),
        await token({}, publicAsSecret, 'HS256'),
        unsigned,
      ];
      for (const jwt of refused) expect(await statusFor(jwt)).toBe(401);
      expect(bench.log().map(({ event }) => event)).toEqual(refused.map(() => 'refused'));
      expect(await statusFor(await token())).toBe(200);
      expect(bench.log().at(-1)).toMatchObject({ event: 'decode', who: 'grace' });
    } finally {
      issuer.close();
      issuer.closeAllConnections();
    }
  });
});

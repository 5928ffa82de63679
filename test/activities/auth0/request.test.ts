import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Pool } from 'undici';
import { type HttpOutcome, request } from '../../../activities/auth0/request.ts';

const DEADLINE_MS = 300;

/** A peer that does with each connection what a test says, byte by byte. */
async function ask(onRequest: (socket: Socket, request: string) => void): Promise<HttpOutcome> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (data) => {
      onRequest(socket, String(data));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await call(originOf(server));
  } finally {
    server.close();
  }
}

function originOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

async function call(origin: string): Promise<HttpOutcome> {
  const pool = new Pool(origin);
  try {
    const what = { method: 'POST', path: '/', headers: {}, body: 'x' } as const;
    return await request(pool, origin, what, DEADLINE_MS);
  } finally {
    await pool.destroy();
  }
}

type Ask = (deadlineMs: number, mayWrite?: () => boolean) => Promise<HttpOutcome>;

/** Calls to a peer that never answers, and how many of them were written. */
async function askSilence(options: Pool.Options, calls: (ask: Ask) => Promise<HttpOutcome>[]) {
  let written = 0;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => {
      written += 1;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = originOf(server);
  const pool = new Pool(origin, options);
  const what = { method: 'GET', path: '/', headers: {} } as const;
  const outcomes = await Promise.all(
    calls((deadlineMs, mayWrite) => request(pool, origin, what, deadlineMs, mayWrite)),
  );
  await pool.destroy();
  server.close();
  return { written, outcomes };
}

function reply(body: string, more = ''): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;
}

describe('a request', () => {
  it('that is answered is a reply, whatever its status', async () => {
    const outcome = await ask((socket) => socket.end(reply('{}', 'X-Thing: 1\r\n')));
    expect(outcome).toMatchObject({ kind: 'reply', status: 200, text: '{}' });
    expect(outcome).toMatchObject({ headers: { 'x-thing': '1' } });
  });

  it('asks for no content coding', async () => {
    let asked = '';
    await ask((socket, request) => {
      asked = request;
      socket.end(reply('{}'));
    });
    expect(asked).toMatch(/^accept-encoding: identity$/im);
  });

  it.each([
    ['gzip', '{}', undefined],
    ['br, gzip', '{}', undefined],
    ['x-unheard-of', '{}', undefined],
    ['Identity', '{}', '{}'],
    ['gzip', '', ''],
  ])(
    'that is answered in a coding that nobody asked for is not read: %s %j',
    async (coding, body, text) => {
      const outcome = await ask((socket) =>
        socket.end(reply(body, `Content-Encoding: ${coding}\r\n`)),
      );
      expect(outcome).toEqual({ ...outcome, kind: 'reply', text });
    },
  );

  it('that is answered by a status that there is not counts as 5xx', async () => {
    const outcome = await ask((socket) => socket.end(reply('{}').replace('200', '999')));
    expect(outcome).toMatchObject({ kind: 'reply', status: 599 });
  });

  it('to nobody was not sent', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = originOf(server);
    server.close();
    await once(server, 'close');
    expect(await call(origin)).toEqual({ kind: 'not-sent', code: 'ECONNREFUSED' });
  });

  it('to a name that does not exist was not sent', async () => {
    expect(await call('http://tenant.invalid')).toMatchObject({ kind: 'not-sent' });
  });

  it('whose deadline passed in the queue for a connection was not sent', async () => {
    const { written, outcomes } = await askSilence({ connections: 1 }, (ask) => [
      ask(DEADLINE_MS * 2),
      ask(DEADLINE_MS),
    ]);
    expect(outcomes).toMatchObject([{ kind: 'ambiguous' }, { kind: 'not-sent' }]);
    expect(written).toBe(1);
  });

  it('of an attempt that was given up in the queue is not written', async () => {
    const { written, outcomes } = await askSilence({}, (ask) => [ask(DEADLINE_MS, () => false)]);
    expect(outcomes).toEqual([{ kind: 'not-sent', code: 'ATTEMPT_GIVEN_UP' }]);
    expect(written).toBe(0);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['is reset after it was written', (socket) => socket.resetAndDestroy()],
    ['is closed after it was written', (socket) => socket.end()],
    ['is never answered', () => undefined],
    [
      'is answered by half',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{');
        socket.end();
      },
    ],
    [
      'is answered by headers alone',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n');
      },
    ],
    ['is answered without end', (socket) => socket.end(reply('x'.repeat(300_000)))],
    ['is answered in no HTTP', (socket) => socket.end('hello\r\n\r\n')],
  ])('that %s may have had its effect', async (_what, onRequest) => {
    expect(await ask(onRequest)).toMatchObject({ kind: 'ambiguous' });
  });
});

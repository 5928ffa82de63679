import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export const LOOPBACK = '127.0.0.1';

/**
 * Below what any system gives to clients and to servers that leave the choice to it (Linux: from 32768,
 * others: from 49152). A port of theirs would be free now, and taken when our server comes to it, or comes
 * back to it after a crash.
 */
const PORTS = { from: 15_000, below: 32_768 } as const;
const DRAWS_MAX = 100;

/** Free now; a server that is started by hand could still take it before we do. */
export async function freeLoopbackPort(): Promise<number> {
  for (let draw = 0; draw < DRAWS_MAX; draw += 1) {
    const port = randomInt(PORTS.from, PORTS.below);
    if (!(await isLoopbackPortTaken(port))) return port;
  }
  throw new Error(
    `${DRAWS_MAX} ports drawn between ${PORTS.from} and ${PORTS.below} are all taken: stop what holds them.`,
  );
}

/** Whether somebody listens there already. */
export async function isLoopbackPortTaken(port: number): Promise<boolean> {
  const server = createServer();
  const taken = await new Promise<boolean>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(true);
      else reject(error);
    });
    server.listen(port, LOOPBACK, () => {
      resolve(false);
    });
  });
  if (!taken) {
    server.close();
    await once(server, 'close');
  }
  return taken;
}

/** Whether a connection to the port is accepted at this moment. */
export function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK);
    const answer = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => {
      // The system may give a client the very port that it asks for: then it has met itself.
      answer(socket.localPort !== port);
    });
    socket.once('error', () => {
      answer(false);
    });
  });
}

import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export const LOOPBACK = '127.0.0.1';

/** A free port, chosen by the system; another program could still take it before we do. */
export async function freeLoopbackPort(): Promise<number> {
  const server = createServer().listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return address.port;
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

/** The server's socket: its port is found once and kept through every closing and opening. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { ServerType } from '@hono/node-server';

/** The emulator hands out tokens to whoever asks. */
export const HOST = '127.0.0.1';

export class ListeningSocket {
  readonly port: number;
  readonly #server: ServerType;

  private constructor(server: ServerType, port: number) {
    this.#server = server;
    this.port = port;
  }

  /** @param port - 0 takes a free one */
  static async open(server: ServerType, port: number): Promise<ListeningSocket> {
    await listen(server, port);
    return new ListeningSocket(server, (server.address() as AddressInfo).port);
  }

  /** Cuts every connection too. */
  async close(): Promise<void> {
    const server = this.#server;
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
    await closed;
  }

  async reopen(): Promise<void> {
    if (!this.#server.listening) await listen(this.#server, this.port);
  }
}

async function listen(server: ServerType, port: number): Promise<void> {
  server.listen(port, HOST);
  await once(server, 'listening');
}

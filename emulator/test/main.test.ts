import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { startEmulator } from '@durable-mfa/tenant-emulator';
import { startByNpm, startMain as start } from './support/program.ts';

describe('main.ts', () => {
  it('--help prints the options and ends with 0', async () => {
    await using child = start('--help');
    expect(await child.ended).toBe(0);
    expect(child.output()).toContain('--port');
  });

  it('an unknown option is named, with the usage, and ends with 2', async () => {
    await using child = start('--prot', '1');
    expect(await child.ended).toBe(2);
    expect(child.output()).toMatch(/--prot[\s\S]*Usage:/);
  });

  it('a port in use is named, with the way out, and ends with 1', async () => {
    await using emulator = await startEmulator();
    await using child = start('--port', String(emulator.port));
    expect(await child.ended).toBe(1);
    expect(child.output()).toContain(`Port ${emulator.port} on 127.0.0.1 is in use`);
    expect(child.output()).toContain('--port');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    "%s to npm's process ends it with 0, open connections or not",
    async (signal) => {
      await using child = startByNpm();
      const ready = await child.line('listening');
      const port = Number(/"port":(\d+)/.exec(ready)?.[1]);
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write(
        'GET /.well-known/jwks.json HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n',
      );
      await once(socket, 'data');
      child.kill(signal);
      expect(await child.ended).toBe(0);
      socket.destroy();
    },
  );
});

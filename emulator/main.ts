/** The emulator as a program; README.md lists its options. */
import { parseArgs } from 'node:util';
import { MANAGEMENT_CLIENT } from './client-credentials.ts';
import { CLIENT_DEFAULT, startEmulator } from './server.ts';

const USAGE = `Usage: emulator [options]
  --port N              port on 127.0.0.1; default 0, any free one
  --control             serve the control API and the inbox page under /_emulator/
  --user E:P[:ID]       a user: e-mail, password, optional user id; may be given again
  --client-id ID        default mfa-enrollment
  --client-secret TEXT  default mfa-enrollment-secret
  --redirect-uri URI    may be given again; default http://127.0.0.1:4747/callback
  --help`;

const options = {
  port: { type: 'string', default: '0' },
  control: { type: 'boolean', default: false },
  user: { type: 'string', multiple: true },
  'client-id': { type: 'string', default: CLIENT_DEFAULT.clientId },
  'client-secret': { type: 'string', default: CLIENT_DEFAULT.clientSecret ?? '' },
  'redirect-uri': { type: 'string', multiple: true },
  help: { type: 'boolean', default: false },
} as const;

class UsageError extends Error {}

function read() {
  try {
    const { values } = parseArgs({ options });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new UsageError('--port must be a number from 0 to 65535');
    }
    const users = (values.user ?? []).map((user) => {
      const [email = '', password = '', userId] = user.split(':');
      if (email === '' || password === '')
        throw new UsageError('--user must be E-MAIL:PASSWORD[:ID]');
      return { email, password, ...(userId !== undefined && { userId }) };
    });
    return { ...values, port, users };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function main(): Promise<void> {
  const given = read();
  if (given.help) {
    console.log(USAGE);
    return;
  }
  const emulator = await startEmulator({
    port: given.port,
    control: given.control,
    users: given.users,
    clients: [
      {
        clientId: given['client-id'],
        clientSecret: given['client-secret'],
        redirectUris: given['redirect-uri'] ?? CLIENT_DEFAULT.redirectUris,
      },
      MANAGEMENT_CLIENT,
    ],
  });
  const { issuer, domain, audience, port } = emulator;
  console.log(JSON.stringify({ event: 'listening', issuer, domain, audience, port }));
  const stop = () => {
    void emulator.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** What went wrong and, where a port is taken, the way out. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!('code' in error) || error.code !== 'EADDRINUSE') return error.message;
  const port = 'port' in error ? String(error.port) : 'given';
  return `Port ${port} on 127.0.0.1 is in use: stop what listens there, or give another --port (0 takes a free one).`;
}

main().catch((error: unknown) => {
  console.error(told(error));
  if (error instanceof UsageError) console.error(USAGE);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});

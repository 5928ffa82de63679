/** The page that the browser comes back to after a login, on this machine, for one login. */
import { createServer, type ServerResponse } from 'node:http';
import { errorCode } from '../temporal/owner-file.ts';
import { finishLogin, LoginCallbackError, type PendingLogin } from '../client/pkce-login.ts';
import type { CodeProof } from '../workflows/contract/enroll-mfa.ts';
import { CommandError, UsageError } from './surroundings.ts';

/** A worker takes a login that is at most this old. */
const LOGIN_MINUTES_MAX = 10;

/** RFC 8252, section 7.3. */
const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];

const PAGES = {
  done: [200, 'You are logged in', 'You can close this page and go back to the terminal.'],
  refused: [200, 'You are not logged in', 'The terminal says why. You can close this page.'],
  other: [400, 'Not this login', 'The terminal waits for the login that it began last.'],
} as const;

/**
 * Listens at the redirect URI until this login's callback comes, and nothing else ends it.
 *
 * @param listening - called once the browser may come
 * @throws UsageError, CommandError, LoginCallbackError
 */
export async function receiveLogin(
  pending: PendingLogin,
  listening: () => Promise<void>,
): Promise<CodeProof> {
  const { host, port } = addressOf(pending.redirectUri);
  const server = createServer();
  try {
    return await new Promise<CodeProof>((resolve, reject) => {
      server.on('request', ({ url = '/' }, response) => {
        try {
          const proof = finishLogin(pending, `${new URL(pending.redirectUri).origin}${url}`);
          answer(response, 'done', () => {
            resolve(proof);
          });
        } catch (error) {
          const ends = error instanceof LoginCallbackError && error.why === 'refused';
          answer(response, ends ? 'refused' : 'other', () => {
            if (ends) reject(error);
          });
        }
      });
      server.once('error', (error) => {
        reject(cannotListen(pending.redirectUri, errorCode(error)));
      });
      server.listen(port, host, () => {
        listening().catch(reject);
      });
      setTimeout(() => {
        const text = `Nobody has logged in for ${LOGIN_MINUTES_MAX} minutes. Run the command again.`;
        reject(new CommandError('failed', text));
      }, LOGIN_MINUTES_MAX * 60_000).unref();
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function addressOf(redirectUri: string): { readonly host: string; readonly port: number } {
  const { protocol, hostname, port } = new URL(redirectUri);
  if (protocol === 'http:' && LOOPBACK.includes(hostname)) {
    return { host: hostname.replaceAll(/[[\]]/g, ''), port: port === '' ? 80 : Number(port) };
  }
  throw new UsageError(
    `--redirect-uri: must be on this machine, such as http://127.0.0.1:4747/callback, for the login to come ` +
      `back here. For ${redirectUri} use login-url and login-proof.`,
  );
}

function cannotListen(redirectUri: string, code: string): CommandError {
  return new CommandError(
    'failed',
    `The address of --redirect-uri, ${redirectUri}, cannot be listened on (${code}). Stop what holds it, such ` +
      'as another login, or use login-url and login-proof.',
  );
}

/** The address has the code in it: nothing may keep it or send it on. */
function answer(response: ServerResponse, name: keyof typeof PAGES, sent: () => void): void {
  const [status, title, text] = PAGES[name];
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'",
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  response.end(
    `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>\n`,
    sent,
  );
}

/** Whom the cases that change nothing are put to: the emulator always, and a real tenant where one is named. */
import { startEmulator } from '@durable-mfa/tenant-emulator';
import { CLIENT, type Reply, replyOf } from '../bench.ts';

export interface AskedTenant extends AsyncDisposable {
  /** With the slash. */
  readonly issuer: string;
  /** A confidential application that has the grants of the MFA API and `authorization_code`. */
  readonly client: { readonly client_id: string; readonly client_secret: string };
}

async function emulated(): Promise<AskedTenant> {
  const emulator = await startEmulator();
  const { issuer } = emulator;
  return { issuer, client: CLIENT, [Symbol.asyncDispose]: () => emulator.close() };
}

function real(): AskedTenant | undefined {
  const { AUTH0_DOMAIN: domain, AUTH0_CLIENT_ID: id, AUTH0_CLIENT_SECRET: secret } = process.env;
  if (domain === undefined || id === undefined || secret === undefined) return undefined;
  const client = { client_id: id, client_secret: secret };
  return {
    issuer: `https://${domain}/`,
    client,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const named = real();

export const TENANTS: readonly (readonly [string, () => Promise<AskedTenant>])[] = [
  ['the emulator', emulated],
  ...(named === undefined ? [] : [['a real tenant', () => Promise.resolve(named)] as const]),
];

export async function ask(
  { issuer }: AskedTenant,
  path: string,
  init: RequestInit = {},
): Promise<Reply> {
  return replyOf(await fetch(new URL(path, issuer), { redirect: 'manual', ...init }));
}

export function send(tenant: AskedTenant, path: string, body: object, bearer?: string) {
  return ask(tenant, path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
    body: JSON.stringify(body),
  });
}

/** `express-oauth2-jwt-bearer`, unchanged: how an API of Auth0's customers believes an access token. */
import { describe, expect, it } from '@jest/globals';
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer';
import { type Emulator, startEmulator } from '@durable-mfa/tenant-emulator';
import { Bench } from '../bench.ts';

/** As Express calls it; its types need those of Express. */
type Middleware = (request: object, reply: object, next: (error?: unknown) => void) => void;

/** Its clock is the machine's, as the middleware's is. */
async function open(): Promise<Bench> {
  return new Bench(await startEmulator());
}

/** What becomes of a request to an API of this tenant: let through, or refused with a code. */
async function asked({ issuer, audience }: Emulator, token: string, scope: string) {
  const request = {
    ...{ method: 'GET', protocol: 'https', url: '/orders', query: {}, is: () => false },
    headers: { host: 'api.example', authorization: `Bearer ${token}` },
    get: (name: string) => (name.toLowerCase() === 'host' ? 'api.example' : undefined),
  };
  const steps = [auth({ issuerBaseURL: issuer, audience }), requiredScopes(scope)];
  for (const step of steps as readonly Middleware[]) {
    const error = await new Promise<unknown>((resolve) => {
      step(request, {}, resolve);
    });
    if (error instanceof Error) return Reflect.get(error, 'code') as unknown;
  }
  return 'let-through';
}

describe('express-oauth2-jwt-bearer', () => {
  it('§8 RUN: lets a token for the MFA API through, by its scopes', async () => {
    await using bench = await open();
    const token = await bench.accessToken('openid enroll');
    expect(await asked(bench.emulator, token, 'enroll')).toBe('let-through');
    expect(await asked(bench.emulator, token, 'remove:authenticators')).toBe('insufficient_scope');
  });

  it('§8 RUN: believes the keys before and after a rotation, and not another tenant', async () => {
    await using bench = await open();
    await using other = await open();
    const old = await bench.accessToken();
    await bench.emulator.rotateKeys();
    const young = await bench.accessToken();
    for (const token of [old, young]) {
      expect(await asked(bench.emulator, token, 'enroll')).toBe('let-through');
    }
    expect(await asked(bench.emulator, await other.accessToken(), 'enroll')).toBe('invalid_token');
  });
});

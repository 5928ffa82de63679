/** What a `private_key_jwt` client signs (RFC 7523), and the keys of it that a tenant registers. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { exportJWK, type JWTPayload, SignJWT } from 'jose';
import type { Bench } from './bench.ts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export class Signer {
  readonly clientId = 'signer';
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 });

  /** Registers the public half with the tenant. */
  async register(bench: Bench): Promise<void> {
    const jwk = { ...(await exportJWK(this.#keys.publicKey)), kid: 'key-1' };
    bench.emulator.addClient({ clientId: this.clientId, redirectUris: [], jwks: { keys: [jwk] } });
  }

  async sign(
    bench: Bench,
    changes: Readonly<Record<string, unknown>> = {},
    alg = 'RS256',
  ): Promise<string> {
    const now = bench.emulator.clock.seconds();
    const claims: JWTPayload = {
      ...{ iss: this.clientId, sub: this.clientId, aud: bench.emulator.issuer },
      ...{ iat: now, exp: now + 60, jti: randomUUID(), ...changes },
    };
    const header = { alg, kid: 'key-1' };
    return new SignJWT(claims).setProtectedHeader(header).sign(this.#keys.privateKey);
  }
}

export function asserted(assertion: string): Record<string, string> {
  return { client_assertion_type: ASSERTION_TYPE, client_assertion: assertion };
}

import { timingSafeEqual } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import {
  type CodecServerConfig,
  type JwtRules,
  TOKEN_CHARACTERS_MIN,
  tokenHash,
  type TokenHolder,
} from './config.ts';

const TOKEN_CHARACTERS_MAX = 8_192;
/** Signatures alone: a key that is published must not be usable as a shared secret. */
const JWT_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const WHO_CHARACTERS_MAX = 128;

/** How a token came in. */
export interface Presented {
  readonly header: string | undefined;
  readonly inPath: string | undefined;
}

/** @returns who it is, for the audit line; `undefined` for nobody */
export type Authenticate = (presented: Presented) => Promise<string | undefined>;

export function authenticator({ tokens, jwt }: CodecServerConfig): Authenticate {
  const verify = jwt === undefined ? undefined : jwtVerifier(jwt);
  const byHash = (token: string, inPath: boolean): string | undefined =>
    holderOf(
      token,
      tokens.filter((holder) => holder.inPath === inPath),
    );
  return async ({ header, inPath }) => {
    if (inPath !== undefined) return usable(inPath) ? byHash(inPath, true) : undefined;
    const token = /^Bearer ([^\s]+)$/i.exec(header ?? '')?.[1] ?? '';
    if (!usable(token)) return undefined;
    return byHash(token, false) ?? (await verify?.(token));
  };
}

function usable(token: string): boolean {
  return token.length >= TOKEN_CHARACTERS_MIN && token.length <= TOKEN_CHARACTERS_MAX;
}

function holderOf(token: string, holders: readonly TokenHolder[]): string | undefined {
  const hash = Buffer.from(tokenHash(token), 'hex');
  // All of them are compared, so that time says nothing about which one is near.
  const matching = holders.filter(({ sha256 }) =>
    timingSafeEqual(hash, Buffer.from(sha256, 'hex')),
  );
  return matching[0]?.name;
}

function jwtVerifier({ jwksUrl, issuer, audience }: JwtRules) {
  const keys = createRemoteJWKSet(jwksUrl);
  return async (token: string): Promise<string | undefined> => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        ...{ issuer, audience, algorithms: JWT_ALGORITHMS },
        requiredClaims: ['exp', 'sub'],
      });
      return payload.sub?.slice(0, WHO_CHARACTERS_MAX);
    } catch {
      return undefined;
    }
  };
}

/**
 * What a tenant signs and seals: ID and access tokens (RS256), and the two opaque strings, `mfa_token`
 * and `oob_code`, which look like the "Iron" strings that real tenants hand out and carry their end
 * (epoch ms) in the sixth field. What they mean is kept here and cannot be forged.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose';
import { BoundedMap } from './bounded-map.ts';
import type { Clock } from './clock.ts';
import type { Authenticator, TextedCode, User } from './tenant.ts';

/** What a login asked for; tokens that it ends in are made from this. */
export interface Grant {
  readonly user: User;
  readonly clientId: string;
  readonly audience: string;
  readonly scope: string;
  readonly nonce?: string;
  /** Epoch seconds. */
  readonly authTime: number;
  readonly amr: readonly string[];
}

/** What an `oob_code` stands for. */
export interface OobTransaction {
  readonly user: User;
  readonly authenticator: Authenticator;
  readonly texted: TextedCode;
}

export interface AccessToken {
  readonly user: User;
  readonly grant: Grant;
  readonly scopes: readonly string[];
  /** Epoch ms. */
  readonly issuedAt: number;
}

/** Fixed for the MFA API (auth0-docs "Manage Authentication Factors with the MFA API"). */
const MFA_TOKEN_LIFE_S = 600;
const TOKEN_LIFE_S = 86_400;
const ID_TOKEN_LIFE_S = 36_000;
/** Of each kind; the oldest is forgotten, and reads as one that was never issued. */
const TOKENS_MAX = 50_000;
const ALGORITHM = 'RS256';

export class Tokens {
  readonly issuer: string;
  readonly mfaAudience: string;
  readonly #clock: Clock;
  readonly #keys: Awaited<ReturnType<typeof generateKeyPair>>;
  readonly #kid = randomBytes(16).toString('base64url');
  readonly #grants = new BoundedMap<Grant>(TOKENS_MAX);
  readonly #mfaTokens = new BoundedMap<{ grant: Grant; expiresAt: number }>(TOKENS_MAX);
  readonly #oobCodes = new BoundedMap<{ transaction: OobTransaction; expiresAt: number }>(
    TOKENS_MAX,
  );

  constructor(issuer: string, clock: Clock, keys: Awaited<ReturnType<typeof generateKeyPair>>) {
    this.issuer = issuer;
    this.mfaAudience = `${issuer}mfa/`;
    this.#clock = clock;
    this.#keys = keys;
  }

  static async create(issuer: string, clock: Clock): Promise<Tokens> {
    return new Tokens(issuer, clock, await generateKeyPair(ALGORITHM));
  }

  async jwks(): Promise<{ keys: JWK[] }> {
    const key = await exportJWK(this.#keys.publicKey);
    return { keys: [{ ...key, use: 'sig', alg: ALGORITHM, kid: this.#kid }] };
  }

  /** The body of a successful `/oauth/token`. */
  async issue(grant: Grant): Promise<Record<string, unknown>> {
    const iat = this.#clock.seconds();
    const life = grant.audience === this.mfaAudience ? MFA_TOKEN_LIFE_S : TOKEN_LIFE_S;
    const jti = randomUUID();
    this.#grants.set(jti, grant);
    const openid = grant.scope.split(' ').includes('openid');
    const accessToken = await this.#sign({
      iss: this.issuer,
      sub: grant.user.userId,
      aud: openid ? [grant.audience, `${this.issuer}userinfo`] : grant.audience,
      iat,
      exp: iat + life,
      scope: grant.scope,
      azp: grant.clientId,
      jti,
    });
    return {
      access_token: accessToken,
      ...(openid && { id_token: await this.#idToken(grant, iat) }),
      scope: grant.scope,
      expires_in: life,
      token_type: 'Bearer',
    };
  }

  #idToken(grant: Grant, iat: number): Promise<string> {
    return this.#sign({
      iss: this.issuer,
      sub: grant.user.userId,
      aud: grant.clientId,
      iat,
      exp: iat + ID_TOKEN_LIFE_S,
      auth_time: grant.authTime,
      sid: randomBytes(16).toString('base64url'),
      name: grant.user.name,
      email: grant.user.email,
      ...(grant.amr.length > 0 && { amr: grant.amr }),
      ...(grant.nonce !== undefined && { nonce: grant.nonce }),
    });
  }

  #sign(claims: Record<string, unknown>): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid: this.#kid })
      .sign(this.#keys.privateKey);
  }

  /** An access token for the MFA API: ours, for this audience, alive. */
  async accessToken(token: string): Promise<AccessToken | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#keys.publicKey, {
        algorithms: [ALGORITHM],
        issuer: this.issuer,
        audience: this.mfaAudience,
        currentDate: new Date(this.#clock.now()),
      });
      const grant = this.#grants.get(payload.jti ?? '');
      if (grant === undefined) return undefined;
      const scopes = grant.scope.split(' ');
      return { user: grant.user, grant, scopes, issuedAt: (payload.iat ?? 0) * 1000 };
    } catch {
      return undefined;
    }
  }

  mfaToken(grant: Grant, lifeMs: number): string {
    const expiresAt = this.#clock.now() + lifeMs;
    const token = this.#iron(expiresAt);
    this.#mfaTokens.set(token, { grant, expiresAt });
    return token;
  }

  readMfaToken(token: string): Grant | 'expired' | undefined {
    const found = this.#mfaTokens.get(token);
    if (found === undefined) return undefined;
    return this.#clock.now() < found.expiresAt ? found.grant : 'expired';
  }

  oobCode(transaction: OobTransaction, lifeMs: number): string {
    const expiresAt = this.#clock.now() + lifeMs;
    const code = this.#iron(expiresAt);
    this.#oobCodes.set(code, { transaction, expiresAt });
    return code;
  }

  readOobCode(code: string): OobTransaction | 'expired' | undefined {
    const found = this.#oobCodes.get(code);
    if (found === undefined) return undefined;
    return this.#clock.now() < found.expiresAt ? found.transaction : 'expired';
  }

  spend(token: string): void {
    this.#oobCodes.delete(token);
    this.#mfaTokens.delete(token);
  }

  #iron(expiresAt: number): string {
    const hex = () => randomBytes(32).toString('hex');
    const text = (bytes: number) => randomBytes(bytes).toString('base64url');
    const issued = this.#clock.seconds();
    return `Fe26.2*SERVER_${issued}*${hex()}*${text(16)}*${text(96)}*${expiresAt}*${hex()}*${text(32)}`;
  }
}

/** What a tenant hands out: ID and access tokens (RS256), and the opaque `mfa_token` and `oob_code`. */
import { exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose';
import { BoundedMap } from './bounded-map.ts';
import type { Clock } from './clock.ts';
import { IronStrings } from './iron-strings.ts';
import type { Randomness } from './randomness.ts';
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
  readonly #kid: string;
  readonly #randomness: Randomness;
  readonly #grants = new BoundedMap<Grant>(TOKENS_MAX);
  readonly mfaTokens: IronStrings<Grant>;
  readonly oobCodes: IronStrings<OobTransaction>;

  constructor(
    issuer: string,
    clock: Clock,
    randomness: Randomness,
    keys: Awaited<ReturnType<typeof generateKeyPair>>,
  ) {
    this.#randomness = randomness;
    this.#kid = randomness.base64url(16);
    this.issuer = issuer;
    this.mfaAudience = `${issuer}mfa/`;
    this.#clock = clock;
    this.#keys = keys;
    this.mfaTokens = new IronStrings(clock, randomness, TOKENS_MAX);
    this.oobCodes = new IronStrings(clock, randomness, TOKENS_MAX);
  }

  static async create(issuer: string, clock: Clock, randomness: Randomness): Promise<Tokens> {
    return new Tokens(issuer, clock, randomness, await generateKeyPair(ALGORITHM));
  }

  async jwks(): Promise<{ keys: JWK[] }> {
    const key = await exportJWK(this.#keys.publicKey);
    return { keys: [{ ...key, use: 'sig', alg: ALGORITHM, kid: this.#kid }] };
  }

  /** The body of a successful `/oauth/token`. */
  async issue(grant: Grant): Promise<Record<string, unknown>> {
    const iat = this.#clock.seconds();
    const life = grant.audience === this.mfaAudience ? MFA_TOKEN_LIFE_S : TOKEN_LIFE_S;
    const jti = this.#randomness.base64url(16);
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
      sid: this.#randomness.base64url(16),
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
      return { user: grant.user, grant, scopes };
    } catch {
      return undefined;
    }
  }
}

/** What a tenant hands out: ID and access tokens, and the opaque `mfa_token` and `oob_code`. */
import { type JWK, type JWTPayload, SignJWT } from 'jose';
import type { Authenticator } from '../tenant/authenticator.ts';
import { BoundedMap } from '../tenant/bounded-map.ts';
import type { Sent } from '../tenant/sent.ts';
import { ALGORITHM, type SavedKey, SigningKeys } from '../tenant/signing-keys.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { User } from '../tenant/user.ts';
import type { Grant } from './grant.ts';
import { IronStrings } from './iron-strings.ts';
import { OpaqueTokens } from './opaque-tokens.ts';
import { RefreshTokens } from './refresh-tokens.ts';
import { wantsRefreshToken } from './scopes.ts';
import { claimsOf } from './user-claims.ts';

/** What an `oob_code` stands for. */
export interface OobTransaction {
  readonly user: User;
  readonly authenticator: Authenticator;
  /** What has to come back. */
  readonly sent: Sent;
}

interface AccessToken {
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
/** auth0-docs "Configure Step-up Authentication for Web Apps", with the `amr` that goes with it. */
const MULTI_FACTOR = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';

/** At this time no token has expired yet. */
const LONG_AGO = new Date(0);

export class Tokens {
  readonly issuer: string;
  readonly userinfoAudience: string;
  readonly keys: SigningKeys;
  readonly refreshTokens: RefreshTokens;
  readonly mfaTokens: IronStrings<Grant>;
  readonly oobCodes: IronStrings<OobTransaction>;
  readonly #tenant: Tenant;
  readonly #opaque: OpaqueTokens;
  /** Ids of access tokens that a second factor was proven for. */
  readonly #proven = new BoundedMap<true>(TOKENS_MAX);

  private constructor(issuer: string, tenant: Tenant, keys: SigningKeys) {
    const { clock, randomness } = tenant;
    this.issuer = issuer;
    this.userinfoAudience = `${issuer}userinfo`;
    this.keys = keys;
    this.#tenant = tenant;
    this.refreshTokens = new RefreshTokens(tenant);
    this.mfaTokens = new IronStrings(clock, randomness, TOKENS_MAX);
    this.oobCodes = new IronStrings(clock, randomness, TOKENS_MAX);
    this.#opaque = new OpaqueTokens(issuer, clock, randomness, TOKENS_MAX);
  }

  /** The MFA API's name. */
  get mfaAudience(): string {
    const { mfaAudience } = this.#tenant.settings;
    return mfaAudience === '' ? `${this.issuer}mfa/` : mfaAudience;
  }

  /** @param saved - signing keys to go on with, where a tenant comes back after a restart */
  static create(issuer: string, tenant: Tenant, saved?: readonly SavedKey[]): Tokens {
    return new Tokens(issuer, tenant, SigningKeys.create(tenant.randomness, saved));
  }

  /** The body of a successful `/oauth/token`, with a refresh token where offline access was granted. */
  issue(grant: Grant): Promise<Record<string, unknown>> {
    const offline = wantsRefreshToken(grant.scope);
    return this.issueWith(grant, offline ? this.refreshTokens.begin(grant) : undefined);
  }

  async issueWith(grant: Grant, refreshToken: string | undefined) {
    const iat = this.#tenant.clock.seconds();
    const life = grant.audience === this.mfaAudience ? MFA_TOKEN_LIFE_S : TOKEN_LIFE_S;
    const openid = grant.scope.split(' ').includes('openid');
    return {
      access_token: await this.#accessToken(grant, iat, life, openid),
      ...(refreshToken !== undefined && { refresh_token: refreshToken }),
      ...(openid && { id_token: await this.#idToken(grant, iat) }),
      scope: grant.scope,
      expires_in: life,
      token_type: 'Bearer',
    };
  }

  #accessToken(grant: Grant, iat: number, life: number, openid: boolean) {
    const { audience, scope } = grant;
    const { userId } = grant.user;
    const forUserinfo = audience === this.userinfoAudience;
    if (forUserinfo && this.#tenant.settings.opaqueUserinfoTokens) {
      return this.#opaque.issue({ userId, scope }, life);
    }
    const jti = this.#tenant.randomness.base64url(16);
    if (grant.amr.length > 0) this.#proven.set(jti, true);
    return this.sign({
      iss: this.issuer,
      sub: userId,
      aud: openid && !forUserinfo ? [audience, this.userinfoAudience] : audience,
      iat,
      exp: iat + life,
      scope,
      azp: grant.clientId,
      jti,
    });
  }

  /** Signed as the application is set to (auth0-docs "Signing Algorithms"). */
  #idToken(grant: Grant, iat: number): Promise<string> {
    const { idTokenAlgorithm = ALGORITHM, clientSecret = '' } =
      this.#tenant.clients.get(grant.clientId) ?? {};
    const claims = this.#idClaims(grant, iat);
    if (idTokenAlgorithm !== 'HS256') return this.keys.sign(claims, idTokenAlgorithm);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(Buffer.from(clientSecret));
  }

  #idClaims(grant: Grant, iat: number): Record<string, unknown> {
    const { user, nonce, sid } = grant;
    // auth0-docs "AMR claim exceptions": tokens that the MFA API gives have none.
    const amr = grant.byMfaApi === true && !this.#tenant.settings.mfaApiAmr ? [] : grant.amr;
    const saysAuthTime =
      grant.authTimeAsked === true || this.#tenant.settings.authTime === 'always';
    return {
      ...claimsOf(user, grant.scope),
      iss: this.issuer,
      aud: grant.clientId,
      sub: user.userId,
      iat,
      exp: iat + ID_TOKEN_LIFE_S,
      ...(saysAuthTime && { auth_time: grant.authTime }),
      ...(amr.includes('mfa') && { acr: MULTI_FACTOR }),
      ...(amr.length > 0 && { amr }),
      ...(sid !== undefined && { sid }),
      ...(nonce !== undefined && { nonce }),
    };
  }

  jwks(): Promise<{ keys: JWK[] }> {
    return this.keys.jwks(this.#tenant.settings.keyAlgorithm);
  }

  sign(claims: Record<string, unknown>): Promise<string> {
    return this.keys.sign(claims);
  }

  /** Throws what jose throws where the token is not ours, not for this audience, or not alive. */
  verify(token: string, audience: string): Promise<JWTPayload> {
    const now = new Date(this.#tenant.clock.now());
    return this.keys.verify(token, { issuer: this.issuer, audience, now });
  }

  /** Of an ID token that comes back as a hint: it may have expired (RP-Initiated Logout 1.0, section 2). */
  async idTokenClaims(token: string) {
    const { issuer } = this;
    const payload = await this.keys.verify(token, { issuer, now: LONG_AGO }).catch(() => undefined);
    const sid: unknown = payload?.['sid'];
    // What has a scope is an access token, which anybody may hold who was called with it.
    if (typeof payload?.aud !== 'string' || 'scope' in payload) return undefined;
    return { clientId: payload.aud, ...(typeof sid === 'string' && { sid }) };
  }

  /** An access token for the MFA API: ours, for this audience, alive, of a user who is still there. */
  async accessToken(token: string): Promise<AccessToken | undefined> {
    const payload = await this.verify(token, this.mfaAudience).catch(() => undefined);
    const user = this.#tenant.users.get(payload?.sub ?? '');
    if (payload === undefined || user === undefined) return undefined;
    const { scope, azp } = payload as { scope?: unknown; azp?: unknown };
    if (typeof scope !== 'string' || typeof azp !== 'string') return undefined;
    const authTime = payload.iat ?? 0;
    const amr = this.#proven.has(payload.jti ?? '') ? ['mfa'] : [];
    const grant = { user, clientId: azp, audience: this.mfaAudience, scope, authTime, amr };
    return { user, grant, scopes: scope.split(' ') };
  }

  /** Whose profile an access token may read, and how much of it. */
  async profileReader(token: string): Promise<{ user: User; scope: string } | undefined> {
    const read = this.#opaque.read(token) ?? (await this.#profileClaims(token));
    const user = this.#tenant.users.get(read?.userId ?? '');
    return user === undefined || read === undefined ? undefined : { user, scope: read.scope };
  }

  async #profileClaims(token: string) {
    const payload = await this.verify(token, this.userinfoAudience).catch(() => undefined);
    const scope: unknown = payload?.['scope'];
    if (payload?.sub === undefined || typeof scope !== 'string') return undefined;
    return { userId: payload.sub, scope };
  }
}

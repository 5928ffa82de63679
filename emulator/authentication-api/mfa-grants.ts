/**
 * The grants that prove a second factor at `/oauth/token` (auth0-docs "Verify with Out-of-Band",
 * "Verify with One-Time Password", "Verify with Recovery Code"). Confirming an enrollment is the same
 * call as verifying: it makes the authenticator active and logs the user in.
 */
import { Bucket } from '../http/bucket.ts';
import { type Exchange, required, type Fields } from '../http/exchange.ts';
import { OAuthError, TOO_MANY_REQUESTS } from '../http/oauth-error.ts';
import { deviceOf, newerType, type Authenticator } from '../tenant/authenticator.ts';
import { BoundedMap } from '../tenant/bounded-map.ts';
import type { ClientConfig } from '../tenant/client-config.ts';
import type { Verdict } from '../tenant/one-time-codes.ts';
import type { PushRequest } from '../tenant/push-requests.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { GRANTS, type MfaGrantType } from '../tokens/grant-types.ts';
import type { Grant } from '../tokens/grant.ts';
import type { OobTransaction, Tokens } from '../tokens/tokens.ts';
import { invalidToken, issuedTo, malformedToken } from './mfa-bearer.ts';
import { TOO_MANY_CODES } from './mfa-error.ts';
import { mfaRequired } from './mfa-required.ts';

/** What the token endpoint knows of the request. */
interface Asked {
  readonly exchange: Exchange;
  readonly input: Fields;
  readonly client: ClientConfig;
}

interface Session {
  readonly token: string;
  readonly grant: Grant;
}

/** Exchanges of `mfa-oob` per session: 12, refilled 12 a minute. */
const OOB_EXCHANGES = 12;
const OOB_EXCHANGE_REFILL_MS = 5_000;
/** Sessions whose exchanges are counted; the oldest is forgotten. */
const SESSIONS_MAX = 10_000;
const PENDING = 'Authorization pending: please repeat the request in a few seconds.';
const SLOW_DOWN = 'You are polling faster than allowed. Please slow down.';
const REJECTED = 'MFA Authorization rejected.';

export class MfaGrants {
  readonly #tenant: Tenant;
  readonly #tokens: Tokens;
  readonly #oobExchanges = new BoundedMap<Bucket>(SESSIONS_MAX);

  constructor(tenant: Tenant, tokens: Tokens) {
    this.#tenant = tenant;
    this.#tokens = tokens;
  }

  /** The body of a successful answer. */
  async answer(type: MfaGrantType, asked: Asked): Promise<Record<string, unknown>> {
    const session = await this.#session(asked);
    asked.exchange.get('noted').userId = session.grant.user.userId;
    switch (type) {
      case GRANTS.mfaOob:
        return this.#oob(asked, session);
      case GRANTS.mfaOtp:
        return this.#otp(asked, session);
      case GRANTS.mfaRecoveryCode:
        return this.#recoveryCode(asked, session);
    }
  }

  /** An `mfa_token`, or an access token for confirming an enrollment that was started with it. */
  async #session({ input, client }: Asked): Promise<Session> {
    const token = required(input, 'mfa_token');
    if (!token.startsWith('ey')) {
      return { token, grant: issuedTo(client, this.#tokens.mfaTokens.read(token)) };
    }
    const access = await this.#tokens.accessToken(token);
    if (access === undefined) throw invalidToken();
    if (!this.#tenant.settings.accessTokenConfirms) throw malformedToken();
    return { token, grant: issuedTo(client, access.grant) };
  }

  async #oob(asked: Asked, session: Session) {
    const { input, exchange } = asked;
    this.#limitOobExchanges(session.token);
    const oobCode = required(input, 'oob_code');
    const transaction = this.#tokens.oobCodes.read(oobCode);
    if (transaction === 'expired') {
      const { expiredOobCodeStatus: status, expiredOobCodeError: error } = this.#tenant.settings;
      throw new OAuthError(status, error, 'oob_code is expired');
    }
    const { user } = session.grant;
    // An authenticator that was deleted in the meantime has nothing left to be proven.
    const known =
      transaction?.user === user && this.#tenant.listed(user).includes(transaction.authenticator);
    if (!known) throw new OAuthError(403, 'invalid_grant', 'Malformed oob_code');
    const { authenticator, sent } = transaction;
    if ('push' in sent) this.#poll(sent.push);
    else this.#judge(exchange, transaction, required(input, 'binding_code'));
    this.#tokens.oobCodes.spend(oobCode);
    return this.#finish(exchange, session, authenticator);
  }

  #limitOobExchanges(token: string): void {
    const bucket =
      this.#oobExchanges.get(token) ?? new Bucket(OOB_EXCHANGES, OOB_EXCHANGE_REFILL_MS);
    this.#oobExchanges.set(token, bucket);
    if (bucket.take(this.#tenant.clock.now())) return;
    throw new OAuthError(429, 'too_many_requests', TOO_MANY_REQUESTS);
  }

  #judge(exchange: Exchange, { user, sent }: OobTransaction, code: string): void {
    if (!('texted' in sent)) return;
    const verdict = this.#tenant.judgeText(user, sent.texted, code);
    if (verdict !== 'right') throw this.#wrong(exchange, verdict, 'Invalid binding_code.');
  }

  /** Ends only where the app has approved. */
  #poll(push: PushRequest): void {
    const { pushPollIntervalMs, slowDownStatus, pushDeniedError } = this.#tenant.settings;
    const now = this.#tenant.clock.now();
    if (push.polledAt !== undefined && now - push.polledAt < pushPollIntervalMs) {
      throw new OAuthError(slowDownStatus, 'slow_down', SLOW_DOWN);
    }
    push.polledAt = now;
    if (push.answer === undefined) throw new OAuthError(400, 'authorization_pending', PENDING);
    if (push.answer === 'approved') return;
    throw new OAuthError(
      pushDeniedError === 'access_denied' ? 400 : 403,
      pushDeniedError,
      REJECTED,
    );
  }

  async #otp({ exchange, input }: Asked, session: Session) {
    const { user, proven = [] } = session.grant;
    const candidates = user.authenticators.filter(({ kind }) => kind === 'totp');
    if (candidates.length === 0) {
      throw new OAuthError(
        401,
        'unsupported_challenge_type',
        'User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.',
      );
    }
    const open = candidates.filter((entry) => !proven.includes(deviceOf(entry)));
    const judged = this.#tenant.judgeTotp(user, open, required(input, 'otp'));
    if (typeof judged === 'string') throw this.#wrong(exchange, judged, 'Invalid otp_code.');
    return this.#finish(exchange, session, judged);
  }

  async #recoveryCode({ exchange, input }: Asked, session: Session) {
    const { user } = session.grant;
    const entry = user.authenticators.find(
      ({ kind, active }) => kind === 'recovery-code' && active,
    );
    if (entry === undefined || user.recoveryCode === undefined) {
      const why = 'User does not have a recovery-code.';
      throw new OAuthError(403, 'unsupported_challenge_type', why);
    }
    const verdict = this.#tenant.judgeRecoveryCode(user, required(input, 'recovery_code'));
    if (verdict !== 'right') throw this.#wrong(exchange, verdict, REJECTED);
    const recoveryCode = this.#tenant.newRecoveryCode(user);
    exchange.get('noted').effect = 'tokens-issued';
    return { ...(await this.#issue(session, session.grant)), recovery_code: recoveryCode };
  }

  #wrong(exchange: Exchange, verdict: Exclude<Verdict, 'right'>, description: string): OAuthError {
    if (verdict === 'too-many') {
      const { quotaStatus, quotaError } = this.#tenant.settings;
      return new OAuthError(quotaStatus, quotaError, TOO_MANY_CODES);
    }
    exchange.get('noted').effect = 'code-judged-wrong';
    return new OAuthError(403, 'invalid_grant', description);
  }

  async #finish(exchange: Exchange, session: Session, authenticator: Authenticator) {
    const { grant } = session;
    const confirms = !authenticator.active;
    this.#tenant.activate(grant.user, authenticator);
    exchange.get('noted').effect = confirms ? 'authenticator-confirmed' : 'tokens-issued';
    const proven = [...(grant.proven ?? []), deviceOf(authenticator)];
    if (!confirms && proven.length < this.#tenant.settings.factorsRequired) {
      this.#demandAnother(exchange, { ...grant, proven });
    }
    return this.#issue(session, grant);
  }

  /** The tokens are those of the request that this login began with. */
  #issue({ token }: Session, { nonce: _nonce, ...grant }: Grant) {
    if (this.#tenant.settings.mfaTokenOnce) this.#tokens.mfaTokens.spend(token);
    return this.#tokens.issue({ ...grant, amr: ['mfa'], byMfaApi: true });
  }

  /** An Action may ask for several factors: another `mfa_required`, with a token of its own. */
  #demandAnother(exchange: Exchange, grant: Grant): void {
    const proven = grant.proven ?? [];
    const left = this.#tenant
      .active(grant.user)
      .filter((entry) => !proven.includes(deviceOf(entry)));
    if (left.length === 0) return;
    exchange.get('noted').effect = 'mfa-required';
    const { settings } = this.#tenant;
    const types = [...new Set(left.map(({ kind }) => newerType(kind)))];
    const challenge = types.map((type) => ({ type }));
    const mfaToken = this.#tokens.mfaTokens.issue(grant, settings.mfaTokenLifeMs);
    throw mfaRequired(settings, mfaToken, { challenge });
  }
}

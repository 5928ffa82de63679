/**
 * A login by authorization code with PKCE, in its two halves: the address to send the user to, and
 * what the address that the user comes back with proves. The code is exchanged by a worker, so a
 * client needs neither the tenant's secret nor a connection to it.
 *
 * Parameters: Auth0 docs "Manage MFA enrollments with the MFA API" (audience, scopes), OpenID Connect
 * Core 3.1.2.1 (`prompt=login`, `max_age=0`: the user logs in now, whatever session there is).
 */
import * as oauth from 'oauth4webapi';
import type { CodeProof, PublicDeviceKey } from '../workflows/contract/enroll-mfa.ts';
import {
  AUDIENCE_RULE,
  ISSUER_RULE,
  isIssuer,
  isMfaAudience,
} from '../workflows/contract/tenant.ts';
import { thumbprint } from '../workflows/contract/thumbprint.ts';
import { EnrollmentError, InvalidInput } from './errors.ts';

/** What the enrollment's calls need, and no more: a proof need not say the person's name and address. */
export const LOGIN_SCOPE = 'openid enroll read:authenticators remove:authenticators';

/** A fragment never reaches a server (RFC 6749, section 3.1.2). */
const CALLBACK_RULE = 'must be a URL such as https://host/path, without a fragment';

export interface LoginSettings {
  /** `https://example.eu.auth0.com/`, the slash may be missing. */
  readonly issuer: string;
  readonly clientId: string;
  /** One of the application's callback URLs, to the letter. */
  readonly redirectUri: string;
  /** Default `{issuer}mfa/`, which is Auth0's own for the MFA API. */
  readonly audience?: string;
}

/** A login that has begun. Whoever has it and the callback can prove the login: keep it private. */
export interface PendingLogin {
  readonly issuer: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** The device's key, which the login is bound to. */
  readonly sealTo?: PublicDeviceKey;
}

export interface BegunLogin {
  /** Where to send the user. */
  readonly url: string;
  readonly pending: PendingLogin;
}

/** The callback does not prove the login that was begun. */
export class LoginCallbackError extends EnrollmentError {
  override readonly name = 'LoginCallbackError';
  readonly code = 'login-callback';
  readonly why: 'not-a-callback' | 'another-login' | 'refused';
  /** OAuth's `error` where the tenant refused: `access_denied`, `login_required`, … */
  readonly error: string | undefined;

  constructor(why: LoginCallbackError['why'], text: string, error?: string) {
    super(text);
    this.why = why;
    this.error = error;
  }
}

/**
 * Makes state, nonce and PKCE verifier (S256) and the address that carries them. The nonce names the
 * device's key, so that nobody can put another one into the proof.
 *
 * @param sealTo - the device's key; a TOTP step needs one
 * @throws InvalidInput for an address of which no login can come
 */
export async function beginLogin(
  settings: LoginSettings,
  sealTo?: PublicDeviceKey,
): Promise<BegunLogin> {
  const issuer = settings.issuer.endsWith('/') ? settings.issuer : `${settings.issuer}/`;
  const { audience = `${issuer}mfa/` } = settings;
  const problems = [
    ...(isIssuer(issuer) ? [] : [`issuer: ${ISSUER_RULE}`]),
    ...(isCallback(settings.redirectUri) ? [] : [`redirectUri: ${CALLBACK_RULE}`]),
    ...(settings.audience === undefined || isMfaAudience(audience)
      ? []
      : [`audience: ${AUDIENCE_RULE}`]),
  ];
  if (problems.length > 0) throw new InvalidInput('The login', problems);
  const pending: PendingLogin = {
    issuer,
    clientId: settings.clientId,
    redirectUri: settings.redirectUri,
    state: oauth.generateRandomState(),
    nonce: [oauth.generateRandomNonce(), ...(sealTo ? [thumbprint(sealTo)] : [])].join('.'),
    codeVerifier: oauth.generateRandomCodeVerifier(),
    ...(sealTo !== undefined && { sealTo }),
  };
  const url = new URL('authorize', issuer);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: pending.clientId,
    redirect_uri: pending.redirectUri,
    audience,
    scope: LOGIN_SCOPE,
    prompt: 'login',
    max_age: '0',
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(pending.codeVerifier),
    code_challenge_method: 'S256',
  }).toString();
  return { url: url.href, pending };
}

/** Whether it is one of the application's, and with which scheme, the tenant says. */
function isCallback(uri: string): boolean {
  return URL.canParse(uri) && !uri.includes('#');
}

/**
 * @param callbackUrl - where the tenant sent the browser back to, in full
 * @throws LoginCallbackError when the tenant refused the login, or the callback is of another one.
 */
export function finishLogin(pending: PendingLogin, callbackUrl: string): CodeProof {
  const code = codeOf(pending, callbackUrl);
  const { codeVerifier, redirectUri, nonce, sealTo } = pending;
  return { code, codeVerifier, redirectUri, nonce, ...(sealTo !== undefined && { sealTo }) };
}

function codeOf(pending: PendingLogin, callbackUrl: string): string {
  if (!URL.canParse(callbackUrl)) {
    throw new LoginCallbackError('not-a-callback', 'The callback is not a URL; copy it in full.');
  }
  const url = new URL(callbackUrl);
  if (`${url.origin}${url.pathname}` !== withoutQuery(pending.redirectUri)) {
    const text = `The callback must begin with ${pending.redirectUri}; copy it from the browser.`;
    throw new LoginCallbackError('not-a-callback', text);
  }
  if (url.searchParams.get('state') !== pending.state) {
    throw new LoginCallbackError(
      'another-login',
      'The callback carries another state, so it is not of the login that was begun last here. ' +
        'Begin a new login and use its own callback.',
    );
  }
  const [code, ...more] = validated(pending, url).getAll('code');
  if (code === undefined || code === '' || more.length > 0) {
    const text = 'The callback must have one code; copy it from the browser in full.';
    throw new LoginCallbackError('not-a-callback', text);
  }
  return code;
}

function validated(pending: PendingLogin, url: URL): URLSearchParams {
  const { issuer, clientId, state } = pending;
  try {
    return oauth.validateAuthResponse({ issuer }, { client_id: clientId }, url, state);
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      const { error: name, error_description: description } = error;
      // Anybody may open the callback's address: nothing of it may act on a terminal.
      const said = (description === undefined ? name : `${name}: ${description}`).replace(
        /\p{C}/gu,
        '',
      );
      const text = `The tenant refused the login (${said.slice(0, 300)}). Begin a new login.`;
      throw new LoginCallbackError('refused', text, name);
    }
    const text = error instanceof Error ? error.message : 'unknown problem';
    throw new LoginCallbackError('not-a-callback', `The callback is malformed (${text}).`);
  }
}

function withoutQuery(uri: string): string {
  const { origin, pathname } = new URL(uri);
  return `${origin}${pathname}`;
}

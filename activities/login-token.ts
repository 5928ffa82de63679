/** The signed tokens of a login: checked with the tenant's keys, and whose fault it is where one does not fit. */
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { discoverySchema } from './auth0/schemas.ts';
import { CLOCK_TOLERANCE_S, type TenantClient } from './auth0/tenant-client.ts';
import type { Endpoint, FailureDetail } from './failure-types.ts';

/**
 * What Auth0's public keys can check, of the algorithms that an application or API can be set to (Management
 * API, `SigningAlgorithmEnum`). The other one is HS256, the default of an application made by that API.
 */
const ALGORITHMS = ['RS256', 'RS512', 'PS256'];

export interface LoginToken {
  readonly kind: 'ID' | 'access';
  readonly token: string;
  /** It is Auth0's answer to our own exchange; else a sender brought it, and may have made it up. */
  readonly fromAuth0: boolean;
}

/** @throws ApplicationFailure */
export async function verified(
  tenant: TenantClient,
  endpoint: Endpoint,
  login: LoginToken,
): Promise<JWTPayload> {
  const { issuer, clientId, audience } = tenant.config;
  try {
    const { payload } = await jwtVerify(login.token, tenant.keys, {
      algorithms: ALGORITHMS,
      issuer: issuer.href,
      audience: login.kind === 'ID' ? clientId : audience,
      requiredClaims: ['sub', 'iat', 'exp'],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(tenant.now()),
    });
    return payload;
  } catch (error) {
    return tenant.fail({ endpoint, ...(await faultOf(error, login, tenant)) });
  }
}

type Fault = Pick<FailureDetail, 'type' | 'remedy'>;

/**
 * A token that a sender brought says nothing of our settings, whatever it says. One that Auth0 answered us
 * with does: a sender chose only what was asked of `/authorize`, and at which of the tenant's domains.
 */
async function faultOf(error: unknown, login: LoginToken, tenant: TenantClient): Promise<Fault> {
  // A key that we do not have yet could not be fetched.
  if (!isTokenFault(error)) return { type: login.fromAuth0 ? 'ambiguous' : 'unavailable' };
  if (login.fromAuth0) {
    const claim = error instanceof errors.JWTClaimValidationFailed ? error.claim : undefined;
    if (claim === 'iss') return faultOfIssuer(login, tenant);
    const remedy = remedyFor(error.code, claim, login);
    if (remedy !== undefined) return { type: 'configuration-fault', remedy };
  } else if (error.code === errors.JWTExpired.code) {
    return { type: 'token-expired' };
  }
  return { type: REFUSED[login.kind] };
}

const REFUSED = { ID: 'invalid-id-token', access: 'invalid-access-token' } as const;

/** What to set, where that mends it. */
function remedyFor(code: string, claim: string | undefined, login: LoginToken): string | undefined {
  // Auth0's keys may be marked for RS256 alone; a token that is encrypted is no JWS.
  const otherAlgorithm =
    code === errors.JWKSNoMatchingKey.code && algorithmOf(login.token) !== 'RS256';
  const { JOSEAlgNotAllowed, JWSInvalid, JWTExpired } = errors;
  if (otherAlgorithm || code === JOSEAlgNotAllowed.code || code === JWSInvalid.code) {
    return login.kind === 'ID'
      ? "Set the application's JsonWebToken signature algorithm to RS256 (Advanced Settings, OAuth)."
      : 'Set the signing algorithm of the API that AUTH0_AUDIENCE names to RS256, without encryption.';
  }
  if (claim === 'aud') return 'Set AUTH0_CLIENT_ID to the application at which people log in.';
  if (claim === 'nbf' || code === JWTExpired.code) {
    return 'Set the clock of this worker: a token that was made just now is not valid by it.';
  }
  return undefined;
}

const DISCOVERY = '.well-known/openid-configuration';

/**
 * A tenant with a custom domain issues tokens by either name, by the one at which the login began (auth0-docs
 * "Get Access Tokens", custom domains). So where the configured domain calls itself what is configured, the
 * login began at the other one.
 */
async function faultOfIssuer({ kind }: LoginToken, tenant: TenantClient): Promise<Fault> {
  const { issuer } = tenant.config;
  try {
    const reply = await tenant.fetch(new URL(DISCOVERY, issuer).href, {
      method: 'GET',
      headers: {},
    });
    const named = discoverySchema.parse(await reply.json()).issuer;
    if (named === issuer.href) return { type: REFUSED[kind] };
    return {
      type: 'configuration-fault',
      remedy: `Set AUTH0_ISSUER to the issuer that ${new URL(DISCOVERY, issuer).href} names.`,
    };
  } catch {
    return { type: 'ambiguous' };
  }
}

/** A fault of the token, as against one of fetching the keys (jose's plain JOSEError is that). */
function isTokenFault(error: unknown): error is errors.JOSEError {
  return (
    error instanceof errors.JOSEError &&
    error.code !== errors.JOSEError.code &&
    error.code !== errors.JWKSTimeout.code &&
    error.code !== errors.JWKSInvalid.code
  );
}

function algorithmOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).alg;
  } catch {
    return undefined;
  }
}

function claimsOf(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    return {};
  }
}

/** The audiences that it names, unverified; none where it is opaque, as after a login that names no API. */
export function audiencesOf(token: string): readonly string[] {
  return [claimsOf(token).aud ?? []].flat();
}

/** `iat` of a token that Auth0 has just made, epoch seconds on its clock; signature not needed. */
export function issuedAt(token: string): number | undefined {
  return claimsOf(token).iat;
}

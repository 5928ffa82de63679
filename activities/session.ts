/**
 * A login proof becomes a session: exchanged, checked, and the user's authenticators listed. What can
 * be refused without spending the single-use code is refused first.
 */
import { ApplicationFailure } from '@temporalio/common';
import { decodeJwt, errors as joseErrors, type JWTPayload, jwtVerify } from 'jose';
import { CLOCK_TOLERANCE_S, type TenantClient } from './auth0/tenant-client.ts';
import { listOnce } from './authenticators.ts';
import type {
  Authenticator,
  CodeProof,
  OpenSessionInput,
  Session,
  TokenProof,
} from './enrollment-activities.ts';
import type { FailureType } from './failures.ts';
import { owning, type Ownership } from './ownership.ts';
import { isSealingKey, type SealKeyring } from './seal.ts';

const ENDPOINT = 'POST /oauth/token (authorization_code)';
const SCOPES = ['enroll', 'read:authenticators', 'remove:authenticators'];
/** Less is not enough for a person to answer in. */
const LIFE_LEFT_MS_MIN = 120_000;
const LIST_READS_MAX = 3;
/** `iat` and `auth_time` are whole seconds. */
const ROUNDING_MS = 2_000;

interface Tokens {
  readonly accessToken: string;
  readonly idToken: string;
  /** Epoch ms on our clock; unknown where somebody else made the exchange. */
  readonly receivedAt?: number;
  readonly expiresInS?: number;
}

interface Checked {
  readonly idClaims: JWTPayload;
  /** Epoch ms on our clock. */
  readonly expiresAt: number;
}

export function openSession(
  tenant: TenantClient,
  seal: SealKeyring,
  input: OpenSessionInput,
): Promise<Session> {
  tenant.checkTenant(input.tenant, ENDPOINT);
  return owning(async (ownership) => {
    const refuse = (type: FailureType): never => tenant.fail({ type, endpoint: ENDPOINT });
    await checkSealingKey(input, refuse);
    const tokens = await tokensOf(tenant, input.proof, ownership, refuse);
    const checked = await checkTokens(tenant, input, tokens, refuse);
    const authenticators = await listPatiently(tenant, tokens.accessToken, ownership);
    checkChallenged(checked.idClaims, authenticators, refuse);
    return {
      accessToken: await seal.seal(tokens.accessToken),
      expiresAt: checked.expiresAt,
      authenticators,
    };
  });
}

type Refuse = (type: FailureType) => never;

/** The code is spent by now: a list that does not come is asked for again here, or by nobody. */
async function listPatiently(
  tenant: TenantClient,
  accessToken: string,
  ownership: Ownership,
): Promise<Authenticator[]> {
  for (let reads = 0; reads < LIST_READS_MAX; reads += 1) {
    const list = await listOnce(tenant, accessToken, ownership).catch(retryableOrThrow);
    if (list !== undefined) return list;
  }
  return tenant.fail({ type: 'ambiguous', endpoint: ENDPOINT });
}

function retryableOrThrow(error: unknown): undefined {
  if (error instanceof ApplicationFailure && error.nonRetryable !== true) return undefined;
  throw error;
}

async function checkSealingKey(input: OpenSessionInput, refuse: Refuse): Promise<void> {
  const { sealTo } = input.proof;
  if (sealTo === undefined && input.sealingKeyRequired) refuse('sealing-key-missing');
  if (sealTo !== undefined && !(await isSealingKey(sealTo))) refuse('sealing-key-missing');
}

async function tokensOf(
  tenant: TenantClient,
  proof: CodeProof | TokenProof,
  ownership: Ownership,
  refuse: Refuse,
): Promise<Tokens> {
  if (!('code' in proof)) {
    if (proof.accessToken.startsWith('Fe26.2*')) refuse('needs-mfa-api-token');
    return proof;
  }
  const receivedAt = tenant.now();
  const response = await tenant.exchangeCode(proof, ownership);
  return {
    accessToken: response.access_token,
    idToken: response.id_token ?? refuse('invalid-id-token'),
    receivedAt,
    ...(response.expires_in !== undefined && { expiresInS: response.expires_in }),
  };
}

async function checkTokens(
  tenant: TenantClient,
  input: OpenSessionInput,
  tokens: Tokens,
  refuse: Refuse,
): Promise<Checked> {
  const { config } = tenant;
  const idClaims = await verified(tenant, tokens.idToken, config.clientId, () =>
    refuse('invalid-id-token'),
  );
  const { aud, azp } = idClaims;
  if (Array.isArray(aud) && aud.length > 1 && azp !== config.clientId) refuse('invalid-id-token');
  const accessClaims = await verified(tenant, tokens.accessToken, undefined, () =>
    refuse('invalid-access-token'),
  );
  if (idClaims.sub !== input.userId || accessClaims.sub !== input.userId) refuse('wrong-user');
  if (![accessClaims.aud].flat().includes(config.audience)) refuse('wrong-audience');
  const { scope } = accessClaims;
  const scopes = typeof scope === 'string' ? scope.split(' ') : [];
  if (!SCOPES.every((scope) => scopes.includes(scope))) refuse('missing-scope');
  const expiresAt = endOf(tokens, accessClaims);
  if (expiresAt - tenant.now() < LIFE_LEFT_MS_MIN) refuse('token-expired');
  checkFreshness(tenant, input, tokens, idClaims, refuse);
  return { idClaims, expiresAt };
}

async function verified(
  tenant: TenantClient,
  token: string,
  audience: string | undefined,
  refuse: () => never,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, tenant.keys, {
      algorithms: ['RS256'],
      issuer: tenant.config.issuer.href,
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(tenant.now()),
      ...(audience !== undefined && { audience }),
    });
    return payload;
  } catch (error) {
    if (error instanceof joseErrors.JWKSTimeout) {
      return tenant.fail({ type: 'ambiguous', endpoint: ENDPOINT });
    }
    if (error instanceof joseErrors.JOSEError) return refuse();
    // The keys could not be fetched; the code is spent, so a new login is the only way on.
    return tenant.fail({ type: 'ambiguous', endpoint: ENDPOINT });
  }
}

/** Counted from our own clock where we made the exchange, so that clocks may differ. */
function endOf({ receivedAt, expiresInS }: Tokens, { exp = 0 }: JWTPayload): number {
  return receivedAt !== undefined && expiresInS !== undefined
    ? receivedAt + expiresInS * 1000
    : exp * 1000;
}

/**
 * The login must not be older than `notBefore`, nor than the last confirmation. A code was exchanged
 * just now, so the ID token's `iat` is Auth0's "now", and the login's age is told by Auth0's clock
 * alone; tokens that were exchanged elsewhere are compared across clocks, which costs precision.
 */
function checkFreshness(
  tenant: TenantClient,
  input: OpenSessionInput,
  tokens: Tokens,
  idClaims: JWTPayload,
  refuse: Refuse,
): void {
  const { auth_time: authTime, iat = 0 } = idClaims;
  if (typeof authTime !== 'number') return refuse('stale-login');
  const now = tenant.now();
  const age = tokens.receivedAt === undefined ? now - authTime * 1000 : (iat - authTime) * 1000;
  if (age > now - input.notBefore + ROUNDING_MS) return refuse('stale-login');
  if (input.confirmedAt !== undefined && authTime < input.confirmedAt) return refuse('stale-login');
}

/** A challenge at login shows in `amr` if and only if there is a factor to be challenged with. */
function checkChallenged(
  idClaims: JWTPayload,
  authenticators: readonly Authenticator[],
  refuse: Refuse,
): void {
  const amr: unknown = idClaims['amr'];
  const challenged = Array.isArray(amr) && amr.includes('mfa');
  const challengeable = authenticators.some(
    ({ active, kind }) => active && kind !== 'email' && kind !== 'recovery-code',
  );
  if (challengeable && !challenged) refuse('mfa-not-challenged');
  if (!challengeable && challenged) refuse('stale-login');
}

/** `iat` of a token that Auth0 has just made, epoch seconds on its clock; signature not needed. */
export function issuedAt(token: string): number | undefined {
  try {
    return decodeJwt(token).iat;
  } catch {
    return undefined;
  }
}

/**
 * A login proof becomes a session: exchanged, checked, and the user's authenticators listed. What can
 * be refused without spending the single-use code is refused first.
 */
import { ApplicationFailure } from '@temporalio/common';
import type { JWTPayload } from 'jose';
import { tokens } from './auth0/schemas.ts';
import type { TenantClient } from './auth0/tenant-client.ts';
import { askForTokens } from './auth0/token-endpoint.ts';
import { listOnce } from './authenticators.ts';
import type {
  Authenticator,
  CodeProof,
  OpenSessionInput,
  PublicDeviceKey,
  Session,
  TokenProof,
} from './enrollment-activities.ts';
import { audiencesOf, verified } from './login-token.ts';
import { owning, type Ownership } from './ownership.ts';
import { isDeviceKey, type WorkerKeyring, thumbprint } from './seal.ts';
import type { FailureType } from './failure-types.ts';

const ENDPOINT = 'POST /oauth/token (authorization_code)';
const LIST_ENDPOINT = 'GET /mfa/authenticators';
/** Each takes an HTTP deadline at most, and none begins where none is left of the attempt. */
const READS_MAX = 2;
const SCOPES = ['enroll', 'read:authenticators', 'remove:authenticators'];
/** Less is not enough for a person to answer in. */
const LIFE_LEFT_MS_MIN = 120_000;
/** From the login to the exchange. A person needs minutes for a challenge and the way back. */
const LOGIN_AGE_S_MAX = 600;

interface Tokens {
  readonly accessToken: string;
  readonly idToken: string;
  /** Epoch ms on our clock, when we asked; unknown where somebody else made the exchange. */
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
  seal: WorkerKeyring,
  input: OpenSessionInput,
): Promise<Session> {
  tenant.checkTenant(input.tenant, ENDPOINT);
  return owning(async (ownership) => {
    const refuse = (type: FailureType): never => tenant.fail({ type, endpoint: ENDPOINT });
    await checkDeviceKey(input, refuse);
    if ('accessToken' in input.proof && isMfaToken(input.proof.accessToken)) {
      refuse('needs-mfa-api-token');
    }
    if ('code' in input.proof) await checkBinding(input.proof.nonce, input.proof.sealTo, refuse);
    await readyKeys(tenant);
    // Once the code is spent, what follows is not too late.
    const inTime = tenant.until(input.notAfter, ownership);
    const tokens = await tokensOf(tenant, input.proof, inTime, refuse);
    const spent = tokens.receivedAt !== undefined;
    const checked = await checkTokens(tenant, input, tokens, refuse);
    const list = () => listOnce(tenant, tokens.accessToken, ownership);
    const authenticators = spent ? await onceSpent(tenant, list) : await list();
    checkChallenged(checked.idClaims, authenticators, refuse);
    return {
      accessToken: await seal.seal(tokens.accessToken),
      expiresAt: checked.expiresAt,
      authenticators,
    };
  });
}

/** Before the exchange, so that keys that cannot be had cost nobody a login. */
async function readyKeys(tenant: TenantClient): Promise<void> {
  if (tenant.keys.fresh) return;
  try {
    await tenant.keys.reload();
  } catch {
    tenant.fail({ type: 'unavailable', endpoint: ENDPOINT });
  }
}

/**
 * Once the code is spent, repeating the activity would only have Auth0 refuse it, and revoke what it
 * brought. So a read that failed is repeated here; after that, or where Auth0 asks for a wait, it is
 * the loss of the login.
 */
async function onceSpent<T>(tenant: TenantClient, read: () => Promise<T>): Promise<T> {
  for (let reads = 1; ; reads += 1) {
    try {
      return await read();
    } catch (error) {
      const type = error instanceof ApplicationFailure ? error.type : undefined;
      if (type === 'unavailable' && reads < READS_MAX) continue;
      if (type === 'token-expired') {
        // Made just now, for this audience, with every scope: a next one would fare no better.
        tenant.fail({
          type: 'configuration-fault',
          endpoint: LIST_ENDPOINT,
          remedy:
            'The MFA API refused a token that was made just now: check that AUTH0_AUDIENCE is its identifier ' +
            '(https://{tenant}/mfa/, with the slash), and that the user is still there.',
        });
      }
      if (type !== 'unavailable' && type !== 'rate-limited') throw error;
      tenant.fail({ type: 'ambiguous', endpoint: LIST_ENDPOINT });
    }
  }
}

type Refuse = (type: FailureType) => never;

async function checkDeviceKey(input: OpenSessionInput, refuse: Refuse): Promise<void> {
  const { sealTo } = input.proof;
  if (sealTo === undefined && input.deviceKeyRequired) refuse('device-key-missing');
  if (sealTo !== undefined && !(await isDeviceKey(sealTo))) refuse('device-key-missing');
}

const BOUND = /\.([\w-]{43})$/;

/**
 * A login names its key in its nonce, which Auth0 signs: whoever gets hold of a proof on its way can
 * neither have a set-up sealed to a key of their own, nor leave the key out.
 */
async function checkBinding(
  nonce: unknown,
  sealTo: PublicDeviceKey | undefined,
  refuse: Refuse,
): Promise<void> {
  const bound = typeof nonce === 'string' ? BOUND.exec(nonce)?.[1] : undefined;
  const given = sealTo === undefined ? undefined : await thumbprint(sealTo);
  if (bound !== given) refuse('device-key-mismatch');
}

async function tokensOf(
  tenant: TenantClient,
  proof: CodeProof | TokenProof,
  ownership: Ownership,
  refuse: Refuse,
): Promise<Tokens> {
  if (!('code' in proof)) {
    return { accessToken: proof.accessToken, idToken: proof.idToken };
  }
  // The request's start: a token may only seem to die earlier than it does.
  const receivedAt = tenant.now();
  const { code, codeVerifier, redirectUri } = proof;
  const fields = {
    ...{ grant_type: 'authorization_code', code },
    ...{ code_verifier: codeVerifier, redirect_uri: redirectUri },
  };
  const reply = await askForTokens(tenant, ENDPOINT, fields, tokens, ownership);
  const { access_token: accessToken, id_token: idToken, expires_in: expiresInS } = reply;
  if (isMfaToken(accessToken)) refuse('needs-mfa-api-token');
  return {
    accessToken,
    // The login did not ask for the scope `openid`.
    idToken: idToken ?? refuse('invalid-id-token'),
    receivedAt,
    ...(expiresInS !== undefined && { expiresInS }),
  };
}

/** The opaque token of a login that MFA interrupted: it cannot enroll a second factor. */
function isMfaToken(token: string): boolean {
  return token.startsWith('Fe26.2*');
}

async function checkTokens(
  tenant: TenantClient,
  input: OpenSessionInput,
  tokens: Tokens,
  refuse: Refuse,
): Promise<Checked> {
  const { config } = tenant;
  const fromAuth0 = tokens.receivedAt !== undefined;
  const idClaims = await verified(tenant, ENDPOINT, {
    kind: 'ID',
    token: tokens.idToken,
    fromAuth0,
  });
  const { aud, azp } = idClaims;
  if (Array.isArray(aud) && aud.length > 1 && azp !== config.clientId) refuse('invalid-id-token');
  const { proof } = input;
  const { nonce } = idClaims;
  if (!('code' in proof)) await checkBinding(nonce, proof.sealTo, refuse);
  // Whether it names the key was looked at before the exchange.
  else if (nonce !== proof.nonce) refuse('invalid-id-token');
  // First of all, for whom it is: one that nobody can read is what a login gets that names no API.
  if (!audiencesOf(tokens.accessToken).includes(config.audience)) refuse('wrong-audience');
  const accessToken = { kind: 'access', token: tokens.accessToken, fromAuth0 } as const;
  const accessClaims = await verified(tenant, ENDPOINT, accessToken);
  const client = accessClaims['azp'] ?? accessClaims['client_id'] ?? config.clientId;
  // Auth0 would not let us confirm with it.
  if (client !== config.clientId) refuse('invalid-access-token');
  if (idClaims.sub !== input.userId || accessClaims.sub !== input.userId) refuse('wrong-user');
  const { scope } = accessClaims;
  const scopes = typeof scope === 'string' ? scope.split(' ') : [];
  if (!SCOPES.every((scope) => scopes.includes(scope))) refuse('missing-scope');
  const expiresAt = endOf(tokens, accessClaims);
  if (expiresAt - tenant.now() < LIFE_LEFT_MS_MIN) refuse('token-expired');
  checkFreshness(input, idClaims, accessClaims, refuse);
  return { idClaims, expiresAt };
}

/** Counted from our own clock where we made the exchange, so that clocks may differ. */
function endOf({ receivedAt, expiresInS }: Tokens, { exp = 0 }: JWTPayload): number {
  return receivedAt !== undefined && expiresInS !== undefined
    ? receivedAt + expiresInS * 1000
    : exp * 1000;
}

/**
 * By Auth0's own times alone, in its whole seconds: no clock of ours takes part. The access token says
 * when the exchange was: an ID token lives for hours, and may be given with a token of another exchange.
 * A login in the second of the last confirmation may have come after it, so it is taken.
 */
function checkFreshness(
  { confirmedAt }: OpenSessionInput,
  { auth_time: authTime }: JWTPayload,
  { iat: exchangedAt }: JWTPayload,
  refuse: Refuse,
): void {
  if (typeof authTime !== 'number' || exchangedAt === undefined) return refuse('stale-login');
  if (exchangedAt - authTime > LOGIN_AGE_S_MAX) return refuse('stale-login');
  if (confirmedAt !== undefined && authTime < confirmedAt) return refuse('stale-login');
}

/**
 * A challenge at login shows in `amr`, and there is one wherever the list shows a factor that forces it. Not
 * the other way round: e-mail forces none and may be asked for, and no list has what Duo or an Action asks for.
 */
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
}

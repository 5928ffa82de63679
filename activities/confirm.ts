/**
 * The `mfa-oob` and `mfa-otp` grants (auth0-docs "Authentication API: Verify with out-of-band / OTP"):
 * the factor becomes active. The tokens that come with it are dropped here; `iat` is kept, for the next
 * login must not be older.
 */
import { tokens } from './auth0/schemas.ts';
import type { TenantClient } from './auth0/tenant-client.ts';
import { askForTokens } from './auth0/token-endpoint.ts';
import type { Confirmation, ConfirmInput } from './enrollment-activities.ts';
import { FACTOR_CALLS } from './factors.ts';
import { issuedAt } from './login-token.ts';
import { owning } from './ownership.ts';
import type { WorkerKeyring } from './seal.ts';

const GRANT = 'http://auth0.com/oauth/grant-type/';

export async function confirm(
  tenant: TenantClient,
  seal: WorkerKeyring,
  input: ConfirmInput,
): Promise<Confirmation> {
  const { grant, proof } = FACTOR_CALLS[input.factor];
  const endpoint = `POST /oauth/token (${grant})` as const;
  tenant.checkTenant(input.tenant, endpoint);
  const fields = {
    grant_type: `${GRANT}${grant}`,
    mfa_token: await tenant.opened(seal, input.accessToken, endpoint),
    ...(await proof(tenant, seal, input, endpoint)),
  };
  const { id_token: idToken, access_token: accessToken } = await owning((ownership) =>
    askForTokens(tenant, endpoint, fields, tokens, tenant.until(input.notAfter, ownership)),
  );
  const confirmedAt = issuedAt(idToken ?? '') ?? issuedAt(accessToken);
  return { ...(confirmedAt !== undefined && { confirmedAt }) };
}

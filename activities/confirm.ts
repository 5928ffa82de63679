/**
 * The `mfa-oob` and `mfa-otp` grants (auth0-docs "Authentication API: Verify with out-of-band / OTP"):
 * the factor becomes active. The tokens that come with it are dropped here; `iat` is kept, for the next
 * login must not be older.
 */
import { tokenSchema } from './auth0/schemas.ts';
import type { TenantClient } from './auth0/tenant-client.ts';
import { parsedJson } from './authenticators.ts';
import type { Confirmation, ConfirmInput } from './enrollment-activities.ts';
import { owning } from './ownership.ts';
import type { SealKeyring } from './seal.ts';
import { issuedAt } from './session.ts';

const GRANT = 'http://auth0.com/oauth/grant-type/';

export async function confirm(
  tenant: TenantClient,
  seal: SealKeyring,
  input: ConfirmInput,
): Promise<Confirmation> {
  const grant = input.factor === 'sms' ? 'mfa-oob' : 'mfa-otp';
  const endpoint = `POST /oauth/token (${grant})` as const;
  tenant.checkTenant(input.tenant, endpoint);
  const { clientId, clientSecret } = tenant.config;
  const body = new URLSearchParams({
    grant_type: `${GRANT}${grant}`,
    client_id: clientId,
    mfa_token: await tenant.opened(seal, input.accessToken, endpoint),
  });
  if (clientSecret !== undefined) body.set('client_secret', clientSecret);
  if (input.factor === 'sms') {
    if (input.oobCode === undefined) return tenant.fail({ type: 'code-expired', endpoint });
    body.set('oob_code', await tenant.opened(seal, input.oobCode, endpoint));
    body.set('binding_code', input.code);
  } else {
    body.set('otp', input.code);
  }
  const text = await owning((ownership) =>
    tenant.ask(
      endpoint,
      {
        method: 'POST',
        path: '/oauth/token',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: body.toString(),
      },
      ownership,
    ),
  );
  const parsed = tokenSchema.safeParse(parsedJson(text));
  if (!parsed.success) return tenant.fail({ type: 'ambiguous', endpoint });
  const { id_token: idToken, access_token: accessToken } = parsed.data;
  const confirmedAt = issuedAt(idToken ?? accessToken) ?? issuedAt(accessToken);
  // Confirmed it is; without a claim of Auth0's own, ours is the nearest.
  return { confirmedAt: confirmedAt ?? Math.floor(tenant.now() / 1000) };
}

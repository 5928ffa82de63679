/**
 * `POST /mfa/associate` (auth0-docs "Enroll and Challenge SMS", "… OTP authenticators"): makes one
 * authenticator and, for SMS, sends one text. Asked once; an answer that is lost is `ambiguous` (I2).
 */
import type { Promised } from './auth0/schemas.ts';
import type { TenantClient } from './auth0/tenant-client.ts';
import type { AssociateInput, Association } from './enrollment-activities.ts';
import { ASSOCIATE, FACTOR_CALLS } from './factors.ts';
import { owning } from './ownership.ts';
import { isDeviceKey, type WorkerKeyring } from './seal.ts';

export async function associate(
  tenant: TenantClient,
  seal: WorkerKeyring,
  input: AssociateInput,
): Promise<Association> {
  tenant.checkTenant(input.tenant, ASSOCIATE);
  const factor = FACTOR_CALLS[input.factor];
  const body = factor.request(tenant, input);
  // Afterwards the secret would have nobody to go to, and an authenticator would be left behind.
  if (input.sealTo !== undefined && !(await isDeviceKey(input.sealTo))) {
    tenant.fail({ type: 'device-key-missing', endpoint: ASSOCIATE });
  }
  const accessToken = await tenant.opened(seal, input.accessToken, ASSOCIATE);
  const call = {
    method: 'POST',
    path: '/mfa/associate',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  } as const;
  return factor.associate(tenant, seal, input, <T>(promised: Promised<T>) =>
    owning((ownership) =>
      tenant.ask(ASSOCIATE, call, promised, tenant.until(input.notAfter, ownership)),
    ),
  );
}

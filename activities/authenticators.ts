/** `GET` and `DELETE /mfa/authenticators` (auth0-docs "Manage Authentication Factors"). */
import { authenticatorList, deletion } from './auth0/schemas.ts';
import type { TenantClient } from './auth0/tenant-client.ts';
import type {
  Authenticator,
  DeleteAuthenticatorInput,
  ListAuthenticatorsInput,
} from './enrollment-activities.ts';
import { owning, type Ownership } from './ownership.ts';
import type { WorkerKeyring } from './seal.ts';

const LIST = 'GET /mfa/authenticators';
const DELETE = 'DELETE /mfa/authenticators/{id}';

/** Reads the list with a token in clear. */
export function listOnce(
  tenant: TenantClient,
  accessToken: string,
  ownership: Ownership,
): Promise<Authenticator[]> {
  const headers = { authorization: `Bearer ${accessToken}` };
  const call = { method: 'GET', path: '/mfa/authenticators', headers } as const;
  return tenant.ask(LIST, call, authenticatorList, ownership);
}

export async function listAuthenticators(
  tenant: TenantClient,
  seal: WorkerKeyring,
  input: ListAuthenticatorsInput,
): Promise<Authenticator[]> {
  tenant.checkTenant(input.tenant, LIST);
  const accessToken = await tenant.opened(seal, input.accessToken, LIST);
  return owning((ownership) => listOnce(tenant, accessToken, ownership));
}

/** Already gone counts as done. */
export async function deleteAuthenticator(
  tenant: TenantClient,
  seal: WorkerKeyring,
  input: DeleteAuthenticatorInput,
): Promise<void> {
  tenant.checkTenant(input.tenant, DELETE);
  const accessToken = await tenant.opened(seal, input.accessToken, DELETE);
  const call = {
    method: 'DELETE',
    path: `/mfa/authenticators/${encodeURIComponent(input.authenticatorId)}`,
    headers: { authorization: `Bearer ${accessToken}` },
  } as const;
  await owning((ownership) =>
    tenant.ask(DELETE, call, deletion, tenant.until(input.notAfter, ownership)),
  );
}

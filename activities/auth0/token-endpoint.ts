/** `/oauth/token`: one grant, asked once, with the client's secret in the body where it has one. */
import type { Ownership } from '../ownership.ts';
import type { Promised } from './schemas.ts';
import type { TenantClient } from './tenant-client.ts';
import type { Endpoint } from '../failure-types.ts';

export type TokenEndpoint = Extract<Endpoint, `POST /oauth/token ${string}`>;

/**
 * @param fields - of the grant, `grant_type` among them
 * @returns what the grant promises
 * @throws ApplicationFailure
 */
export function askForTokens<T>(
  tenant: TenantClient,
  endpoint: TokenEndpoint,
  fields: Readonly<Record<string, string>>,
  promised: Promised<T>,
  ownership: Ownership,
): Promise<T> {
  const { clientId, clientSecret } = tenant.config;
  const body = new URLSearchParams({ ...fields, client_id: clientId });
  if (clientSecret !== undefined) body.set('client_secret', clientSecret);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const call = { method: 'POST', path: '/oauth/token', headers, body: body.toString() } as const;
  return tenant.ask(endpoint, call, promised, ownership);
}

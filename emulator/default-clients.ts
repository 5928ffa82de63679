/** The applications of a tenant that is given none. */
import type { ClientConfig } from './tenant/client-config.ts';
import { GRANTS } from './tokens/grant-types.ts';

export const CLIENT_DEFAULT: ClientConfig = {
  clientId: 'mfa-enrollment',
  clientSecret: 'mfa-enrollment-secret',
  redirectUris: ['http://127.0.0.1:4747/callback'],
};

/** Of the Management API, as far as it is emulated. */
const MANAGEMENT_SCOPES = [
  'read:clients',
  'read:client_keys',
  'read:logs',
  'read:users',
  'update:users',
  'read:guardian_factors',
  'update:guardian_factors',
  'read:mfa_policies',
  'update:mfa_policies',
  'read:authentication_methods',
  'delete:authentication_methods',
  'read:guardian_enrollments',
  'delete:guardian_enrollments',
] as const;

/** Whoever tries the Management API needs one to begin with. */
export const MANAGEMENT_CLIENT: ClientConfig = {
  clientId: 'mfa-management',
  clientSecret: 'mfa-management-secret',
  redirectUris: [],
  grantTypes: [GRANTS.clientCredentials],
  grants: [{ audience: '/api/v2/', scopes: MANAGEMENT_SCOPES }],
};

export const CLIENTS_DEFAULT: readonly ClientConfig[] = [CLIENT_DEFAULT, MANAGEMENT_CLIENT];

import { generateKeyPairSync } from 'node:crypto';
import type { EmulatorOptions } from '@durable-mfa/tenant-emulator';

type SigningKey = NonNullable<EmulatorOptions['signingKey']>;

const VARIABLE = 'TENANT_SIGNING_KEY';

/** Once before all tests: a tenant's own key would be most of what its start costs, and there are hundreds. */
export function makeTenantKey(): void {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  process.env[VARIABLE] = JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: 'tests' });
}

/** Where none was made, a tenant makes its own. */
export function tenantKey(): Pick<EmulatorOptions, 'signingKey'> {
  const key = process.env[VARIABLE];
  return key === undefined ? {} : { signingKey: JSON.parse(key) as SigningKey };
}

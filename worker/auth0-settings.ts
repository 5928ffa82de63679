import type { Auth0Config } from '../activities/index.ts';
import {
  AUDIENCE_RULE,
  ISSUER_RULE,
  isIssuer,
  isMfaAudience,
  isTenant,
  TENANT_RULE,
} from '../workflows/contract/tenant.ts';
import type { Environment } from './environment.ts';

const HTTP_DEADLINE_MS_DEFAULT = 5_000;
/**
 * An attempt has 15 s and writes only where a whole deadline is left of it: a login needs two, and with
 * a longer one it would find no room for its second request, ever.
 */
const HTTP_DEADLINE_MS_MAX = 7_000;
/** Stands for what was refused; nothing is ever sent there. */
const UNSET = 'unset.invalid';

export async function readAuth0(environment: Environment): Promise<Auth0Config> {
  const domain = readDomain(environment);
  const issuer = readIssuer(environment, domain);
  const clientSecret = await readClientSecret(environment);
  return {
    domain,
    issuer,
    audience: readAudience(environment, issuer),
    clientId:
      environment.required('AUTH0_CLIENT_ID', 'Copy it from the application in the dashboard') ??
      '',
    ...(clientSecret === undefined ? {} : { clientSecret }),
    httpDeadlineMs: environment.integer('MFA_HTTP_DEADLINE_MS', {
      fallback: HTTP_DEADLINE_MS_DEFAULT,
      min: 100,
      max: HTTP_DEADLINE_MS_MAX,
    }),
  };
}

function readDomain(environment: Environment): string {
  const remedy = 'Copy it from the application in the dashboard; an emulator’s is host:port';
  const domain = environment.required('AUTH0_DOMAIN', remedy);
  if (domain === undefined || isTenant(domain)) return domain ?? UNSET;
  environment.refuse('AUTH0_DOMAIN', TENANT_RULE, remedy);
  return UNSET;
}

function readIssuer(environment: Environment, domain: string): URL {
  const issuer = environment.text('AUTH0_ISSUER');
  if (issuer === undefined) return new URL(`https://${domain}/`);
  if (isIssuer(issuer)) return new URL(issuer);
  environment.refuse('AUTH0_ISSUER', ISSUER_RULE, 'Leave it out for https://{AUTH0_DOMAIN}/');
  return new URL(`https://${UNSET}/`);
}

/** With a wrong one every login would be refused as one for another API. */
function readAudience(environment: Environment, issuer: URL): string {
  const audience = environment.text('AUTH0_AUDIENCE') ?? `${issuer.href}mfa/`;
  if (!isMfaAudience(audience)) {
    environment.refuse(
      'AUTH0_AUDIENCE',
      AUDIENCE_RULE,
      'Leave it out for {AUTH0_ISSUER}mfa/; behind a custom domain it is https://{the tenant’s own domain}/mfa/',
    );
  }
  return audience;
}

async function readClientSecret(environment: Environment): Promise<string | undefined> {
  const secret = environment.text('AUTH0_CLIENT_SECRET');
  const fromFile = (await environment.secretFile('AUTH0_CLIENT_SECRET_FILE'))?.trim();
  if (secret !== undefined && environment.text('AUTH0_CLIENT_SECRET_FILE') !== undefined) {
    environment.refuse(
      'AUTH0_CLIENT_SECRET',
      'must not be set beside AUTH0_CLIENT_SECRET_FILE',
      'Keep the file and remove the variable',
    );
  }
  if (fromFile === '') {
    environment.refuse('AUTH0_CLIENT_SECRET_FILE', 'must not name an empty file', 'Fill it');
  }
  return secret ?? fromFile;
}

/** What `mfa-tenant-emulator` takes, from its arguments and the file that they name. */
import { parseArgs } from 'node:util';
import { type Config, CONTROL_TOKEN_LENGTH_MIN, readConfig } from './config-file.ts';
import { CLIENT_DEFAULT, MANAGEMENT_CLIENT } from './default-clients.ts';
import { ISSUER_RULE, isIssuer } from './http/issuer.ts';
import { messageOf } from './http/node-error.ts';
import type { ClientConfig } from './tenant/client-config.ts';
import type { TenantDescription } from './tenant/description.ts';
import type { UserConfig } from './tenant/user.ts';
import type { TenantOptions } from './tenants.ts';

export const USAGE = `Usage: mfa-tenant-emulator [options]
  --port N              port on 127.0.0.1; default 0, any free one
  --config FILE         JSON: users, clients, settings, further tenants; README.md shows one
  --control             serve the control API and the page under /_emulator/
  --control-token TEXT  who uses them must show it, from wherever; at least 16 characters
  --seed TEXT           the same codes, keys and ids in every run that asks the same
  --state FILE          keeps users, authenticators, quotas, keys, clients and settings
  --tls                 HTTPS, with a certificate of its own CA
  --tls-folder FOLDER   where that is kept; default ~/.mfa-tenant-emulator
  --tls-key FILE --tls-cert FILE   HTTPS with a key pair of yours (PEM)
  --issuer URL          where clients reach it, if not at its own address; ends in a slash
  --user E:P[:ID]       a user: e-mail, password, optional user id; may be given again
  --client-id ID        default mfa-enrollment
  --client-secret TEXT  default mfa-enrollment-secret
  --redirect-uri URI    may be given again; default http://127.0.0.1:4747/callback
  --help
What is given here goes before what the file says.`;

const options = {
  port: { type: 'string' },
  config: { type: 'string' },
  control: { type: 'boolean' },
  'control-token': { type: 'string' },
  seed: { type: 'string' },
  state: { type: 'string' },
  tls: { type: 'boolean' },
  'tls-folder': { type: 'string' },
  'tls-key': { type: 'string' },
  'tls-cert': { type: 'string' },
  issuer: { type: 'string' },
  user: { type: 'string', multiple: true },
  'client-id': { type: 'string' },
  'client-secret': { type: 'string' },
  'redirect-uri': { type: 'string', multiple: true },
  help: { type: 'boolean', default: false },
} as const;

const PORT_MAX = 65_535;
/** The tenant that the arguments, and the top of the file, describe. */
const FIRST = 'default';

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Values = ReturnType<typeof valuesOf>;

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

/** The tenants to start; `undefined`: only help was asked for. */
export function readCommandLine(args: readonly string[]): readonly TenantOptions[] | undefined {
  const values = valuesOf(args);
  if (values.help) return undefined;
  const config: Config =
    values.config === undefined
      ? { shared: {}, first: {}, further: [] }
      : readConfig(values.config);
  const shared = { ...config.shared, ...controlOf(values), ...tlsOf(values) };
  const first = { ...config.first, ...firstOf(values, config.first) };
  // One seed for all; each tenant's own name keeps what they make up apart.
  const { seed } = first;
  const further = config.further.map((tenant) => ({
    ...(seed !== undefined && { seed: `${seed} ${tenant.name}` }),
    ...tenant,
    ...shared,
  }));
  const names = further.map(({ name }) => name);
  const twice = [FIRST, ...names].find((name, at, all) => all.indexOf(name) !== at);
  if (twice !== undefined) throw new UsageError(`Two tenants are called ${twice}: rename one.`);
  return [{ name: FIRST, ...first, ...shared }, ...further];
}

function controlOf({ control, 'control-token': controlToken }: Values) {
  if (controlToken !== undefined && controlToken.length < CONTROL_TOKEN_LENGTH_MIN) {
    throw new UsageError(
      `--control-token must have at least ${CONTROL_TOKEN_LENGTH_MIN} characters`,
    );
  }
  return {
    ...(control !== undefined && { control }),
    ...(controlToken !== undefined && { controlToken }),
  };
}

function tlsOf(values: Values) {
  const { tls, 'tls-folder': folder, 'tls-key': keyFile, 'tls-cert': certFile } = values;
  if ((keyFile === undefined) !== (certFile === undefined)) {
    throw new UsageError('--tls-key and --tls-cert go together');
  }
  if (keyFile !== undefined && certFile !== undefined) {
    if (folder !== undefined) throw new UsageError('give --tls-folder, or a key pair, not both');
    return { tls: { keyFile, certFile } };
  }
  if (folder !== undefined) return { tls: { folder } };
  return tls === undefined ? {} : { tls };
}

function firstOf(values: Values, config: Config['first']): TenantDescription {
  const { issuer, seed, state: stateFile } = values;
  if (issuer !== undefined && !isIssuer(issuer)) throw new UsageError(`--issuer ${ISSUER_RULE}`);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && (!/^[0-9]+$/.test(values.port ?? '') || port > PORT_MAX)) {
    throw new UsageError(`--port must be a number from 0 to ${PORT_MAX}`);
  }
  const clients = clientsOf(values);
  return {
    ...(port !== undefined && { port }),
    ...(issuer !== undefined && { issuer }),
    ...(seed !== undefined && { seed }),
    ...(stateFile !== undefined && { stateFile }),
    ...(values.user && { users: [...(config.users ?? []), ...values.user.map(userOf)] }),
    ...(clients && { clients: [...(config.clients ?? []), ...clients] }),
  };
}

function userOf(user: string): UserConfig {
  const [email = '', password = '', userId] = user.split(':');
  if (email === '' || password === '') throw new UsageError('--user must be E-MAIL:PASSWORD[:ID]');
  return { email, password, ...(userId !== undefined && { userId }) };
}

function clientsOf(values: Values): readonly ClientConfig[] | undefined {
  const { 'client-id': clientId, 'client-secret': clientSecret } = values;
  const { 'redirect-uri': redirectUris } = values;
  if (redirectUris?.every((uri) => URL.canParse(uri)) === false) {
    throw new UsageError('--redirect-uri must be a URL, such as http://127.0.0.1:4747/callback');
  }
  if (clientId === undefined && clientSecret === undefined && redirectUris === undefined) {
    return undefined;
  }
  return [
    {
      ...CLIENT_DEFAULT,
      ...(clientId !== undefined && { clientId }),
      ...(clientSecret !== undefined && { clientSecret }),
      ...(redirectUris !== undefined && { redirectUris }),
    },
    MANAGEMENT_CLIENT,
  ];
}

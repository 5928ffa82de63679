/** The HTTP server: limits and errors around the endpoints. */
import { createServer as createTlsServer } from 'node:https';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { registerAuthentication } from './authentication-api/authentication-api.ts';
import { registerAuthenticationLimits } from './authentication-api/limits.ts';
import { mfaRoute } from './authentication-api/mfa-api.ts';
import { registerControl } from './control/control.ts';
import type { Neighbours } from './control/neighbours.ts';
import { CLIENTS_DEFAULT } from './default-clients.ts';
import type { Emulator, EmulatorOptions } from './emulator.ts';
import { certificateOf } from './http/certificates.ts';
import { BODY_BYTES_MAX, type Env } from './http/exchange.ts';
import { Faults } from './http/faults.ts';
import { ISSUER_RULE, isIssuer } from './http/issuer.ts';
import { Journal } from './http/journal.ts';
import { HOST, ListeningSocket } from './http/listening-socket.ts';
import { invalidRequest, OAuthError } from './http/oauth-error.ts';
import { written } from './http/written.ts';
import { ManagementApi, managementRoute } from './management-api/management-api.ts';
import type { ClientConfig } from './tenant/client-config.ts';
import type { TenantSettings } from './tenant/settings.ts';
import { type BegunTenant, beginTenant } from './tenant/tenant-start.ts';
import type { Tenant } from './tenant/tenant.ts';
import type { UserConfig } from './tenant/user.ts';
import { Tokens } from './tokens/tokens.ts';

/** @param neighbours - the other tenants of the process, for its control API */
export async function startEmulator(
  options: EmulatorOptions = {},
  neighbours?: Neighbours,
): Promise<Emulator> {
  if (options.issuer !== undefined && !isIssuer(options.issuer)) {
    throw new RangeError(`issuer ${ISSUER_RULE}`);
  }
  const journal = new Journal();
  const faults = new Faults();
  const begun = beginTenant(options, CLIENTS_DEFAULT);
  const { tenant } = begun;
  const served = await certificateOf(options.tls ?? false);

  const app = new Hono<Env>();
  const server = createAdaptorServer({
    fetch: app.fetch,
    ...(served && { createServer: createTlsServer, serverOptions: served }),
  });
  const socket = await ListeningSocket.open(server, options.port ?? 0);
  const { port } = socket;
  const issuer = options.issuer ?? `${served ? 'https' : 'http'}://${HOST}:${port}/`;
  const tokens = Tokens.create(issuer, tenant, begun.savedKeys);
  build(app, { tenant, tokens, journal, faults, options, neighbours, begun });

  const close = async (): Promise<void> => {
    faults.clear();
    await socket.close();
    await begun.flush();
  };
  try {
    await begun.keep(() => tokens.keys.save());
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
  const at = { issuer, domain: new URL(issuer).host, audience: tokens.mfaAudience, port };
  return {
    ...at,
    ...(served?.caFile !== undefined && { caFile: served.caFile }),
    endpoints: endpointsOf(app),
    ...{ journal, faults, close },
    goDown: () => socket.close(),
    comeBack: () => socket.reopen(),
    [Symbol.asyncDispose]: close,
    ...inProcess(tenant, tokens, begun),
    get settings() {
      return tenant.settings;
    },
  };
}

/** What a test that runs in the same process asks without HTTP. */
function inProcess(tenant: Tenant, tokens: Tokens, begun: BegunTenant) {
  const { inbox, clock, pushes } = tenant;
  return {
    ...{ inbox, clock, pushes },
    configure: (changes: Partial<TenantSettings>) => {
      begun.changed();
      tenant.configure(changes);
    },
    addUser: (user: UserConfig) => {
      begun.changed();
      return tenant.addUser(user);
    },
    addClient: (client: ClientConfig) => {
      begun.changed();
      tenant.clients.set(client.clientId, client);
    },
    rotateKeys: async () => {
      await tokens.keys.rotate();
      begun.changed();
    },
    authenticators: (userId: string) => tenant.users.get(userId)?.authenticators ?? [],
  };
}

interface Parts {
  readonly tenant: Tenant;
  readonly tokens: Tokens;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly options: EmulatorOptions;
  readonly neighbours: Neighbours | undefined;
  readonly begun: BegunTenant;
}

/** Without what stands around several of them. */
function endpointsOf({ routes }: Hono<Env>): readonly string[] {
  const own = routes.filter(({ method }) => method !== 'ALL');
  return [...new Set(own.map(({ method, path }) => `${method} ${path}`))];
}

function build(app: Hono<Env>, parts: Parts): void {
  const { tenant, tokens, journal, faults, options, begun } = parts;
  app.use(async (_exchange, next) => {
    await next();
    begun.changed();
  });
  const routeOf = (path: string) => mfaRoute(managementRoute(path));
  app.use(written({ journal, faults, now: () => tenant.clock.now(), routeOf }));
  app.onError((error, exchange) => {
    if (error instanceof OAuthError) {
      const charset = exchange.req.path.startsWith('/mfa/') ? '; charset=utf-8' : '';
      exchange.header('content-type', `application/json${charset}`);
      exchange.status(error.status);
      return exchange.body(JSON.stringify(error.body));
    }
    exchange.get('noted').request['fault'] = error.name;
    const body = { error: 'server_error', error_description: 'The emulator failed.' };
    return Response.json(body, { status: 500 });
  });
  registerAuthenticationLimits(app, tenant);
  app.use(
    bodyLimit({
      maxSize: BODY_BYTES_MAX,
      onError: () => {
        throw invalidRequest(`The body is larger than ${BODY_BYTES_MAX} bytes.`, 413);
      },
    }),
  );
  registerAuthentication(app, tenant, tokens, options.mfaRule);
  new ManagementApi(tenant, tokens).register(app);
  if (options.control === true) registerControl(app, { ...parts, issuer: tokens.issuer });
  app.notFound((exchange) => {
    const { method, path } = exchange.req;
    if (!isPath(path)) throw invalidRequest('The path is not valid percent-encoding of text.');
    const why = path.startsWith('/_emulator')
      ? 'The control API is off: start the emulator with --control.'
      : `${method} ${path} is not emulated; FIDELITY.md lists what is.`;
    return exchange.json({ error: 'not_emulated', error_description: why }, 501);
  });
}

function isPath(path: string): boolean {
  try {
    return !decodeURIComponent(path).includes('\0');
  } catch {
    return false;
  }
}

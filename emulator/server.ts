/** The HTTP server: journal, faults and errors around the endpoints. */
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { Authorize } from './authorize.ts';
import { Clock } from './clock.ts';
import { registerControlApi } from './control-api.ts';
import { BODY_BYTES_MAX, type Env, type Noted } from './exchange.ts';
import { Faults, suffer } from './faults.ts';
import { Inbox } from './inbox.ts';
import { Journal } from './journal.ts';
import { MfaApi } from './mfa-api.ts';
import { HOST, ListeningSocket } from './listening-socket.ts';
import { invalidRequest, OAuthError } from './oauth-error.ts';
import { Randomness } from './randomness.ts';
import { rateLimit } from './rate-limit.ts';
import { SETTINGS_DEFAULT, type TenantSettings } from './settings.ts';
import {
  type Authenticator,
  type ClientConfig,
  Tenant,
  type User,
  type UserConfig,
} from './tenant.ts';
import { TokenEndpoint } from './token-endpoint.ts';
import { Tokens } from './tokens.ts';

export interface EmulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Loopback, and nothing else: the emulator hands out tokens to whoever asks. */
  readonly host?: '127.0.0.1';
  /** Where clients reach it, ending in a slash, where that is not its own address. */
  readonly issuer?: string;
  /** Whether `/_emulator/…` is there. Default `false`. */
  readonly control?: boolean;
  readonly clients?: readonly ClientConfig[];
  readonly users?: readonly UserConfig[];
  readonly settings?: Partial<TenantSettings>;
  /** Makes codes, ids and secrets the same in every run that asks the same. Default none. */
  readonly seed?: string;
  /** Epoch ms; the tenant's clock starts from it. Default `Date.now`. */
  readonly now?: () => number;
}

export interface Emulator extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/` where none was given; with the slash, as Auth0 has it. */
  readonly issuer: string;
  /** `127.0.0.1:PORT` */
  readonly domain: string;
  /** The MFA API's. */
  readonly audience: string;
  readonly port: number;
  readonly settings: TenantSettings;
  readonly inbox: Inbox;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly faults: Faults;
  addUser(user: UserConfig): Pick<User, 'userId' | 'email' | 'name'>;
  addClient(client: ClientConfig): void;
  authenticators(userId: string): readonly Readonly<Omit<Authenticator, 'secret'>>[];
  /** Nothing listens any more and every connection is cut: who asks is refused a connection. */
  goDown(): Promise<void>;
  /** It listens on its port again and knows what it knew. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export const CLIENT_DEFAULT: ClientConfig = {
  clientId: 'mfa-enrollment',
  clientSecret: 'mfa-enrollment-secret',
  redirectUris: ['http://127.0.0.1:4747/callback'],
};

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  if (options.issuer?.endsWith('/') === false) {
    throw new RangeError('issuer must end in a slash, as the issuer of an Auth0 tenant does');
  }
  const clock = new Clock(options.now);
  const inbox = new Inbox();
  const journal = new Journal();
  const faults = new Faults();
  const randomness = new Randomness(options.seed);
  const settings = { ...SETTINGS_DEFAULT, ...options.settings };
  const tenant = new Tenant(clock, inbox, randomness, settings);
  for (const client of options.clients ?? [CLIENT_DEFAULT]) {
    tenant.clients.set(client.clientId, client);
  }
  for (const user of options.users ?? []) tenant.addUser(user);

  const app = new Hono<Env>();
  const socket = await ListeningSocket.open(
    createAdaptorServer({ fetch: app.fetch }),
    options.port ?? 0,
  );
  const { port } = socket;
  const issuer = options.issuer ?? `http://${HOST}:${port}/`;
  const tokens = await Tokens.create(issuer, clock, randomness);
  build(app, { tenant, tokens, journal, faults, control: options.control ?? false });

  const close = async (): Promise<void> => {
    faults.clear();
    await socket.close();
  };
  return {
    issuer,
    domain: new URL(issuer).host,
    audience: tokens.mfaAudience,
    port,
    ...{ inbox, journal, clock, faults, close },
    goDown: () => socket.close(),
    comeBack: () => socket.reopen(),
    get settings() {
      return tenant.settings;
    },
    addUser: (user) => tenant.addUser(user),
    addClient: (client) => {
      tenant.clients.set(client.clientId, client);
    },
    authenticators: (userId) => tenant.users.get(userId)?.authenticators ?? [],
    [Symbol.asyncDispose]: close,
  };
}

interface Parts {
  readonly tenant: Tenant;
  readonly tokens: Tokens;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly control: boolean;
}

function build(app: Hono<Env>, { tenant, tokens, journal, faults, control }: Parts): void {
  app.use(written(journal, faults, tenant.clock));
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
  app.use(
    bodyLimit({
      maxSize: BODY_BYTES_MAX,
      onError: () => {
        throw invalidRequest(`The body is larger than ${BODY_BYTES_MAX} bytes.`, 413);
      },
    }),
  );
  for (const path of ['/oauth/*', '/mfa/*']) app.use(path, rateLimit(tenant));
  registerDiscovery(app, tokens);
  const authorize = new Authorize(tenant, tokens);
  authorize.register(app);
  new TokenEndpoint(tenant, tokens, authorize).register(app);
  new MfaApi(tenant, tokens).register(app);
  if (control) registerControlApi(app, { tenant, journal, faults });
  app.notFound((exchange) => {
    const { method, path } = exchange.req;
    const why = path.startsWith('/_emulator')
      ? 'The control API is off: start the emulator with --control.'
      : `${method} ${path} is not emulated; README.md lists what is.`;
    return exchange.json({ error: 'not_emulated', error_description: why }, 501);
  });
}

function registerDiscovery(app: Hono<Env>, tokens: Tokens): void {
  const { issuer } = tokens;
  app.get('/.well-known/openid-configuration', (exchange) =>
    exchange.json({
      issuer,
      authorization_endpoint: `${issuer}authorize`,
      token_endpoint: `${issuer}oauth/token`,
      mfa_challenge_endpoint: `${issuer}mfa/challenge`,
      jwks_uri: `${issuer}.well-known/jwks.json`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    }),
  );
  app.get('/.well-known/jwks.json', async (exchange) => exchange.json(await tokens.jwks()));
}

/** Writes each request into the journal, and lets it meet its fault. */
function written(journal: Journal, faults: Faults, clock: Clock): MiddlewareHandler<Env> {
  return async (exchange, next) => {
    const noted: Noted = { effect: 'none', request: {} };
    exchange.set('noted', noted);
    const { method, path } = exchange.req;
    const at = clock.now();
    const endpoint = `${method} ${path.replace(/^(\/mfa\/authenticators)\/.+/, '$1/{id}')}`;
    const fault = path.startsWith('/_emulator') ? undefined : faults.meet(endpoint);
    const before = fault?.when === 'before' ? await suffer(fault) : 'goes-on';
    if (before === 'goes-on') await next();
    const verdict = fault?.when === 'after' ? await suffer(fault) : before;
    if (typeof verdict === 'object') {
      // Emptied first: hono would copy the headers of the reply that this one replaces.
      exchange.res = undefined;
      exchange.res = verdict;
    }
    const dropped = verdict === 'dropped';
    // Times in replies are the tenant's: `x-ratelimit-reset` is read against this.
    if (!exchange.res.headers.has('date')) {
      exchange.header('date', new Date(clock.now()).toUTCString());
    }
    if (!path.startsWith('/_emulator')) {
      journal.write({
        ...{ at, method, path: path.split('?')[0] ?? path, endpoint },
        ...(dropped ? {} : { status: exchange.res.status }),
        ...(noted.userId !== undefined && { userId: noted.userId }),
        ...(noted.grantType !== undefined && { grantType: noted.grantType }),
        effect: noted.effect,
        request: noted.request,
      });
    }
    if (dropped) (exchange.env as HttpBindings).incoming.socket.destroy();
  };
}

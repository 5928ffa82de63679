/** The HTTP server: journal, faults and errors around the endpoints. */
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { registerAuthentication } from './authentication-api.ts';
import { MANAGEMENT_CLIENT } from './client-credentials.ts';
import { Clock } from './clock.ts';
import { registerControlApi } from './control-api.ts';
import { enrollmentFailures } from './enrollment-failures.ts';
import { BODY_BYTES_MAX, type Env, type Noted } from './exchange.ts';
import { Faults, suffer } from './faults.ts';
import { Inbox } from './inbox.ts';
import { Journal } from './journal.ts';
import { ManagementApi, managementRoute } from './management-api.ts';
import { HOST, ListeningSocket } from './listening-socket.ts';
import type { MfaRule } from './mfa-policy.ts';
import { invalidRequest, OAuthError } from './oauth-error.ts';
import type { PushRequests } from './push-requests.ts';
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
  /** Who needs a second factor where `mfaPolicies` has `confidence-score`; default: `use_mfa` in the metadata. */
  readonly mfaRule?: MfaRule;
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
  /** What a Guardian app is asked; answers in its stead. */
  readonly pushes: PushRequests;
  addUser(user: UserConfig): Pick<User, 'userId' | 'email' | 'name'>;
  addClient(client: ClientConfig): void;
  /** Signs with a new key from now on; what the one before has signed is still good. */
  rotateKeys(): Promise<void>;
  authenticators(userId: string): readonly Readonly<Omit<Authenticator, 'secret'>>[];
  /** Nothing listens any more and every connection is cut: who asks is refused a connection. */
  goDown(): Promise<void>;
  /** It listens on its port again and knows what it knew. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/** What the limit of the whole Authentication API covers. */
const LIMITED = [
  '/authorize',
  '/oauth/*',
  '/mfa/*',
  '/userinfo',
  '/oidc/*',
  '/v2/*',
  '/.well-known/*',
];

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
  for (const client of options.clients ?? [CLIENT_DEFAULT, MANAGEMENT_CLIENT]) {
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
  const tokens = await Tokens.create(issuer, tenant);
  build(app, {
    ...{ tenant, tokens, journal, faults, control: options.control ?? false },
    mfaRule: options.mfaRule,
  });

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
    pushes: tenant.pushes,
    get settings() {
      return tenant.settings;
    },
    addUser: (user) => tenant.addUser(user),
    addClient: (client) => {
      tenant.clients.set(client.clientId, client);
    },
    rotateKeys: () => tokens.keys.rotate(),
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
  readonly mfaRule: MfaRule | undefined;
}

function build(app: Hono<Env>, parts: Parts): void {
  const { tenant, tokens, journal, faults, control, mfaRule } = parts;
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
  const limit = rateLimit(tenant, 'authentication');
  for (const path of LIMITED) app.use(path, limit);
  app.use('/oauth/token', rateLimit(tenant, 'token'));
  app.use(
    bodyLimit({
      maxSize: BODY_BYTES_MAX,
      onError: () => {
        throw invalidRequest(`The body is larger than ${BODY_BYTES_MAX} bytes.`, 413);
      },
    }),
  );
  app.use('/mfa/associate', enrollmentFailures(tenant));
  registerAuthentication(app, tenant, tokens, mfaRule);
  new ManagementApi(tenant, tokens).register(app);
  if (control) registerControlApi(app, { tenant, journal, faults });
  app.notFound((exchange) => {
    const { method, path } = exchange.req;
    const why = path.startsWith('/_emulator')
      ? 'The control API is off: start the emulator with --control.'
      : `${method} ${path} is not emulated; FIDELITY.md lists what is.`;
    return exchange.json({ error: 'not_emulated', error_description: why }, 501);
  });
}

/** Writes each request into the journal, and lets it meet its fault. */
function written(journal: Journal, faults: Faults, clock: Clock): MiddlewareHandler<Env> {
  return async (exchange, next) => {
    const noted: Noted = { effect: 'none', request: {} };
    exchange.set('noted', noted);
    const { method, path } = exchange.req;
    const at = clock.now();
    const endpoint = `${method} ${managementRoute(path).replace(/^(\/mfa\/authenticators)\/.+/, '$1/{id}')}`;
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

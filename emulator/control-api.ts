/** `/_emulator/…`: what tests, scripts and people may ask of the emulator itself. Loopback only. */
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Env, Exchange } from './exchange.ts';
import { fields } from './exchange.ts';
import type { Faults } from './faults.ts';
import { FACTORS, MESSAGE_TYPES, MFA_POLICIES, PHONE_PROVIDERS } from './guardian.ts';
import type { Journal } from './journal.ts';
import { invalidRequest, OAuthError } from './oauth-error.ts';
import { inboxPage } from './pages.ts';
import { registerPushControl } from './push-control.ts';
import { PLANS } from './settings.ts';
import type { Tenant, User } from './tenant.ts';

const WAIT_MS_MAX = 30_000;
const LOGOUT_URLS_MAX = 100;
const text = z.string().min(1).max(200);

const userSchema = z.strictObject({
  email: text,
  password: text,
  userId: text.optional(),
  name: text.optional(),
  emailVerified: z.boolean().optional(),
  userMetadata: z.record(z.string(), z.unknown()).optional(),
});

const faultSchema = z.strictObject({
  endpoint: text,
  nth: z.int().min(1).optional(),
  times: z.int().min(1).optional(),
  when: z.enum(['before', 'after']),
  action: z.union([
    z.literal('drop'),
    z.strictObject({ delayMs: z.int().min(0).max(600_000) }),
    z.strictObject({
      status: z.int().min(200).max(599),
      body: z.unknown().optional(),
      headers: z.record(z.string(), z.string()).default({}),
    }),
  ]),
});

const settingsSchema = z.strictObject({
  factors: z
    .array(z.enum(FACTORS).exclude(['recovery-code']))
    .max(FACTORS.length)
    .optional(),
  messageTypes: z.array(z.enum(MESSAGE_TYPES)).max(MESSAGE_TYPES.length).optional(),
  friendlyName: z.string().max(200).optional(),
  authenticatorTypes: z.boolean().optional(),
  factorsRequired: z.int().min(1).max(5).optional(),
  earlyTokenEnrolls: z.boolean().optional(),
  mfaTokenOnce: z.boolean().optional(),
  recoveryCodes: z.boolean().optional(),
  reuseSameNumber: z.boolean().optional(),
  mfaRequirements: z.boolean().optional(),
  authorizationCodeLifeMs: z.int().min(1).optional(),
  mfaTokenLifeMs: z.int().min(1).optional(),
  oobCodeLifeMs: z.int().min(1).optional(),
  connection: text.optional(),
  refreshTokenRotation: z.boolean().optional(),
  refreshTokenOverlapMs: z.int().min(0).optional(),
  refreshTokenLifeMs: z.int().min(1).optional(),
  refreshTokenIdleMs: z.int().min(1).optional(),
  sessionLifeMs: z.int().min(1).optional(),
  sessionIdleMs: z.int().min(1).optional(),
  allowedLogoutUrls: z.array(z.url()).max(LOGOUT_URLS_MAX).optional(),
  logoutPrompt: z.boolean().optional(),
  authTime: z.enum(['always', 'asked']).optional(),
  opaqueUserinfoTokens: z.boolean().optional(),
  mfaApiAmr: z.boolean().optional(),
  silentMfaError: z.enum(['interaction_required', 'mfa_required', 'login_required']).optional(),
  quotaStatus: z.union([z.literal(403), z.literal(429)]).optional(),
  phoneProvider: z.enum(PHONE_PROVIDERS).optional(),
  mfaPolicies: z.array(z.enum(MFA_POLICIES)).max(MFA_POLICIES.length).optional(),
  managementListsUnconfirmed: z.boolean().optional(),
  quotaError: z.enum(['invalid_request', 'too_many_attempts']).optional(),
  expiredOobCodeStatus: z.union([z.literal(401), z.literal(403)]).optional(),
  associationRequiredStatus: z.union([z.literal(400), z.literal(403)]).optional(),
  insufficientScopeStatus: z.union([z.literal(401), z.literal(403)]).optional(),
  pushDeniedError: z.enum(['access_denied', 'invalid_grant']).optional(),
  pushPollIntervalMs: z.int().min(0).max(60_000).optional(),
  slowDownStatus: z.union([z.literal(400), z.literal(429)]).optional(),
  plan: z.enum(PLANS).optional(),
  requestsPerSecond: z.union([z.int().min(1).max(10_000), z.enum(['plan', 'off'])]).optional(),
});

export interface Controlled {
  readonly tenant: Tenant;
  readonly journal: Journal;
  readonly faults: Faults;
}

export function registerControlApi(app: Hono<Env>, { tenant, journal, faults }: Controlled): void {
  app.post('/_emulator/users', async (exchange) => {
    const config = await parsed(exchange, userSchema);
    return exchange.json(shown(tenant.addUser(defined(config))), 201);
  });
  app.get('/_emulator/users/:id', (exchange) => {
    const user = tenant.users.get(exchange.req.param('id'));
    if (user === undefined) throw new OAuthError(404, 'not_found', 'No such user.');
    return exchange.json(shown(user));
  });
  app.get('/_emulator/inbox', async (exchange) => {
    const { to, after, wait } = exchange.req.query();
    if ((exchange.req.header('accept') ?? '').includes('text/html')) {
      return exchange.html(inboxPage([...tenant.inbox.messages(to)].reverse()));
    }
    const waitMs = Math.min(WAIT_MS_MAX, Math.max(0, Number(wait ?? 0) || 0));
    return exchange.json(await tenant.inbox.wait(to, after, waitMs));
  });
  app.get('/_emulator/journal', (exchange) => exchange.json(journal.entries));
  app.get('/_emulator/faults', (exchange) => exchange.json(faults.list()));
  app.post('/_emulator/faults', async (exchange) => {
    const rule = await parsed(exchange, faultSchema);
    return exchange.json({ id: faults.add(defined(rule)).id }, 201);
  });
  app.delete('/_emulator/faults', (exchange) => {
    faults.clear();
    return exchange.body(null, 204);
  });
  app.get('/_emulator/clock', (exchange) => exchange.json({ now: tenant.clock.now() }));
  app.post('/_emulator/clock', async (exchange) => {
    const { advanceMs } = await parsed(exchange, z.strictObject({ advanceMs: z.int().min(0) }));
    tenant.clock.advance(advanceMs);
    return exchange.json({ now: tenant.clock.now() });
  });
  registerPushControl(app, tenant);
  app.get('/_emulator/settings', (exchange) => exchange.json(tenant.settings));
  app.patch('/_emulator/settings', async (exchange) => {
    const changes = await parsed(exchange, settingsSchema);
    tenant.settings = { ...tenant.settings, ...defined(changes) };
    return exchange.json(tenant.settings);
  });
}

async function parsed<T>(exchange: Exchange, schema: z.ZodType<T>): Promise<T> {
  const input = schema.safeParse(Object.fromEntries(await fields(exchange)));
  if (!input.success) throw invalidRequest(z.prettifyError(input.error));
  return input.data;
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Absent and `undefined` are not the same to the types that these go into. */
function defined<T extends object>(input: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}

function shown({ userId, email, name, authenticators }: User) {
  return {
    ...{ userId, email, name },
    authenticators: authenticators.map(({ id, kind, active }) => ({ id, kind, active })),
  };
}

/** `/_emulator/…`: what tests, scripts and people may ask of the emulator itself. */
import type { Hono } from 'hono';
import { z } from 'zod';
import { type Env, type Exchange, fields } from '../http/exchange.ts';
import { invalidRequest, OAuthError } from '../http/oauth-error.ts';
import { clientSchema, defined, settingsSchema, userSchema } from '../tenant/schemas.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { User } from '../tenant/user.ts';
import type { Controlled } from './controlled.ts';
import { inboxPage } from './inbox-page.ts';
import { filtered } from './journal-filter.ts';
import { clockSchema, fateSchema, faultSchema } from './schemas.ts';

const WAIT_MS_MAX = 30_000;
/** In one answer. */
const USERS_MAX = 1_000;

export function registerControlApi(app: Hono<Env>, { tenant, journal, faults }: Controlled): void {
  registerTenantData(app, tenant);
  registerInbox(app, tenant);
  app.get('/_emulator/journal', (exchange) =>
    exchange.json(filtered(journal.entries, exchange.req.query())),
  );
  app.get('/_emulator/faults', (exchange) => exchange.json(faults.list()));
  app.post('/_emulator/faults', async (exchange) => {
    const rule = await parsed(exchange, faultSchema);
    return exchange.json({ id: bounded(() => faults.add(defined(rule))).id }, 201);
  });
  app.delete('/_emulator/faults', (exchange) => {
    faults.clear();
    return exchange.body(null, 204);
  });
  app.get('/_emulator/clock', (exchange) => exchange.json({ now: tenant.clock.now() }));
  app.post('/_emulator/clock', async (exchange) => {
    const { advanceMs } = await parsed(exchange, clockSchema);
    bounded(() => tenant.clock.advance(advanceMs));
    return exchange.json({ now: tenant.clock.now() });
  });
  app.get('/_emulator/settings', (exchange) => exchange.json(tenant.settings));
  app.patch('/_emulator/settings', async (exchange) => {
    const changes = await parsed(exchange, settingsSchema);
    tenant.configure(defined(changes));
    return exchange.json(tenant.settings);
  });
}

function registerTenantData(app: Hono<Env>, tenant: Tenant): void {
  app.get('/_emulator/users', (exchange) =>
    exchange.json([...tenant.users.values()].slice(0, USERS_MAX).map(shown)),
  );
  app.post('/_emulator/users', async (exchange) => {
    const config = await parsed(exchange, userSchema);
    if (config.userId !== undefined && tenant.users.has(config.userId)) {
      throw new OAuthError(409, 'conflict', 'There is a user with this userId.');
    }
    return exchange.json(shown(tenant.addUser(defined(config))), 201);
  });
  app.get('/_emulator/users/:id', (exchange) =>
    exchange.json(shown(userOf(tenant, exchange.req.param('id')))),
  );
  app.delete('/_emulator/users/:id', (exchange) => {
    tenant.users.delete(userOf(tenant, exchange.req.param('id')).userId);
    return exchange.body(null, 204);
  });
  app.get('/_emulator/clients', (exchange) =>
    exchange.json(
      [...tenant.clients.values()].map(({ clientSecret: _secret, ...client }) => client),
    ),
  );
  app.post('/_emulator/clients', async (exchange) => {
    const client = defined(await parsed(exchange, clientSchema));
    tenant.clients.set(client.clientId, client);
    return exchange.json({ clientId: client.clientId }, 201);
  });
}

function registerInbox(app: Hono<Env>, { inbox }: Tenant): void {
  app.get('/_emulator/inbox', async (exchange) => {
    const { to, after, wait } = exchange.req.query();
    if ((exchange.req.header('accept') ?? '').includes('text/html')) {
      return exchange.html(inboxPage([...inbox.messages(to)].reverse()));
    }
    const waitMs = Math.min(WAIT_MS_MAX, Math.max(0, Number(wait ?? 0) || 0));
    return exchange.json(await inbox.wait(to, after, waitMs));
  });
  app.get('/_emulator/inbox/plans', (exchange) =>
    exchange.json({ plans: inbox.plans, late: inbox.late }),
  );
  app.post('/_emulator/inbox/plans', async (exchange) => {
    const fate = await parsed(exchange, fateSchema);
    bounded(() => inbox.plan('lost' in fate ? 'lost' : fate));
    return exchange.json({ plans: inbox.plans, late: inbox.late }, 201);
  });
}

export async function parsed<T>(exchange: Exchange, schema: z.ZodType<T>): Promise<T> {
  const input = schema.safeParse(Object.fromEntries(await fields(exchange)));
  if (!input.success) throw invalidRequest(z.prettifyError(input.error));
  return input.data;
}

/** What holds no more, or goes no further, says so to who asked. */
export function bounded<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof RangeError) throw new OAuthError(409, 'conflict', error.message);
    throw error;
  }
}

function userOf(tenant: Tenant, userId: string): User {
  const user = tenant.users.get(userId);
  if (user === undefined) throw new OAuthError(404, 'not_found', 'No such user.');
  return user;
}

function shown({ userId, email, name, authenticators }: User) {
  return {
    ...{ userId, email, name },
    authenticators: authenticators.map(({ id, kind, active }) => ({ id, kind, active })),
  };
}

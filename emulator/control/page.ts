/**
 * `/_emulator/`: the emulator for a person. Everything is a plain page with plain forms; a little
 * script only looks again for what is new. What the forms send is taken here, for a form has strings
 * where the control API has numbers, and a person wants the page again and not JSON.
 */
import { createHash } from 'node:crypto';
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Env, Exchange } from '../http/exchange.ts';
import { OAuthError } from '../http/oauth-error.ts';
import { defined } from '../tenant/schemas.ts';
import { bounded, parsed } from './api.ts';
import type { Controlled } from './controlled.ts';
import { SCRIPT, STYLE } from './page-assets.ts';
import { controlPage, faultsPart, inboxPart, journalPart, usersPart } from './page-parts.ts';

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing runs here but our own script, and no page elsewhere may put a frame around the buttons. */
const POLICY = [
  "default-src 'none'",
  `style-src ${hashOf(STYLE)}`,
  `script-src ${hashOf(SCRIPT)}`,
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

const text = z.string().min(1).max(200);
const userForm = z.strictObject({
  email: text,
  password: text,
  name: z
    .string()
    .max(200)
    .transform((name) => (name === '' ? undefined : name)),
});
const clockForm = z.strictObject({
  minutes: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_660 * DAY_MINUTES),
});
const fateForm = z.union([
  z.strictObject({ fate: z.literal('lost'), seconds: z.string().optional() }),
  z.strictObject({ fate: z.literal('late'), seconds: z.coerce.number().int().min(1).max(86_400) }),
]);
const pushForm = z.strictObject({ id: text, answer: z.enum(['approve', 'deny']) });

export function registerControlPage(app: Hono<Env>, controlled: Controlled): void {
  const { tenant } = controlled;
  for (const path of ['/_emulator', '/_emulator/']) {
    app.get(path, async (exchange) => {
      exchange.header('content-security-policy', POLICY);
      return exchange.html(await controlPage(controlled, exchange.req.query()));
    });
  }
  registerParts(app, controlled);
  app.post('/_emulator/page/users', async (exchange) => {
    tenant.addUser(defined(await parsed(exchange, userForm)));
    return again(exchange, 'users');
  });
  app.post('/_emulator/page/clock', async (exchange) => {
    const { minutes } = await parsed(exchange, clockForm);
    bounded(() => tenant.clock.advance(minutes * MINUTE_MS));
    return again(exchange, 'clock');
  });
  app.post('/_emulator/page/inbox', async (exchange) => {
    const plan = await parsed(exchange, fateForm);
    const fate = plan.fate === 'lost' ? plan.fate : { lateByMs: plan.seconds * 1_000 };
    bounded(() => tenant.inbox.plan(fate));
    return again(exchange, 'inbox');
  });
  app.post('/_emulator/page/faults', (exchange) => {
    controlled.faults.clear();
    return again(exchange, 'faults');
  });
  app.post('/_emulator/page/pushes', async (exchange) => {
    const { id, answer } = await parsed(exchange, pushForm);
    const answered = tenant.pushes[answer](id);
    if (answered === undefined) throw new OAuthError(404, 'not_found', 'Nobody waits for this.');
    return again(exchange, 'inbox');
  });
}

/** What the script puts in the place of an older one. */
function registerParts(app: Hono<Env>, controlled: Controlled): void {
  const parts = { users: usersPart, inbox: inboxPart, faults: faultsPart, journal: journalPart };
  for (const [name, part] of Object.entries(parts)) {
    app.get(`/_emulator/page/${name}`, (exchange) =>
      exchange.html(part(controlled, exchange.req.query())),
    );
  }
}

function again(exchange: Exchange, section: string): Response {
  return exchange.redirect(`/_emulator/#${section}`, 303);
}

/** `/_emulator/…` as a whole: who may, and what there is. */
import type { Hono } from 'hono';
import type { Env } from '../http/exchange.ts';
import { registerControlApi } from './api.ts';
import type { Controlled } from './controlled.ts';
import { controlGuard } from './guard.ts';
import type { Neighbours } from './neighbours.ts';
import { registerControlPage } from './page.ts';
import { registerPushControl } from './pushes.ts';
import { registerTenants, type Shared } from './tenants.ts';

interface ControlParts extends Controlled {
  readonly options: Shared;
  readonly neighbours: Neighbours | undefined;
}

export function registerControl(app: Hono<Env>, parts: ControlParts): void {
  const { neighbours } = parts;
  const { controlToken, tls, seed } = parts.options;
  for (const path of ['/_emulator', '/_emulator/*']) app.use(path, controlGuard(controlToken));
  registerControlApi(app, parts);
  registerPushControl(app, parts.tenant);
  registerControlPage(app, parts);
  if (neighbours === undefined) return;
  registerTenants(app, neighbours, {
    control: true,
    ...(controlToken !== undefined && { controlToken }),
    ...(tls !== undefined && { tls }),
    ...(seed !== undefined && { seed }),
  });
}

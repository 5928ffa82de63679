/** `/_emulator/…` as a whole: who may, and what there is. */
import type { Hono } from 'hono';
import { registerControlApi } from './control-api.ts';
import { controlGuard } from './control-guard.ts';
import { registerControlPage } from './control-page.ts';
import { registerTenants } from './control-tenants.ts';
import type { Controlled } from './controlled.ts';
import type { EmulatorOptions } from './emulator.ts';
import type { Env } from './http/exchange.ts';
import { registerPushControl } from './push-control.ts';
import type { Neighbours } from './tenants.ts';

export interface ControlParts extends Controlled {
  readonly options: EmulatorOptions;
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

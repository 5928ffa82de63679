/** `/_emulator/tenants`: the tenants of this process, told and changed by any of them. */
import type { HttpBindings } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Env } from '../http/exchange.ts';
import { codeOf } from '../http/node-error.ts';
import { invalidRequest, OAuthError } from '../http/oauth-error.ts';
import { addedTenantSchema, tenantOptions } from '../tenant/description.ts';
import { parsed } from './api.ts';
import { type Neighbour, type Neighbours, type Serving, TenantError } from './neighbours.ts';

/** What a tenant that is added has in common with the one that was asked. */
export type Shared = Serving & { readonly seed?: string };

export function registerTenants(app: Hono<Env>, neighbours: Neighbours, shared: Shared): void {
  app.get('/_emulator/tenants', (exchange) =>
    exchange.json([...neighbours.running].map(([name, tenant]) => shown(name, tenant))),
  );
  app.post('/_emulator/tenants', async (exchange) => {
    const { name, ...tenant } = await parsed(exchange, addedTenantSchema);
    try {
      const { seed } = shared;
      const own = seed === undefined ? {} : { seed: `${seed} ${name}` };
      const added = await neighbours.add({ name, ...shared, ...own, ...tenantOptions(tenant) });
      return exchange.json(shown(name, added), 201);
    } catch (error) {
      if (error instanceof TenantError) throw new OAuthError(409, 'conflict', error.message);
      if (isPortTaken(error)) throw new OAuthError(409, 'conflict', 'The port is in use.');
      throw error;
    }
  });
  app.delete('/_emulator/tenants/:name', async (exchange) => {
    const name = exchange.req.param('name');
    const asked = neighbours.running.get(name);
    if (asked === undefined) throw new OAuthError(404, 'not_found', 'No such tenant.');
    // It would cut the connection that this request came on.
    if (asked.port === (exchange.env as HttpBindings).incoming.socket.localPort) {
      throw invalidRequest('A tenant does not end itself: ask another one, or stop the emulator.');
    }
    await neighbours.remove(name);
    return exchange.body(null, 204);
  });
}

function shown(name: string, { issuer, domain, audience, port }: Neighbour) {
  return { name, issuer, domain, audience, port };
}

function isPortTaken(error: unknown): boolean {
  return ['EADDRINUSE', 'EACCES'].includes(codeOf(error) ?? '');
}

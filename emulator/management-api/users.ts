/** `/api/v2/users/{id}/…`: what a support person and a clean-up need of a user. */
import type { Hono } from 'hono';
import type { Env, Exchange } from '../http/exchange.ts';
import { deviceOf } from '../tenant/authenticator.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { User } from '../tenant/user.ts';
import type { Allowed } from './access.ts';
import {
  confirmed,
  type Device,
  devices,
  enrollment,
  method,
  unenroll,
  unenrollAll,
} from './authentication-methods.ts';
import { ManagementError } from './management-error.ts';
import { paged, pageOf } from './paging.ts';

const METHODS = '/users/:id/authentication-methods';

export class ManagementUsers {
  readonly #tenant: Tenant;
  readonly #allowed: Allowed;

  constructor(tenant: Tenant, allowed: Allowed) {
    this.#tenant = tenant;
    this.#allowed = allowed;
  }

  register(app: Hono<Env>): void {
    const read = this.#allowed('read:authentication_methods');
    const remove = this.#allowed('delete:authentication_methods');
    app.get(METHODS, read, (exchange) => {
      const user = this.#user(exchange);
      const shown = this.#shown(user).map((device) => method(device, user));
      return exchange.json(paged(shown, pageOf(exchange), 'authenticators'));
    });
    app.get(`${METHODS}/:method`, read, (exchange) => {
      const user = this.#user(exchange);
      const wanted = exchange.req.param('method');
      const found = this.#shown(user).find((device) => named(device, user, wanted));
      if (found === undefined) throw methodNotFound();
      return exchange.json(method(found, user));
    });
    app.delete(METHODS, remove, (exchange) => this.#removeAll(exchange));
    app.delete(`${METHODS}/:method`, remove, (exchange) => {
      const user = this.#user(exchange);
      const wanted = exchange.req.param('method');
      // Unconfirmed ones too, whether or not they are listed: their ids are known from the MFA API.
      const found = devices(user).find((device) => named(device, user, wanted));
      if (found === undefined) throw methodNotFound();
      unenroll(this.#tenant, user, found.id);
      exchange.get('noted').effect = 'authenticator-deleted';
      return exchange.body(null, 204);
    });
    app.delete(
      '/users/:id/authenticators',
      this.#allowed('delete:guardian_enrollments'),
      (exchange) => this.#removeAll(exchange),
    );
    app.get('/users/:id/enrollments', this.#allowed('read:users'), (exchange) => {
      const user = this.#user(exchange);
      return exchange.json(devices(user).flatMap((device) => enrollment(device) ?? []));
    });
    app.post('/users/:id/recovery-code-regeneration', this.#allowed('update:users'), (exchange) => {
      const user = this.#user(exchange);
      return exchange.json({ recovery_code: this.#tenant.regenerateRecoveryCode(user) });
    });
  }

  #user(exchange: Exchange): User {
    const user = this.#tenant.users.get(exchange.req.param('id') ?? '');
    if (user === undefined) {
      throw new ManagementError(404, 'The user does not exist.', 'inexistent_user');
    }
    exchange.get('noted').userId = user.userId;
    return user;
  }

  #shown(user: User): readonly Device[] {
    const { managementListsUnconfirmed } = this.#tenant.settings;
    return devices(user).filter((device) => managementListsUnconfirmed || confirmed(device));
  }

  #removeAll(exchange: Exchange): Response {
    unenrollAll(this.#tenant, this.#user(exchange));
    exchange.get('noted').effect = 'authenticator-deleted';
    return exchange.body(null, 204);
  }
}

/** By the method's own id, or by that of an entry in it: `phone|dev_X`, `sms|dev_X`. */
function named(device: Device, user: User, id: string | undefined): boolean {
  if (id === undefined || deviceOf({ id }) !== device.id) return false;
  return method(device, user)['id'] === id || device.entries.some((entry) => entry.id === id);
}

function methodNotFound(): ManagementError {
  const message = 'The authentication method does not exist.';
  return new ManagementError(404, message, 'inexistent_authentication_method');
}

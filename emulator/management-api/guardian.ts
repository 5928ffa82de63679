/** `/api/v2/guardian/…`: factors, how texts go out, policies, and enrollments by their id. */
import type { Hono } from 'hono';
import { z } from 'zod';
import { type Env, type Exchange, fields } from '../http/exchange.ts';
import {
  type FactorName,
  factorOn,
  FACTORS,
  MESSAGE_TYPES,
  MFA_POLICIES,
  PHONE_PROVIDERS,
  withFactor,
} from '../tenant/guardian.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { User } from '../tenant/user.ts';
import type { Allowed } from './access.ts';
import { type Device, devices, enrollment, unenroll } from './authentication-methods.ts';
import { invalidBody, ManagementError } from './management-error.ts';

const enabledSchema = z.strictObject({ enabled: z.boolean() });
const messageTypesSchema = z.strictObject({
  message_types: z.array(z.enum(MESSAGE_TYPES)).max(MESSAGE_TYPES.length),
});
const providerSchema = z.strictObject({ provider: z.enum(PHONE_PROVIDERS) });
const policiesSchema = z.array(z.enum(MFA_POLICIES)).max(MFA_POLICIES.length);

export class ManagementGuardian {
  readonly #tenant: Tenant;
  readonly #allowed: Allowed;

  constructor(tenant: Tenant, allowed: Allowed) {
    this.#tenant = tenant;
    this.#allowed = allowed;
  }

  register(app: Hono<Env>): void {
    const read = this.#allowed('read:guardian_factors');
    const update = this.#allowed('update:guardian_factors');
    app.get('/guardian/factors', read, (exchange) => {
      const { settings } = this.#tenant;
      return exchange.json(
        FACTORS.map((name) => ({ name, enabled: factorOn(settings, name), trial_expired: false })),
      );
    });
    app.get('/guardian/factors/phone/message-types', read, (exchange) =>
      exchange.json({ message_types: this.#tenant.settings.messageTypes }),
    );
    app.put('/guardian/factors/phone/message-types', update, async (exchange) => {
      const { message_types: messageTypes } = await body(exchange, messageTypesSchema);
      this.#tenant.configure({ messageTypes });
      return exchange.json({ message_types: messageTypes });
    });
    // `sms` is the older name of the same setting; the SDK knows both.
    for (const path of ['phone', 'sms'].map(
      (name) => `/guardian/factors/${name}/selected-provider`,
    )) {
      app.get(path, read, (exchange) =>
        exchange.json({ provider: this.#tenant.settings.phoneProvider }),
      );
      app.put(path, update, async (exchange) => {
        const { provider } = await body(exchange, providerSchema);
        this.#tenant.configure({ phoneProvider: provider });
        return exchange.json({ provider });
      });
    }
    app.put('/guardian/factors/:name', update, (exchange) => this.#switch(exchange));
    app.get('/guardian/policies', this.#allowed('read:mfa_policies'), (exchange) =>
      exchange.json(this.#tenant.settings.mfaPolicies),
    );
    app.put('/guardian/policies', this.#allowed('update:mfa_policies'), async (exchange) => {
      const mfaPolicies = checked(policiesSchema, await json(exchange));
      this.#tenant.configure({ mfaPolicies });
      return exchange.json(mfaPolicies);
    });
    app.get('/guardian/enrollments/:id', this.#allowed('read:guardian_enrollments'), (exchange) =>
      exchange.json(this.#enrollment(exchange).shown),
    );
    app.delete(
      '/guardian/enrollments/:id',
      this.#allowed('delete:guardian_enrollments'),
      (exchange) => {
        const { user, device } = this.#enrollment(exchange);
        unenroll(this.#tenant, user, device.id);
        const noted = exchange.get('noted');
        noted.userId = user.userId;
        noted.effect = 'authenticator-deleted';
        return exchange.body(null, 204);
      },
    );
  }

  async #switch(exchange: Exchange): Promise<Response> {
    const asked = exchange.req.param('name') ?? '';
    const name = FACTORS.find((factor: FactorName) => factor === asked);
    if (name === undefined) {
      const allowed = FACTORS.join(', ');
      const message = `Path validation error: 'No enum match, expected one of: ${allowed}' on property name (The name of the factor).`;
      throw new ManagementError(400, message, 'invalid_uri');
    }
    const { enabled } = await body(exchange, enabledSchema);
    this.#tenant.configure(withFactor(this.#tenant.settings, name, enabled));
    return exchange.json({ enabled });
  }

  #enrollment(exchange: Exchange): { user: User; device: Device; shown: object } {
    const id = exchange.req.param('id');
    for (const user of this.#tenant.users.values()) {
      const device = devices(user).find((entry) => entry.id === id);
      const legacy = device === undefined ? undefined : enrollment(device);
      if (device === undefined || legacy === undefined) continue;
      const { type: _type, auth_method: _authMethod, ...shown } = legacy;
      return { user, device, shown };
    }
    throw new ManagementError(404, 'Enrollment not found', 'enrollment_not_found');
  }
}

async function body<T>(exchange: Exchange, schema: z.ZodType<T>): Promise<T> {
  return checked(schema, Object.fromEntries(await fields(exchange)));
}

/** Policies are a bare array, which no other body of the tenant is. */
async function json(exchange: Exchange): Promise<unknown> {
  try {
    return JSON.parse(await exchange.req.text()) as unknown;
  } catch {
    throw invalidBody('Request body is not JSON');
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where =
    issue === undefined || issue.path.length === 0 ? '' : ` on property ${issue.path.join('.')}`;
  throw invalidBody(`${issue?.message ?? 'invalid'}${where}`);
}

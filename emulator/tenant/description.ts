/** A tenant as JSON: what a configuration file has for each, and the control API takes of a further one. */
import { z } from 'zod';
import { ISSUER_RULE, isIssuer } from '../http/issuer.ts';
import { clientSchema, defined, settingsSchema, text, userSchema } from './schemas.ts';
import type { TenantBeginnings } from './tenant-start.ts';

const USERS_MAX = 100_000;
const CLIENTS_MAX = 1_000;

const issuer = z.string().refine(isIssuer, ISSUER_RULE);

export const tenantShape = {
  port: z.int().min(0).max(65_535).optional(),
  issuer: issuer.optional(),
  seed: text.optional(),
  state: text.optional(),
  settings: settingsSchema.optional(),
  clients: z.array(clientSchema).max(CLIENTS_MAX).optional(),
  users: z.array(userSchema).max(USERS_MAX).optional(),
};

export const tenantName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 lower case letters, digits and hyphens');

/** Of a tenant that the control API adds: it may not name files. */
export const addedTenantSchema = z
  .strictObject({ name: tenantName, ...tenantShape })
  .omit({ state: true });

export interface TenantDescription extends Omit<TenantBeginnings, 'signingKey' | 'now'> {
  readonly port?: number;
  readonly issuer?: string;
}

type DescribedTenant = z.infer<typeof addedTenantSchema> & { readonly state?: string | undefined };

/** Without a file there is nothing to resolve a path against, and none may be given. */
export function tenantOptions(
  { settings, clients, users, state, ...rest }: Omit<DescribedTenant, 'name'>,
  fileOf: (file: string) => string = (file) => file,
): TenantDescription {
  return defined({
    ...rest,
    stateFile: state && fileOf(state),
    settings: settings && defined(settings),
    clients: clients?.map(defined),
    users: users?.map(defined),
  });
}

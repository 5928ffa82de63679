/** `--config FILE`: JSON, relative paths in it counted from its folder. README.md shows one. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { Serving } from './control/neighbours.ts';
import { messageOf } from './http/node-error.ts';
import {
  type TenantDescription,
  tenantName,
  tenantOptions,
  tenantShape,
} from './tenant/description.ts';
import { defined, text } from './tenant/schemas.ts';
import { type TenantOptions, TENANTS_MAX } from './tenants.ts';

export const CONTROL_TOKEN_LENGTH_MIN = 16;

const configSchema = z.strictObject({
  ...tenantShape,
  control: z.boolean().optional(),
  controlToken: z.string().min(CONTROL_TOKEN_LENGTH_MIN).max(200).optional(),
  tls: z
    .union([
      z.boolean(),
      z.strictObject({ folder: text }),
      z.strictObject({ keyFile: text, certFile: text }),
    ])
    .optional(),
  tenants: z
    .array(z.strictObject({ name: tenantName, ...tenantShape }))
    .max(TENANTS_MAX)
    .optional(),
});

/** Its message names the file, the field, the rule and the way out. */
class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export interface Config {
  /** For every tenant. */
  readonly shared: Serving;
  /** What stands at the top of the file. */
  readonly first: TenantDescription;
  readonly further: readonly TenantOptions[];
}

export function readConfig(path: string): Config {
  const config = configSchema.safeParse(jsonOf(path));
  if (!config.success) throw new ConfigError(refusal(path, config.error));
  const { control, controlToken, tls, tenants = [], ...first } = config.data;
  const folder = dirname(path);
  const fileOf = (file: string) => resolve(folder, file);
  return {
    shared: defined({ control, controlToken, tls: tls && tlsOptions(tls, fileOf) }),
    first: tenantOptions(first, fileOf),
    further: tenants.map(({ name, ...tenant }) => ({ name, ...tenantOptions(tenant, fileOf) })),
  };
}

type TlsConfig = NonNullable<z.infer<typeof configSchema>['tls']>;

function tlsOptions(tls: TlsConfig, fileOf: (file: string) => string) {
  if (typeof tls === 'boolean') return tls;
  if ('folder' in tls) return { folder: fileOf(tls.folder) };
  return { keyFile: fileOf(tls.keyFile), certFile: fileOf(tls.certFile) };
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = messageOf(error);
    throw new ConfigError(
      `${path}: ${why}\nGive --config the path of a JSON file; README.md shows one.`,
    );
  }
}

function refusal(path: string, { issues }: z.ZodError): string {
  const lines = issues.map((issue) => {
    const field = z.core.toDotPath(issue.path);
    return `  ${field === '' ? 'the file' : field}: ${issue.message}`;
  });
  return [
    `${path} is not a configuration:`,
    ...lines,
    'Correct these fields; README.md lists those that there are.',
  ].join('\n');
}

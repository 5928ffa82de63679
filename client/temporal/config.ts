import { loadClientConnectConfig } from '@temporalio/envconfig';

export const TEMPORAL_ADDRESS_DEFAULT = '127.0.0.1:7233';
export const TEMPORAL_NAMESPACE_DEFAULT = 'default';

type Loaded = ReturnType<typeof loadClientConnectConfig>['connectionOptions'];

/** Where Temporal is and how to get in; fits both `Connection` and `NativeConnection`. */
export interface TemporalConfig {
  /** `host:port` */
  readonly address: string;
  readonly namespace: string;
  readonly connectionOptions: {
    readonly address: string;
    readonly tls?: NonNullable<Loaded['tls']>;
    readonly apiKey?: string;
    readonly metadata?: Record<string, string>;
  };
}

/** What is wrong with a setting, by which rule, and what to do. Holds no secret. */
export class TemporalConfigError extends Error {
  override readonly name = 'TemporalConfigError';
}

/**
 * Reads Temporal's standard client configuration: the variables `TEMPORAL_ADDRESS`,
 * `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS…` and, below them, the profile in
 * `TEMPORAL_CONFIG_FILE` (Temporal documentation, "Environment configuration").
 *
 * @throws TemporalConfigError for a file that cannot be read, or an address without a port.
 */
export function resolveTemporalConfig(env: NodeJS.ProcessEnv = process.env): TemporalConfig {
  const { connectionOptions, namespace } = load(env);
  const address = connectionOptions.address ?? TEMPORAL_ADDRESS_DEFAULT;
  if (!/^(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/.test(address)) {
    throw new TemporalConfigError(
      `TEMPORAL_ADDRESS must be host:port without a scheme; set it like ${TEMPORAL_ADDRESS_DEFAULT}.`,
    );
  }
  const { tls, apiKey, metadata } = connectionOptions;
  return {
    address,
    namespace: namespace ?? TEMPORAL_NAMESPACE_DEFAULT,
    connectionOptions: {
      address,
      ...(tls === undefined || tls === null ? {} : { tls }),
      ...(typeof apiKey === 'string' ? { apiKey } : {}),
      ...(metadata === undefined ? {} : { metadata: textOnly(metadata) }),
    },
  };
}

function load(env: NodeJS.ProcessEnv): ReturnType<typeof loadClientConnectConfig> {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  try {
    return loadClientConnectConfig({ overrideEnvVars });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new TemporalConfigError(
      `Temporal's configuration cannot be read: ${cause.split('\n', 1)[0] ?? ''} ` +
        'Check TEMPORAL_CONFIG_FILE, TEMPORAL_PROFILE and the paths in TEMPORAL_TLS_….',
    );
  }
}

function textOnly(metadata: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}

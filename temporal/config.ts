import { loadClientConnectConfig } from '@temporalio/envconfig';
import { EnrollmentError } from './enrollment-error.ts';

export const TEMPORAL_ADDRESS_DEFAULT = '127.0.0.1:7233';
export const TEMPORAL_NAMESPACE_DEFAULT = 'default';

/** A host's name may have `_`, as a container's, and a dot at its end, as in a cluster. */
const ADDRESS = /^(\[[0-9A-Fa-f:.]+\]|\w([\w-]*\w)?(\.\w([\w-]*\w)?)*\.?):[1-9][0-9]{0,4}$/;
/** 253 of a host's name (RFC 1035, section 2.3.4), a dot, a colon and a port. */
const ADDRESS_CHARACTERS_MAX = 260;

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
  /** Absent where payloads are not encrypted. */
  readonly encryption?: EncryptionConfig;
}

export interface EncryptionConfig {
  /** The keyring; `npm run -s mfa -- keys new` makes one. */
  readonly keysFile: string;
  readonly refusePlaintext: boolean;
}

/** What this file reads beside Temporal's own variables. */
export const ENCRYPTION_VARIABLES = ['MFA_PAYLOAD_KEYS_FILE', 'MFA_REFUSE_PLAINTEXT'] as const;

/** What is wrong with a setting, by which rule, and what to do. Holds no secret. */
export class TemporalConfigError extends EnrollmentError {
  override readonly name = 'TemporalConfigError';
  readonly code = 'temporal-config';
}

/**
 * Reads Temporal's standard client configuration: the variables `TEMPORAL_ADDRESS`,
 * `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS…` and, below them, the profile in
 * `TEMPORAL_CONFIG_FILE` (Temporal documentation, "Environment configuration"); and ours for the
 * encryption of payloads, `MFA_PAYLOAD_KEYS_FILE` and `MFA_REFUSE_PLAINTEXT`.
 *
 * @throws TemporalConfigError for a file that cannot be read, an address without a port, or a switch
 * that is neither `true` nor `false`.
 */
export function resolveTemporalConfig(env: NodeJS.ProcessEnv = process.env): TemporalConfig {
  const { connectionOptions, namespace } = load(env);
  const address = connectionOptions.address ?? TEMPORAL_ADDRESS_DEFAULT;
  if (!isAddress(address)) {
    throw new TemporalConfigError(
      `TEMPORAL_ADDRESS must be host:port without a scheme; set it like ${TEMPORAL_ADDRESS_DEFAULT}.`,
    );
  }
  const { tls, apiKey, metadata } = connectionOptions;
  const encryption = readEncryption(env);
  return {
    address,
    namespace: namespace ?? TEMPORAL_NAMESPACE_DEFAULT,
    connectionOptions: {
      address,
      ...(tls === undefined || tls === null ? {} : { tls }),
      ...(typeof apiKey === 'string' ? { apiKey } : {}),
      ...(metadata === undefined ? {} : { metadata: textOnly(metadata) }),
    },
    ...(encryption === undefined ? {} : { encryption }),
  };
}

/** As a URL, its port is none beyond 65535, and its digits are an address. */
function isAddress(text: string): boolean {
  const isShort = text.length <= ADDRESS_CHARACTERS_MAX;
  return isShort && ADDRESS.test(text) && URL.canParse(`http://${text}`);
}

function readEncryption(env: NodeJS.ProcessEnv): EncryptionConfig | undefined {
  const keysFile = env['MFA_PAYLOAD_KEYS_FILE']?.trim() ?? '';
  const refusePlaintext = env['MFA_REFUSE_PLAINTEXT']?.trim() ?? '';
  if (!['', 'true', 'false'].includes(refusePlaintext)) {
    throw new TemporalConfigError(
      'MFA_REFUSE_PLAINTEXT must be true or false; leave it out for false.',
    );
  }
  if (keysFile !== '') return { keysFile, refusePlaintext: refusePlaintext === 'true' };
  if (refusePlaintext !== 'true') return undefined;
  throw new TemporalConfigError(
    'MFA_REFUSE_PLAINTEXT=true needs MFA_PAYLOAD_KEYS_FILE: without keys everything is plaintext.',
  );
}

function load(env: NodeJS.ProcessEnv): ReturnType<typeof loadClientConnectConfig> {
  // An API key with a line end is no header's value.
  const overrideEnvVars = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value.trim()]],
    ),
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

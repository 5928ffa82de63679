import { Client, Connection } from '@temporalio/client';
import { EnrollmentError, TemporalRefused } from './enrollment-error.ts';
import { resolveTemporalConfig, type TemporalConfig, TemporalConfigError } from './config.ts';
import { openEncryption } from './encryption/encryption-plugin.ts';
import { type GrpcStatus, grpcStatus } from './grpc-status.ts';

/** How long a first connection may take; the SDK tries again within it. */
export const CONNECT_TIMEOUT_MS = 10_000;

/** What the SDK says, in an error without a status, where the time has passed. */
const NOT_IN_TIME = 'Failed to connect before the deadline';

/** Temporal does not answer at the address; the text says where and what to do. */
export class TemporalUnreachableError extends EnrollmentError {
  override readonly name = 'TemporalUnreachableError';
  readonly code = 'temporal-unreachable';

  constructor(address: string, timeoutMs: number, cause: unknown) {
    super(
      `Temporal does not answer at ${address} within ${timeoutMs / 1000} s. Start it ` +
        '(`npm start` runs one locally) or set TEMPORAL_ADDRESS, and TEMPORAL_TLS_… or ' +
        'TEMPORAL_API_KEY where it asks for them.',
      { cause },
    );
  }
}

/**
 * A client of the configured namespace; it encrypts where a keyring is configured. Whoever asks for it
 * closes it: `client.connection.close()`.
 *
 * @throws TemporalConfigError, KeyringError before anything is connected
 * @throws TemporalUnreachableError, TemporalRefused
 */
export async function connectTemporalClient(
  config: TemporalConfig = resolveTemporalConfig(),
  timeoutMs: number = CONNECT_TIMEOUT_MS,
): Promise<Client> {
  const encryption = await openEncryption(config);
  let connection: Connection;
  try {
    connection = await Connection.connect({
      ...config.connectionOptions,
      connectTimeout: timeoutMs,
    });
  } catch (error) {
    throw connectError(config.address, timeoutMs, error);
  }
  return new Client({
    connection,
    namespace: config.namespace,
    plugins: encryption === undefined ? [] : [encryption],
  });
}

function connectError(address: string, timeoutMs: number, error: unknown): EnrollmentError {
  const status = grpcStatus(error);
  const message = error instanceof Error ? error.message : String(error);
  if (status !== undefined && REFUSALS.includes(status.name)) {
    const what = `the connection to ${address}`;
    return new TemporalRefused(what, status.name, status.details, { cause: error });
  }
  if (status !== undefined || message.includes(NOT_IN_TIME)) {
    return new TemporalUnreachableError(address, timeoutMs, error);
  }
  return new TemporalConfigError(
    `The connection to ${address} cannot be made with these settings (${message}). Check ` +
      'TEMPORAL_TLS_… and TEMPORAL_API_KEY.',
    { cause: error },
  );
}

/** Somebody has answered, and will not answer otherwise. */
const REFUSALS: readonly GrpcStatus['name'][] = [
  'PERMISSION_DENIED',
  'UNAUTHENTICATED',
  'INVALID_ARGUMENT',
  'FAILED_PRECONDITION',
];

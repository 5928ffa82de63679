import { Client, Connection } from '@temporalio/client';
import { resolveTemporalConfig, type TemporalConfig } from './config.ts';
import { openEncryption } from './encryption-plugin.ts';

/** How long a first connection may take; the SDK tries again within it. */
export const CONNECT_TIMEOUT_MS = 10_000;

/** Temporal does not answer at the address; the text says where and what to do. */
export class TemporalUnreachableError extends Error {
  override readonly name = 'TemporalUnreachableError';

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
 * @throws TemporalUnreachableError
 * @throws KeyringError
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
    throw new TemporalUnreachableError(config.address, timeoutMs, error);
  }
  return new Client({
    connection,
    namespace: config.namespace,
    plugins: encryption === undefined ? [] : [encryption],
  });
}

import type { Client } from '@temporalio/client';
import { TemporalRefused } from './errors.ts';
import {
  EncryptionRequired,
  EncryptionUnknown,
  isMarkedEncrypted,
} from '../temporal/encryption/namespace-mark.ts';
import { EncryptingCodec } from '../temporal/encryption/payload-codec.ts';
import { callServer } from './temporal-call.ts';

/** A namespace may begin to encrypt under a client that runs; its first worker says so. */
const KNOWN_MS = 60_000;

interface Known {
  readonly until: number;
  readonly inClear: Promise<void>;
}

/** One entry a client: it asks once a minute, however many calls there are. */
const known = new WeakMap<Client, Known>();

/**
 * Before anything personal leaves: a client that cannot encrypt asks the namespace whether its payloads
 * are encrypted. One that can asks nothing.
 *
 * @param what - is not sent where this throws
 * @throws EncryptionRequired, EncryptionUnknown, and the errors of `callTemporal`
 */
export async function requireEncryption(
  client: Client,
  workflowId: string,
  what: string,
): Promise<void> {
  if (encrypts(client)) return;
  const before = known.get(client);
  if (before !== undefined && before.until > performance.now()) return before.inClear;
  const inClear = requirePlaintext(client, workflowId, what);
  const entry = { until: performance.now() + KNOWN_MS, inClear };
  known.set(client, entry);
  try {
    await inClear;
  } catch (error) {
    if (known.get(client) === entry) known.delete(client);
    throw error;
  }
}

function encrypts({ options }: Client): boolean {
  return options.loadedDataConverter.payloadCodecs.some(
    (codec) => codec instanceof EncryptingCodec,
  );
}

async function requirePlaintext(client: Client, workflowId: string, what: string): Promise<void> {
  const { namespace } = client.options;
  try {
    const description = await callServer({ client, workflowId, what }, () =>
      client.workflowService.describeNamespace({ namespace }),
    );
    if (!isMarkedEncrypted(description)) return;
  } catch (error) {
    throw mayNotAsk(error) ? new EncryptionUnknown(namespace, { cause: error }) : error;
  }
  throw new EncryptionRequired(namespace, 'nothing was sent');
}

function mayNotAsk(error: unknown): boolean {
  return (
    error instanceof TemporalRefused &&
    (error.status === 'PERMISSION_DENIED' || error.status === 'UNIMPLEMENTED')
  );
}

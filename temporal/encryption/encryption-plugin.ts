import { fileURLToPath } from 'node:url';
import type { ClientOptions, ClientPlugin } from '@temporalio/client';
import type { DataConverter, PayloadCodec } from '@temporalio/common';
import type { TemporalConfig } from '../config.ts';
import { FileKeyring, type FileKeyringOptions, type PayloadKeys } from './keyring.ts';
import { KeyringError } from './keyring-file.ts';
import { EncryptingCodec } from './payload-codec.ts';

/** Where the failure converter stands that bundle, workers and clients all use. */
export const FAILURE_CONVERTER_PATH = fileURLToPath(
  new URL('./failure-converter.cjs', import.meta.url),
);

export interface EncryptionPluginOptions {
  readonly keys: PayloadKeys;
  /** What every ciphertext is bound to; must be the namespace of the client or worker. */
  readonly namespace: string;
  /** Default `false`. */
  readonly refusePlaintext?: boolean;
}

/** Of a worker or of a replay. Not by the worker's own types: backends have no worker installed. */
interface WithConverter {
  dataConverter?: DataConverter;
}

/**
 * Encrypts what Temporal stores, the same way in clients, workers and replays:
 * `new Client({ connection, namespace, plugins: [plugin] })`, and likewise for the others.
 */
export class EncryptionPlugin implements ClientPlugin {
  readonly name = 'mfa-payload-encryption';
  readonly #options: EncryptionPluginOptions;

  constructor(options: EncryptionPluginOptions) {
    this.#options = options;
  }

  configureClient(options: Omit<ClientOptions, 'plugins'>): Omit<ClientOptions, 'plugins'> {
    return { ...options, dataConverter: this.#converter(options.dataConverter, 'throw') };
  }

  configureWorker<Options extends WithConverter>(options: Options): Options {
    return { ...options, dataConverter: this.#converter(options.dataConverter, 'mark') };
  }

  configureReplayWorker<Options extends WithConverter>(options: Options): Options {
    return { ...options, dataConverter: this.#converter(options.dataConverter, 'mark') };
  }

  /** The codec alone, for a codec server: what it refuses, it throws. */
  codec(): PayloadCodec {
    return new EncryptingCodec(this.#options);
  }

  #converter(before: DataConverter | undefined, refusedMessages: 'throw' | 'mark'): DataConverter {
    const codec = new EncryptingCodec({ ...this.#options, refusedMessages });
    return {
      ...before,
      failureConverterPath: before?.failureConverterPath ?? FAILURE_CONVERTER_PATH,
      payloadCodecs: [...(before?.payloadCodecs ?? []), codec],
    };
  }
}

/**
 * The plugin for this configuration; `undefined` where no keyring is configured: nothing is encrypted.
 *
 * @throws KeyringError
 */
export async function openEncryption(
  { encryption, namespace }: Pick<TemporalConfig, 'encryption' | 'namespace'>,
  options: FileKeyringOptions = {},
): Promise<EncryptionPlugin | undefined> {
  if (encryption === undefined) return undefined;
  const { keysFile, refusePlaintext } = encryption;
  const keys = await openConfiguredKeyring(keysFile, options);
  return new EncryptionPlugin({ keys, namespace, refusePlaintext });
}

/** The keyring that the environment names; what is wrong with it is told of the variable. @throws KeyringError */
export async function openConfiguredKeyring(
  keysFile: string,
  options: FileKeyringOptions = {},
): Promise<FileKeyring> {
  try {
    return await FileKeyring.open(keysFile, options);
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    throw new KeyringError(`MFA_PAYLOAD_KEYS_FILE: ${error.message}`, { cause: error });
  }
}

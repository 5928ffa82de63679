/**
 * How the keyring file holds its keys. This is where a key management service goes: implement it,
 * and hand it to `FileKeyring.open`.
 *
 * What an implementation must keep to:
 * - `unwrap(await wrap(key))` gives the same 32 bytes, in every process that reads the file.
 * - Both are called once per key and change of the file, never per payload: they may take a network
 *   call, and must give up within ten seconds by throwing.
 * - An error's message is shown to operators. It names what to do and holds neither key nor wrapped
 *   key.
 * - Nothing of the key is stored or logged; the caller keeps it in memory.
 */
export interface KeyEnvelope {
  /** Written into the file, and compared on reading: `file`, `aws-kms`, … */
  readonly name: string;
  /** @param key - 32 bytes */
  wrap(key: Uint8Array): Promise<string>;
  /** @throws Error where it was not wrapped by this envelope */
  unwrap(wrapped: string): Promise<Uint8Array>;
}

const KEY_BYTES = 32;

/** Keys in clear, base64url: the file's mode is what protects them. */
export const FILE_ENVELOPE: KeyEnvelope = {
  name: 'file',
  wrap: (key) => Promise.resolve(Buffer.from(key).toString('base64url')),
  unwrap: (wrapped) => {
    const key = Buffer.from(wrapped, 'base64url');
    return key.length === KEY_BYTES && key.toString('base64url') === wrapped
      ? Promise.resolve(key)
      : Promise.reject(new Error(`must be base64url of ${KEY_BYTES} bytes`));
  },
};

/**
 * Whether the payloads of a namespace are encrypted, as the namespace itself says in its data, where
 * every client can read it before it sends anything. Workers with a keyring write it at their start
 * (`worker/namespace-check.ts`). Why there: docs/decisions/0019.
 */
import { EnrollmentError } from '../enrollment-error.ts';

/** The CLI's `--data` takes identifiers alone as keys. */
export const MARK = { key: 'mfa_payloads', encrypted: 'encrypted' } as const;

/** What `describeNamespace` answers, as far as it is read here. */
export interface NamespaceDescription {
  readonly namespaceInfo?: {
    readonly data?: Readonly<Record<string, string>> | null;
  } | null;
}

export function isMarkedEncrypted({ namespaceInfo }: NamespaceDescription): boolean {
  return namespaceInfo?.data?.[MARK.key] === MARK.encrypted;
}

/** The namespace's payloads are encrypted, and this client cannot encrypt. */
export class EncryptionRequired extends EnrollmentError {
  override readonly name = 'EncryptionRequired';
  readonly code = 'encryption-required';
  readonly namespace: string;

  constructor(namespace: string, what: string) {
    super(
      `Payloads in namespace ${namespace} are encrypted and this client has no keyring, so ${what}. ` +
        'Set MFA_PAYLOAD_KEYS_FILE to the keyring of its workers (`npm start` prints which), or give a ' +
        'Client of your own the plugin of openEncryption().',
    );
    this.namespace = namespace;
  }
}

/** These credentials may not ask whether payloads are encrypted, and this client cannot encrypt. */
export class EncryptionUnknown extends EnrollmentError {
  override readonly name = 'EncryptionUnknown';
  readonly code = 'encryption-unknown';
  readonly namespace: string;

  constructor(namespace: string, options?: ErrorOptions) {
    super(
      `Nothing was sent: these credentials may not describe namespace ${namespace}, which says whether ` +
        'its payloads are encrypted. Set MFA_PAYLOAD_KEYS_FILE where they are; where they are not, ' +
        'allow these credentials to describe it, or construct the client with allowPlaintext: true.',
      options,
    );
    this.namespace = namespace;
  }
}

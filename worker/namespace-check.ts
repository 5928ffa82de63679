import type { NativeConnection } from '@temporalio/worker';
import { SearchAttributeType } from '@temporalio/common';
import {
  isMarkedEncrypted,
  MARK,
  type NamespaceDescription,
} from '../temporal/encryption/namespace-mark.ts';
import { SEARCH_ATTRIBUTES } from '../workflows/contract/search-attributes.ts';

interface IndexedType {
  /** Temporal's `IndexedValueType`. */
  readonly value: number;
  /** As its CLI calls it. */
  readonly name: string;
}

/** Those that this service uses. */
const INDEXED_TYPES: Partial<Record<SearchAttributeType, IndexedType>> = {
  [SearchAttributeType.KEYWORD]: { value: 2, name: 'Keyword' },
  [SearchAttributeType.INT]: { value: 3, name: 'Int' },
  [SearchAttributeType.DATETIME]: { value: 6, name: 'Datetime' },
};

const CHECK_TIMEOUT_MS = 10_000;

/** The namespace lacks search attributes; the text holds the command that creates them. */
export class SearchAttributesMissingError extends Error {
  override readonly name = 'SearchAttributesMissingError';
  readonly missing: readonly string[];

  constructor(missing: readonly string[], namespace: string, address: string) {
    const flags = SEARCH_ATTRIBUTES.filter(({ name }) => missing.includes(name))
      .map(({ name, type }) => `--name ${name} --type ${INDEXED_TYPES[type]?.name ?? ''}`)
      .join(' ');
    super(
      `Namespace ${namespace} lacks the search attribute${missing.length === 1 ? '' : 's'} ` +
        `${missing.join(', ')}; without them no enrollment could start. Create them once with:\n` +
        `  temporal operator search-attribute create --address ${address} ` +
        `--namespace ${namespace} ${flags}`,
    );
    this.missing = missing;
  }
}

/** The namespace does not exist; the text holds the command that creates it. */
export class NamespaceMissingError extends Error {
  override readonly name = 'NamespaceMissingError';

  constructor(namespace: string, address: string) {
    super(
      `Temporal at ${address} has no namespace ${namespace}. Check TEMPORAL_NAMESPACE, or create ` +
        `it with:\n  temporal operator namespace create --address ${address} ` +
        `--namespace ${namespace}`,
    );
  }
}

/** gRPC status codes (gRPC documentation, "Status codes and their use"). */
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const UNIMPLEMENTED = 12;

/**
 * Refuses a namespace in which enrollments could only fail: a workflow that sets an unknown search
 * attribute fails its task, again and again, and nobody sees why.
 *
 * @returns `not-permitted` where the credentials may not list them, which only an operator may mend.
 * @throws NamespaceMissingError
 * @throws SearchAttributesMissingError
 */
export async function requireSearchAttributes(
  connection: NativeConnection,
  namespace: string,
  address: string,
): Promise<'present' | 'not-permitted'> {
  let registered: Record<string, number>;
  try {
    const response = await connection.withDeadline(Date.now() + CHECK_TIMEOUT_MS, () =>
      connection.operatorService.listSearchAttributes({ namespace }),
    );
    registered = response.customAttributes;
  } catch (error) {
    const code = grpcCode(error);
    if (code === PERMISSION_DENIED || code === UNIMPLEMENTED) return 'not-permitted';
    if (code === NOT_FOUND) throw new NamespaceMissingError(namespace, address);
    throw error;
  }
  const missing = SEARCH_ATTRIBUTES.filter(
    ({ name, type }) => registered[name] !== INDEXED_TYPES[type]?.value,
  ).map(({ name }) => name);
  if (missing.length > 0) throw new SearchAttributesMissingError(missing, namespace, address);
  return 'present';
}

/** Of Temporal's own, what is needed to mark a namespace. */
interface NamespaceService {
  describeNamespace(request: { namespace: string }): Promise<NamespaceDescription>;
  updateNamespace(request: {
    namespace: string;
    updateInfo: { data: Record<string, string> };
  }): Promise<unknown>;
}

/**
 * Has the namespace say that its payloads are encrypted, so that clients without a keyring send nothing.
 * A worker runs without that, too: only an administrator may change a namespace on many servers.
 *
 * @returns what an administrator has to do where it could not be said
 */
export async function markEncrypted(
  service: NamespaceService,
  namespace: string,
): Promise<string | undefined> {
  const isMarked = async (): Promise<boolean> =>
    isMarkedEncrypted(await service.describeNamespace({ namespace }));
  try {
    if (await isMarked()) return undefined;
    await service.updateNamespace({
      namespace,
      updateInfo: { data: { [MARK.key]: MARK.encrypted } },
    });
    return undefined;
  } catch {
    // Of two workers that say it at once, one may be told that the other was faster.
    if (await isMarked().catch(() => false)) return undefined;
    return (
      `temporal operator namespace update --namespace ${namespace} ` +
      `--data ${MARK.key}=${MARK.encrypted}`
    );
  }
}

function grpcCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

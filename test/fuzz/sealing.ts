/** Ciphertexts with something wrong with them, or with what is in them. */
import fc from 'fast-check';
import type { Payload } from '@temporalio/common';
import { EncryptionPlugin } from '../../temporal/encryption/encryption-plugin.ts';
import { payloadKeys, type TestKeys } from '../support/payload-keys.ts';

export interface RawPayload {
  readonly encoding: string;
  readonly data: Uint8Array;
}

export type Way = 'signal' | 'update' | 'query' | 'start';

const KEY_ID = 'encryption-key-id';

const SPOILINGS = [
  'nothing',
  'bound to the namespace alone',
  'within another',
  'flipped',
  'cut',
  'metadata flipped',
  'metadata missing',
  'another key under our name',
  'a key that nobody knows',
  'of another run',
  'of another namespace',
] as const;
type Spoiling = (typeof SPOILINGS)[number];

/** What is encrypted, and what is done to it then. */
export interface Spoiled {
  readonly spoiling: Spoiling;
  readonly content: RawPayload;
  /** Where, modulo the length. */
  readonly at: number;
  readonly bit: number;
}

export function spoiled(content: fc.Arbitrary<RawPayload>): fc.Arbitrary<Spoiled> {
  return fc.record({
    spoiling: fc.constantFrom(...SPOILINGS),
    content,
    at: fc.nat(),
    bit: fc.nat({ max: 7 }),
  });
}

export interface Sealing extends AsyncDisposable {
  /** Of the worker. */
  readonly keys: TestKeys;
  seal(spoiled: Spoiled, workflowId: string, way: Way): Promise<Payload>;
}

/** Keys of the worker and of a stranger. */
export async function sealing(namespace: string): Promise<Sealing> {
  const keys = await payloadKeys({ namespace });
  const unknown = await payloadKeys({ namespace });
  const elsewhere = new EncryptionPlugin({ keys: keys.keyring, namespace: `${namespace}-2` });
  const sealed = async ({ plugin }: { plugin: EncryptionPlugin }, plain: Payload, id?: string) => {
    const context =
      id === undefined ? undefined : ({ type: 'workflow', namespace, workflowId: id } as const);
    const [payload = {}] = await plugin.codec().encode([plain], context);
    return payload;
  };
  return {
    keys,
    seal: async ({ spoiling, content, at, bit }, workflowId, way) => {
      const plain = { metadata: { encoding: Buffer.from(content.encoding) }, data: content.data };
      const own = () => sealed(keys, plain, workflowId);
      const underOurName = async () => {
        const theirs = await sealed(unknown, plain, workflowId);
        return { ...theirs, metadata: { ...theirs.metadata, [KEY_ID]: Buffer.from(keys.kid) } };
      };
      switch (spoiling) {
        case 'nothing':
          return own();
        case 'bound to the namespace alone':
          return sealed(keys, plain);
        case 'within another':
          return sealed(keys, await own(), workflowId);
        case 'flipped':
          return withData(await own(), (data) => flipped(data, at, bit));
        case 'cut':
          return withData(await own(), (data) => data.subarray(0, at % data.length));
        case 'metadata flipped':
          return withField(await own(), at, (value) => flipped(value, at, bit));
        case 'metadata missing':
          return withField(await own(), at, () => undefined);
        case 'another key under our name':
          return underOurName();
        case 'a key that nobody knows':
          // A signal or a start is kept until its key comes, so there is nothing to be seen of it here.
          return way === 'update' || way === 'query'
            ? sealed(unknown, plain, workflowId)
            : underOurName();
        case 'of another run':
          return sealed(keys, plain, `${workflowId}x`);
        case 'of another namespace':
          return sealed({ plugin: elsewhere }, plain, workflowId);
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const each of [keys, unknown]) await each[Symbol.asyncDispose]();
    },
  };
}

function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const changed = Buffer.from(bytes);
  const place = at % changed.length;
  changed.writeUInt8(changed.readUInt8(place) ^ (1 << bit), place);
  return changed;
}

function withData(payload: Payload, change: (data: Uint8Array) => Uint8Array): Payload {
  return { ...payload, data: change(payload.data ?? new Uint8Array()) };
}

/** Any but the key's id: changed, it would be the name of a key that nobody knows. */
function withField(
  payload: Payload,
  at: number,
  change: (value: Uint8Array) => Uint8Array | undefined,
): Payload {
  const fields = Object.entries(payload.metadata ?? {});
  const others = fields.filter(([name]) => name !== KEY_ID);
  const chosen = others[at % others.length]?.[0];
  const metadata: Record<string, Uint8Array> = {};
  for (const [name, value] of fields) {
    const kept = name === chosen ? change(value) : value;
    if (kept !== undefined) metadata[name] = kept;
  }
  return { ...payload, metadata };
}

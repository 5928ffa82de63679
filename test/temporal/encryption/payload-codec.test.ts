import { describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import {
  type EncryptingCodecOptions,
  EncryptingCodec,
  PLAIN_CODEC,
} from '../../../temporal/encryption/payload-codec.ts';
import { payloadKeys } from '../../support/payload-keys.ts';
import { fieldOf } from '../../support/raw-history.ts';

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;
const NAMESPACE = 'default';
const OURS = { type: 'workflow', namespace: NAMESPACE, workflowId: 'enroll-mfa/a/b' } as const;
const OTHERS = { ...OURS, workflowId: 'enroll-mfa/a/c' } as const;
const ACTIVITY = { ...OURS, type: 'activity', isLocal: false } as const;
const CODE = defaultPayloadConverter.toPayload('123456');

async function bench(options: Omit<Partial<EncryptingCodecOptions>, 'keys'> = {}) {
  const keys = await payloadKeys();
  const codec = new EncryptingCodec({ keys: keys.keyring, namespace: NAMESPACE, ...options });
  const encrypted = async (context?: typeof OURS): Promise<Payload> =>
    only(await codec.encode([CODE], context));
  return { codec, encrypted, keys, [Symbol.asyncDispose]: () => keys[Symbol.asyncDispose]() };
}

function only(payloads: readonly Payload[]): Payload {
  const [payload, ...more] = payloads;
  if (payload === undefined || more.length > 0) throw new Error('One payload was expected.');
  return payload;
}

function flipped(payload: Payload, byte: number): Payload {
  const data = Buffer.from(payload.data ?? []);
  const at = byte < 0 ? data.length + byte : byte;
  data.writeUInt8(data.readUInt8(at) ^ 1, at);
  return { ...payload, data };
}

function withField(payload: Payload, name: string, value: string): Payload {
  return { ...payload, metadata: { ...payload.metadata, [name]: Buffer.from(value) } };
}

function withoutField(payload: Payload, name: string): Payload {
  const metadata = Object.entries(payload.metadata ?? {}).filter(([field]) => field !== name);
  return { ...payload, metadata: Object.fromEntries(metadata) };
}

describe('the payload codec', () => {
  it('gives back what it encrypted, the payload’s own metadata included', async () => {
    await using one = await bench();
    const encrypted = await one.encrypted(OURS);
    expect(Buffer.from(encrypted.data ?? []).includes('123456')).toBe(false);
    expect(fieldOf(encrypted, 'encoding')).toBe('binary/encrypted');
    const decoded = only(await one.codec.decode([encrypted], OURS));
    expect(fieldOf(decoded, 'encoding')).toBe('json/plain');
    expect(defaultPayloadConverter.fromPayload(decoded)).toBe('123456');
    // What an activity got is read by the run, and the other way round.
    expect(await one.codec.decode([encrypted], ACTIVITY)).toHaveLength(1);
  });

  it('never encrypts twice to the same bytes', async () => {
    await using one = await bench();
    const [first, second] = await one.codec.encode([CODE, CODE], OURS);
    expect(Buffer.from(first?.data ?? []).equals(Buffer.from(second?.data ?? []))).toBe(false);
    const nonces = [first, second].map((payload) =>
      Buffer.from(payload?.data ?? []).subarray(0, 12),
    );
    expect(nonces[0]?.equals(nonces[1] ?? Buffer.alloc(0))).toBe(false);
  });

  it('passes on what others have encoded', async () => {
    await using one = await bench();
    const plain = [CODE, withField(CODE, 'encoding', 'binary/zlib')];
    expect(await one.codec.decode(plain, OURS)).toEqual(plain);
  });

  it('refuses everything that is not encrypted where it is told to', async () => {
    await using one = await bench({ refusePlaintext: true });
    for (const payload of [CODE, withField(CODE, 'encoding', 'binary/zlib'), {}]) {
      await expect(one.codec.decode([payload], OURS)).rejects.toMatchObject({
        refusal: 'plaintext',
      });
    }
    expect(await one.codec.decode([await one.encrypted(OURS)], OURS)).toHaveLength(1);
  });

  it.each([
    ['nonce', 0],
    ['ciphertext', 14],
    ['tag', -1],
  ])('refuses a changed %s', async (_part, byte) => {
    await using one = await bench();
    const changed = flipped(await one.encrypted(OURS), byte);
    await expect(one.codec.decode([changed], OURS)).rejects.toMatchObject({
      refusal: 'not-authentic',
    });
  });

  it('refuses a ciphertext of another run, also one that claims to be of this run', async () => {
    await using one = await bench();
    const encrypted = await one.encrypted(OURS);
    for (const context of [OTHERS, { ...ACTIVITY, workflowId: OTHERS.workflowId }]) {
      await expect(one.codec.decode([encrypted], context)).rejects.toMatchObject({
        refusal: 'moved',
      });
    }
    const claiming = withField(encrypted, 'encryption-workflow-id', OTHERS.workflowId);
    const stripped = withoutField(encrypted, 'encryption-workflow-id');
    for (const payload of [claiming, stripped]) {
      await expect(one.codec.decode([payload], OTHERS)).rejects.toMatchObject({
        refusal: 'not-authentic',
      });
    }
  });

  it('refuses a ciphertext of another namespace', async () => {
    await using one = await bench();
    const elsewhere = new EncryptingCodec({ keys: one.keys.keyring, namespace: 'staging' });
    const [foreign = {}] = await elsewhere.encode([CODE], OURS);
    await expect(one.codec.decode([foreign], OURS)).rejects.toMatchObject({ refusal: 'moved' });
    const claiming = withField(foreign, 'encryption-namespace', NAMESPACE);
    await expect(one.codec.decode([claiming], OURS)).rejects.toMatchObject({
      refusal: 'not-authentic',
    });
  });

  it('takes what is bound to the namespace alone as a message, never as what a worker wrote', async () => {
    await using one = await bench();
    const encrypted = await one.encrypted();
    expect(await one.codec.decode([encrypted], OURS)).toHaveLength(1);
    await expect(one.codec.decode([encrypted], ACTIVITY)).rejects.toMatchObject({
      refusal: 'moved',
    });
  });

  it.each([
    ['encryption-version', '2'],
    ['encryption-key-id', '../../etc/passwd'],
    ['encryption-key-id', 'k'.repeat(65)],
    ['encryption-namespace', undefined],
    ['encryption-key-id', undefined],
  ])('refuses %s %s as malformed', async (field, value) => {
    await using one = await bench();
    const encrypted = await one.encrypted(OURS);
    const changed =
      value === undefined ? withoutField(encrypted, field) : withField(encrypted, field, value);
    await expect(one.codec.decode([changed], OURS)).rejects.toMatchObject({ refusal: 'malformed' });
    const empty = { ...encrypted, data: new Uint8Array(27) };
    await expect(one.codec.decode([empty], OURS)).rejects.toMatchObject({ refusal: 'malformed' });
  });

  it('names the key that is missing', async () => {
    await using one = await bench();
    await using stranger = await bench();
    await expect(one.codec.decode([await stranger.encrypted(OURS)], OURS)).rejects.toMatchObject({
      name: 'PayloadKeyMissing',
      kid: stranger.keys.kid,
    });
    const claiming = withField(await stranger.encrypted(OURS), 'encryption-key-id', one.keys.kid);
    await expect(one.codec.decode([claiming], OURS)).rejects.toMatchObject({
      refusal: 'not-authentic',
    });
  });

  it('marks refused messages where a throw would stop a run, and nothing else', async () => {
    await using one = await bench({ refusedMessages: 'mark' });
    const changed = flipped(await one.encrypted(OURS), 14);
    const marked = only(await one.codec.decode([changed], OURS));
    expect(() => defaultPayloadConverter.fromPayload(marked)).toThrow();
    expect(marked.data).toHaveLength(0);
    await expect(one.codec.decode([changed], ACTIVITY)).rejects.toMatchObject({
      refusal: 'not-authentic',
    });
    await expect(one.codec.decode([changed])).rejects.toMatchObject({ refusal: 'not-authentic' });
  });

  it('marks a message whose key is missing apart, and nothing else', async () => {
    await using one = await bench({ refusedMessages: 'mark' });
    await using stranger = await bench();
    const encrypted = await stranger.encrypted(OURS);
    const { kid } = stranger.keys;
    const marked = only(await one.codec.decode([encrypted], OURS));
    expect(fieldOf(marked, 'encoding')).toBe('binary/key-missing');
    expect(Buffer.from(marked.data ?? []).toString()).toBe(kid);
    await expect(one.codec.decode([encrypted], ACTIVITY)).rejects.toMatchObject({ kid });
    await expect(one.codec.decode([encrypted])).rejects.toMatchObject({ kid });
  });

  it('takes its own mark from nobody, encrypted or not, with a keyring or without', async () => {
    await using one = await bench({ refusedMessages: 'mark' });
    const forged = withField(CODE, 'encoding', 'binary/key-missing');
    const [encrypted = {}] = await one.codec.encode([forged], OURS);
    for (const codec of [one.codec, PLAIN_CODEC]) {
      const decoded = only(await codec.decode([forged], OURS));
      expect(fieldOf(decoded, 'encoding')).toBe('binary/refused');
    }
    const decoded = only(await one.codec.decode([encrypted], OURS));
    expect(fieldOf(decoded, 'encoding')).toBe('binary/refused');
    expect(await PLAIN_CODEC.decode([CODE])).toEqual([CODE]);
  });

  it('reads what has an empty field, as it comes off the wire', async () => {
    await using one = await bench();
    const sent = { metadata: { encoding: new Uint8Array() }, data: Buffer.from('x') };
    const received = PayloadMessage.decode(PayloadMessage.encode(sent).finish());
    for (const codec of [one.codec, PLAIN_CODEC]) {
      expect(await codec.decode([received], OURS)).toHaveLength(1);
    }
  });
});

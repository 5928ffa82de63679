import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';
import { PAYLOAD_CONVERTER_PATH } from '../../worker/bundle.ts';

const { payloadConverter, UNDECODABLE, MISSING_KEY }: Loaded = load();

interface Loaded {
  readonly payloadConverter: PayloadConverter;
  readonly UNDECODABLE: symbol;
  readonly MISSING_KEY: symbol;
}

/** As the SDK loads it: by path, with `require`. */
function load(): Loaded {
  const loaded: unknown = createRequire(import.meta.url)(PAYLOAD_CONVERTER_PATH);
  if (!isLoaded(loaded)) throw new Error('The converter exports something else.');
  return loaded;
}

function isLoaded(value: unknown): value is Loaded {
  return typeof value === 'object' && value !== null && 'payloadConverter' in value;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const marker = { [UNDECODABLE]: true };

describe('payload converter', () => {
  it('writes and reads what the default one does', () => {
    for (const value of ['123456', { code: '123456', challenge: 1 }, null, 7, undefined]) {
      const payload = payloadConverter.toPayload(value);
      expect(payload).toEqual(defaultPayloadConverter.toPayload(value));
      expect(payloadConverter.fromPayload(payload)).toEqual(value);
    }
  });

  it.each<[string, Payload]>([
    ['broken JSON', { metadata: { encoding: bytes('json/plain') }, data: bytes('{"code":') }],
    ['an unknown encoding', { metadata: { encoding: bytes('x/unheard-of') }, data: bytes('1') }],
    ['no encoding', { metadata: {}, data: bytes('1') }],
    ['no metadata', { data: bytes('1') }],
    ['JSON without data', { metadata: { encoding: bytes('json/plain') } }],
  ])('turns %s into a marker instead of throwing', (_name, payload) => {
    const read = payloadConverter.fromPayload(payload);
    expect(read).toEqual(marker);
    expect(JSON.stringify(read)).toBe('{}');
  });

  it('says of what the codec has marked which key is missing, as no JSON can', () => {
    const metadata = { encoding: bytes('binary/key-missing') };
    const payload = { metadata, data: bytes('a-key') };
    const read = payloadConverter.fromPayload(payload);
    expect(read).toEqual({ [MISSING_KEY]: 'a-key' });
    expect(JSON.stringify(read)).toBe('{}');
  });

  it('throws at what activities were given or gave, which nobody can send', () => {
    const payload = { metadata: { encoding: bytes('binary/encrypted') }, data: bytes('x') };
    const context = { type: 'activity', namespace: 'default', isLocal: false } as const;
    expect(() => payloadConverter.fromPayload(payload, context)).toThrow('binary/encrypted');
  });
});

import { Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';

/** Takes every payload for `undefined`, in the SDK's own encoding of that. */
const UNREAD: PayloadCodec = {
  encode: (payloads) => Promise.resolve(payloads),
  decode: (payloads) => Promise.resolve(payloads.map(() => NOTHING)),
};
const NOTHING: Payload = { metadata: { encoding: Buffer.from('binary/null') } };

/**
 * The same connection for descriptions and lists whose memos are not needed. The SDK decodes each memo with
 * the rest, so that whoever lacks its key would not even learn whether a run has ended.
 */
export function withoutPayloads({ connection, options }: Client): Client {
  const dataConverter = { payloadCodecs: [UNREAD] };
  return new Client({ connection, namespace: options.namespace, dataConverter });
}

/** The same connection for lists: what cannot be read is `undefined`, as that of a key which was retired. */
export function withReadablePayloads({ connection, options }: Client): Client {
  const { payloadCodecs } = options.loadedDataConverter;
  const read = async (payload: Payload): Promise<Payload> => {
    try {
      let payloads = [payload];
      for (const codec of payloadCodecs) payloads = await codec.decode(payloads);
      const [decoded = NOTHING] = payloads;
      defaultPayloadConverter.fromPayload(decoded);
      return decoded;
    } catch {
      return NOTHING;
    }
  };
  const codec: PayloadCodec = {
    encode: (payloads) => Promise.resolve(payloads),
    decode: (payloads) => Promise.all(payloads.map(read)),
  };
  const dataConverter = { payloadCodecs: [codec] };
  return new Client({ connection, namespace: options.namespace, dataConverter });
}

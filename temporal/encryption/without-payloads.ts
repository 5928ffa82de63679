import { Client } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';

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

/**
 * One payload of what was read so, decoded as the SDK would have: bound to its workflow.
 *
 * @throws what codec and converter throw
 */
export async function decodedPayload(
  { options }: Client,
  payload: Payload,
  workflowId: string,
): Promise<unknown> {
  const { payloadCodecs, payloadConverter } = options.loadedDataConverter;
  const context = { type: 'workflow' as const, namespace: options.namespace, workflowId };
  let payloads = [payload];
  for (const codec of payloadCodecs.toReversed()) {
    payloads = await codec.decode(payloads, context);
  }
  const [decoded = NOTHING] = payloads;
  return payloadConverter.fromPayload(decoded, context);
}

/** Temporal's wire form of a codec call: `{"payloads":[{"metadata":{…base64},"data":"base64"}]}`. */
import type { Payload, PayloadCodec } from '@temporalio/common';
import { z } from 'zod';
import { PayloadKeyMissing, PayloadRefused } from '../encryption/payload-codec.ts';
import { ENCRYPTED, encodingOf, sealedOf } from '../encryption/payload-cipher.ts';

/** Far more than a page of a history holds. */
const PAYLOADS_MAX = 20_000;
/** In one audit line. */
const WORKFLOWS_NAMED_MAX = 20;

const base64 = z.base64();
const bodySchema = z.object({
  payloads: z
    .array(
      z.looseObject({ metadata: z.record(z.string(), base64).optional(), data: base64.optional() }),
    )
    .max(PAYLOADS_MAX)
    .default([]),
});
export type PayloadsBody = z.infer<typeof bodySchema>;
type WirePayload = PayloadsBody['payloads'][number];

/** What was done, for the audit line. */
export interface Worked {
  readonly body: PayloadsBody;
  /** How many were encrypted or decrypted. */
  readonly done: number;
  /** How many encrypted ones were left as they are, and why not read. */
  readonly refused: Readonly<Record<string, number>>;
  /** Whose they are, as far as it was authenticated; the first twenty. */
  readonly workflowIds: readonly string[];
}

/** @returns `undefined` for what is no such body */
export function parsePayloadsBody(text: string): PayloadsBody | undefined {
  try {
    return bodySchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Decodes one by one: what cannot be read stays as it is, and the rest is shown all the same. */
export async function decodeBody(codec: PayloadCodec, body: PayloadsBody): Promise<Worked> {
  const workflowIds = new Set<string>();
  const refused: Record<string, number> = {};
  let done = 0;
  const payloads: WirePayload[] = [];
  for (const wire of body.payloads) {
    const payload = fromWire(wire);
    if (encodingOf(payload) !== ENCRYPTED) {
      payloads.push(wire);
      continue;
    }
    try {
      const [decoded] = await codec.decode([payload]);
      payloads.push(decoded === undefined ? wire : toWire(decoded));
      done += 1;
      const workflowId = sealedOf(payload)?.workflowId;
      if (workflowId !== undefined) workflowIds.add(workflowId);
    } catch (error) {
      const why = refusalOf(error);
      refused[why] = (refused[why] ?? 0) + 1;
      payloads.push(wire);
    }
  }
  return {
    ...{ body: { payloads }, done, refused },
    workflowIds: [...workflowIds].slice(0, WORKFLOWS_NAMED_MAX),
  };
}

/** Encrypts for the namespace alone: nobody tells which workflow it is for. */
export async function encodeBody(codec: PayloadCodec, body: PayloadsBody): Promise<Worked> {
  const encoded = await codec.encode(body.payloads.map(fromWire));
  return {
    body: { payloads: encoded.map(toWire) },
    done: encoded.length,
    refused: {},
    workflowIds: [],
  };
}

function refusalOf(error: unknown): string {
  if (error instanceof PayloadRefused) return error.refusal;
  if (error instanceof PayloadKeyMissing) return 'key-missing';
  throw error;
}

function fromWire({ metadata = {}, data }: WirePayload): Payload {
  const fields = Object.entries(metadata).map(([name, value]) => [name, bytes(value)] as const);
  return { metadata: Object.fromEntries(fields), data: bytes(data ?? '') };
}

function toWire({ metadata, data }: Payload): WirePayload {
  const fields = Object.entries(metadata ?? {}).map(
    ([name, value]) => [name, Buffer.from(value).toString('base64')] as const,
  );
  return {
    metadata: Object.fromEntries(fields),
    data: Buffer.from(data ?? new Uint8Array()).toString('base64'),
  };
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'base64');
}

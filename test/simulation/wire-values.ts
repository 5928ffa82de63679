/** Values as they travel between the server, core and the sandbox. */
import { defaultPayloadConverter, type Payload, type ProtoFailure } from '@temporalio/common';

export function payloadOf(value: unknown): Payload {
  return defaultPayloadConverter.toPayload(value);
}

export function valueOf(payload: Payload): unknown {
  return defaultPayloadConverter.fromPayload(payload);
}

/** The failure converter puts message and stack into a payload. */
export function textOf({ message, encodedAttributes }: ProtoFailure): string {
  return JSON.stringify(encodedAttributes ? valueOf(encodedAttributes) : message);
}

/** Epoch ms as a protobuf timestamp. */
export function timestampOf(ms: number): { seconds: number; nanos: number } {
  return { seconds: Math.floor(ms / 1000), nanos: Math.floor((ms % 1000) * 1e6) };
}

export function msOf(
  duration: { seconds?: unknown; nanos?: number | null } | null | undefined,
): number {
  return Number(duration?.seconds ?? 0) * 1000 + (duration?.nanos ?? 0) / 1e6;
}

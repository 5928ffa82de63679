/** What Temporal itself has of a run, read over gRPC: no converter, no codec. */
import { inspect } from 'node:util';
import type { Payload } from '@temporalio/common';
import type { Client } from '@temporalio/client';

/** Not encrypted, by Temporal's own rules: the server indexes them. */
const CLEAR_BY_RULE = new Set(['searchAttributes', 'header']);
/** Each page holds up to a thousand events. */
const PAGES_MAX = 10;
const DEPTH_MAX = 32;

export async function rawEvents(client: Client, workflowId: string): Promise<readonly object[]> {
  const events: object[] = [];
  let nextPageToken = new Uint8Array();
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution: { workflowId },
      nextPageToken,
    });
    events.push(...(answer.history?.events ?? []));
    nextPageToken = new Uint8Array(answer.nextPageToken);
    if (nextPageToken.length === 0) return events;
  }
  throw new Error('The history is longer than a test expects.');
}

/** All payloads but those that Temporal must read. */
export function payloadsOf(value: unknown): Payload[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  if (isPayload(value)) return [value];
  // What core notes of a local activity for itself names its type and its times, and is no codec's.
  if ('markerName' in value && value.markerName === 'core_local_activity') {
    return payloadsOf('details' in value && (value.details as { result?: unknown }).result);
  }
  return Object.entries(value).flatMap(([name, inner]) =>
    CLEAR_BY_RULE.has(name) ? [] : payloadsOf(inner),
  );
}

/** All text and bytes of a message, names of fields included; bytes as they are, not in base64. */
export function textOf(value: unknown, depth = 0): string {
  if (depth > DEPTH_MAX) throw new Error(`Too deep: ${inspect(value, { depth: 1 })}`);
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array || Buffer.isBuffer(value)) {
    return Buffer.from(value).toString('latin1');
  }
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([name, inner]) => `${name}\n${textOf(inner, depth + 1)}`)
    .join('\n');
}

export function fieldOf({ metadata }: Payload, name: string): string {
  return Buffer.from(metadata?.[name] ?? []).toString('utf8');
}

function isPayload(value: object): value is Payload {
  return 'metadata' in value && 'data' in value && value.data instanceof Uint8Array;
}

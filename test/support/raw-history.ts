/** What Temporal itself has of a run, read over gRPC: no converter, no codec. */
import type { Payload } from '@temporalio/common';
import type { Client } from '@temporalio/client';

/** Not encrypted, by Temporal's own rules: the server indexes them. */
const CLEAR_BY_RULE = new Set(['searchAttributes', 'header']);
/** Each page holds up to a thousand events. */
const PAGES_MAX = 10;

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
  return Object.entries(value).flatMap(([name, inner]) =>
    CLEAR_BY_RULE.has(name) ? [] : payloadsOf(inner),
  );
}

/** Every text and every byte string of it, for a search. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(textOf).join('\n');
}

export function fieldOf({ metadata }: Payload, name: string): string {
  return Buffer.from(metadata?.[name] ?? []).toString('utf8');
}

function isPayload(value: object): value is Payload {
  return 'metadata' in value && 'data' in value && value.data instanceof Uint8Array;
}

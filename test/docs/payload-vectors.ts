import { z } from 'zod';
import { contentOf } from './markdown.ts';

/** A payload as the guide shows it: metadata as text, data as base64. */
export const vectorSchema = z.object({
  metadata: z.record(z.string(), z.string()),
  data: z.base64(),
});
export type Vector = z.infer<typeof vectorSchema>;

const vectorsSchema = z.object({
  keyring: z.unknown(),
  namespace: z.string(),
  workflowId: z.string(),
  payloads: z.array(vectorSchema).length(2),
  plaintext: vectorSchema,
});
export type Vectors = z.infer<typeof vectorsSchema>;

const [, BLOCK = '{}'] =
  /^```json\n(\{\n {2}"keyring"[^]*?)^```/m.exec(contentOf('docs/encryption.md')) ?? [];

/** The vectors of docs/encryption.md. */
export const VECTORS: Vectors = vectorsSchema.parse(JSON.parse(BLOCK));

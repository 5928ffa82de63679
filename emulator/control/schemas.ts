/** What the control API takes beside the tenant's own users, clients and settings. */
import { z } from 'zod';
import { text } from '../tenant/schemas.ts';

const injected = {
  status: z.int().min(200).max(599),
  headers: z.record(z.string(), z.string()).default({}),
};

export const faultSchema = z.strictObject({
  endpoint: text,
  nth: z.int().min(1).optional(),
  times: z.int().min(1).optional(),
  when: z.enum(['before', 'after']),
  action: z.union([
    z.literal('drop'),
    z.strictObject({ delayMs: z.int().min(0).max(600_000) }),
    z.strictObject({ ...injected, body: z.unknown().optional() }),
    z.strictObject({ ...injected, text: z.string() }),
  ]),
});

const DAY_MS = 86_400_000;
/** Further than this nobody has to move a clock at once. */
const ADVANCE_MS_MAX = 3_660 * DAY_MS;

export const clockSchema = z.strictObject({ advanceMs: z.int().min(0).max(ADVANCE_MS_MAX) });

/** Of the next message that nothing was decided on yet. */
export const fateSchema = z.union([
  z.strictObject({ lost: z.literal(true) }),
  z.strictObject({ lateByMs: z.int().min(1).max(DAY_MS) }),
]);

/** A simulated enrollment as a timeline that a person can read. */
import type { Violation } from './oracles/violation.ts';
import type { Attempt, Call, Delivery, Step } from './story.ts';
import type { World } from './world.ts';

interface Line {
  readonly at: number;
  readonly text: string;
}

const CHARACTERS_MAX = 150;

export function traceOf(world: World, violations: readonly Violation[]): readonly string[] {
  const { story, tenant, run, startedAt } = world;
  const lines: Line[] = [
    ...story.deliveries.flatMap(deliveryLines),
    ...story.steps.map(stepLine),
    ...story.calls.flatMap(callLines),
    ...tenant.journal.texts.map(({ at, to, code }) => ({
      at,
      text: code === '' ? `tenant  texts for a login` : `tenant  texts ${code} to ${to}`,
    })),
    ...story.notes.map(({ at, what }) => ({ at, text: `note    ${what}` })),
    ...(run.closing ? [{ at: run.closing.at, text: `CLOSED  ${short(run.closing)}` }] : []),
    ...violations.map(({ at, kind, what }) => ({
      at,
      text: `!!      ${kind}${what && ` (${what})`}`,
    })),
  ];
  const { mood, factors, deadlineMs, before } = world.plan.setting;
  return [
    `seed ${world.plan.seed}: ${mood}, ${factors.join(' then ')}, deadline ${clock(deadlineMs)}, before: ${before}`,
    ...lines
      .map((line, index) => ({ ...line, index }))
      .sort((one, other) => one.at - other.at || one.index - other.index)
      .map(({ at, text }) => `${clock(at - startedAt)}  ${text}`),
  ];
}

function deliveryLines({ by, way, name, input, sentAt, id, update }: Delivery): readonly Line[] {
  const sent = { at: sentAt, text: `${by}: ${way} ${name.slice(0, 40)} ${short(input)} [${id}]` };
  if (update?.answeredAt === undefined) return [sent];
  const answer = update.failure ?? short(update.answer);
  return [sent, { at: update.answeredAt, text: `answer  ${id}: ${update.state} ${answer}` }];
}

function stepLine({ number, at, progress, deliveries, resolved, timersFired }: Step): Line {
  const came = [
    ...deliveries.map(({ id }) => id),
    ...resolved.map(({ activity: { name, seq } }) => `${name} #${seq}`),
    ...(timersFired > 0 ? ['a timer'] : []),
  ];
  const refusal = progress.lastRefusal ? `, last refusal ${progress.lastRefusal.refusal}` : '';
  return {
    at,
    text: `task ${number}  (${came.join(', ')}) → ${progress.phase}, next ${short(progress.next)}${refusal}`,
  };
}

function callLines({ activity, attempts, resolution }: Call): readonly Line[] {
  const { name, seq, input, at } = activity;
  const { accessToken: _token, tenant: _tenant, ...shown } = input as Record<string, unknown>;
  const told =
    resolution === undefined
      ? []
      : [{ at: resolution.at, text: `result  ${name} #${seq}: ${short(resolution)}` }];
  return [
    { at, text: `call    ${name} #${seq} ${short(shown)}` },
    ...attempts.filter(({ fate }) => fate !== 'natural').map((one) => attemptLine(name, seq, one)),
    ...told,
  ];
}

function attemptLine(name: string, seq: number, { at, fate, effectAt }: Attempt): Line {
  const effect = effectAt === undefined ? 'no effect' : 'done at the tenant';
  return { at, text: `fate    ${name} #${seq}: ${short(fate)}, ${effect}` };
}

function short(value: unknown): string {
  const text = (JSON.stringify(value, shortened) as string | undefined) ?? '';
  return text.length > CHARACTERS_MAX ? `${text.slice(0, CHARACTERS_MAX)}…` : text;
}

/** What says nothing in a timeline. */
const DULL = ['codeVerifier', 'redirectUri', 'nonce', 'sealTo', 'hint', 'userId', 'requestedBy'];

function shortened(name: string, value: unknown): unknown {
  return DULL.includes(name) ? undefined : value;
}

/** `1d 02:03:04.005` since the start. */
function clock(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  return `${days > 0 ? `${days}d ` : ''}${new Date(ms % 86_400_000).toISOString().slice(11, 23)}`;
}

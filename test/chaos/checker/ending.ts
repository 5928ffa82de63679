/** I5 and I7: that it ends, how and when, and that what breaks does not change how. */
import {
  associations,
  disturbed,
  type Evidence,
  exchanges,
  isText,
  judgements,
} from './evidence.ts';

const OUTCOMES = ['enrolled', 'expired', 'cancelled'];
/**
 * A call that runs at the deadline ends first (15 s), the list is read and what is left deleted, and
 * any of them may find its worker killed.
 */
const AFTER_DEADLINE_MS_MAX = 90_000;
/** A clean-up that Auth0 puts off is tried again while the token lives. */
const CLEAN_UP_MS_MAX = 600_000;

export function checkEnding(evidence: Evidence): readonly string[] {
  const { final, sent } = evidence;
  const { status, outcome = 'none', closedAt } = final;
  // It is tried again for ever: what the flow cannot digest, no restart mends.
  const problems = evidence.failedTasks.map((why) => `I5: a workflow task failed: ${why}`);
  if (status === 'completed' && !OUTCOMES.includes(outcome)) {
    problems.push(`I5: it completed with the outcome ${outcome}`);
  }
  if (status === 'failed' && (final.reason ?? '') === '') {
    problems.push('I5: it failed without a reason');
  }
  if (status === 'other') problems.push('I5: it ended in none of the four ways');
  if (closedAt === undefined) return [...problems, 'I5: it has not ended'];
  const hindered = [...disturbed(evidence, 'list'), ...disturbed(evidence, 'delete')].length > 0;
  const grace = AFTER_DEADLINE_MS_MAX + (hindered ? CLEAN_UP_MS_MAX : 0);
  if (closedAt > final.deadlineAt + grace) {
    problems.push(`I5: it ended ${closedAt - final.deadlineAt} ms after its deadline`);
  }
  if (outcome === 'expired' && closedAt < final.deadlineAt) {
    problems.push(`I5: it expired ${final.deadlineAt - closedAt} ms before its deadline`);
  }
  const stopped = sent.some(({ kind }) => kind === 'cancel');
  if (outcome === 'cancelled' && !stopped) problems.push('I5: nobody cancelled it');
  if (!stopped && outcome !== 'enrolled' && outcome !== 'expired') {
    problems.push(`I7: it ended ${status} (${final.reason ?? outcome}) with nobody stopping it`);
  }
  if (outcome === 'enrolled') {
    const open = final.factors
      .filter(({ status: s }) => s !== 'enrolled' && s !== 'already-enrolled')
      .map(({ factor }) => `I5: it is enrolled, but ${factor} is not`);
    problems.push(...open);
  }
  return [...problems, ...checkUndisturbed(evidence)];
}

/** Where no call was cut off and nothing superfluous was sent, everything happens once for a factor. */
function checkUndisturbed(evidence: Evidence): readonly string[] {
  const { sent, disturbances, final, plain } = evidence;
  const cutOff = disturbances.some(({ calls, kind }) => kind === 'fault' || calls.length > 0);
  if (cutOff || !plain || final.outcome !== 'enrolled') return [];
  const enrolled = final.factors.filter(({ status }) => status === 'enrolled');
  const due = enrolled.length;
  const made = associations(evidence);
  const counts = [
    ['messages of the person', sent.length, 2 * due],
    ['logins', exchanges(evidence).length, due],
    ['associates', made.length, due],
    ['codes judged', judgements(evidence).length, due],
    ['texts', made.filter(isText).length, enrolled.filter(({ factor }) => factor === 'sms').length],
  ] as const;
  return counts.flatMap(([what, count, expected]) =>
    count === expected
      ? []
      : [`I7: no call was cut off, and yet there were ${count} ${what}, not ${expected}`],
  );
}

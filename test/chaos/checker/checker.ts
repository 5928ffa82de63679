/**
 * Judges one enrollment by its traces. Written apart from the service, whose mistakes it must not
 * share: it imports nothing of it, and eslint holds it to that.
 */
import { checkCodes } from './codes.ts';
import { checkEnding } from './ending.ts';
import { associations, disturbed, type Evidence, exchanges, judgements } from './evidence.ts';
import { checkSends } from './sends.ts';

/** @returns what is wrong, each line beginning with the invariant that it breaks */
export function violations(evidence: Evidence): readonly string[] {
  return [
    checkFactors,
    checkSends,
    checkCodes,
    checkUser,
    checkEnding,
    checkSecrets,
    checkLeftovers,
  ].flatMap((check) => check(evidence));
}

/** I1: what counts as enrolled was confirmed; what was active before stays as it was. */
function checkFactors(evidence: Evidence): readonly string[] {
  const { final, before, after } = evidence;
  const problems: string[] = [];
  for (const { factor, status } of final.factors) {
    if (status !== 'enrolled') continue;
    const grant = factor === 'sms' ? 'mfa-oob' : 'mfa-otp';
    const confirmed = judgements(evidence).some(
      ({ effect, grantType = '' }) =>
        effect === 'authenticator-confirmed' && grantType.endsWith(grant),
    );
    if (!confirmed) problems.push(`I1: ${factor} counts as enrolled, but was never confirmed`);
    const known = before.map(({ id }) => id);
    if (!after.some(({ id, kind, active }) => active && kind === factor && !known.includes(id))) {
      problems.push(`I1: ${factor} counts as enrolled, but none of this run is active`);
    }
  }
  for (const { id, active } of before) {
    if (!active) continue;
    if (!after.some((entry) => entry.id === id && entry.active)) {
      problems.push(`I1: ${id} was active before the start and is no longer`);
    }
  }
  return problems;
}

/** I4: every effect is one of this user, and follows a login of this user. */
function checkUser(evidence: Evidence): readonly string[] {
  const [first] = exchanges(evidence);
  return [...associations(evidence), ...judgements(evidence)].flatMap(
    ({ at, userId, endpoint }) => {
      if (userId !== evidence.userId) return [`I4: ${endpoint} was for another user, ${userId}`];
      if (first === undefined || first.at > at) return [`I4: ${endpoint} came before any login`];
      return [];
    },
  );
}

/** I6, cheaply: nothing in the history that opens a door. */
function checkSecrets({ history, secrets }: Evidence): readonly string[] {
  const problems: string[] = [];
  if (/eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/.test(history)) problems.push('I6: a token is in the history');
  if (history.includes('Fe26.2')) problems.push('I6: an opaque token is in the history');
  if (/otpauth:/i.test(history)) problems.push('I6: a TOTP set-up is in the history');
  if (secrets.some((secret) => history.includes(secret))) {
    problems.push('I6: a TOTP secret is in the history');
  }
  return problems;
}

/** I8: what this run left unconfirmed is gone, or named. */
function checkLeftovers(evidence: Evidence): readonly string[] {
  const { final, before, after } = evidence;
  const known = before.map(({ id }) => id);
  const left = after.filter(
    ({ id, kind, active }) => !active && kind !== 'recovery-code' && !known.includes(id),
  );
  const named = (id: string, kind: string) =>
    final.orphans.some(
      ({ authenticatorId, factor }) => factor === kind && (authenticatorId ?? id) === id,
    );
  const unnamed = left.filter(({ id, kind }) => !named(id, kind));
  if (unnamed.length > 0) {
    return unnamed.map(({ id }) => `I8: ${id} stays behind, and nobody is told`);
  }
  // The last session is alive when the last code is confirmed, so there was no reason to leave any.
  const hindered = [...disturbed(evidence, 'list'), ...disturbed(evidence, 'delete')].length > 0;
  if (final.outcome !== 'enrolled' || hindered) return [];
  return left.map(({ id }) => `I8: ${id} stays behind, though nothing hindered its deletion`);
}

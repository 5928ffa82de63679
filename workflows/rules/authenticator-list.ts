/**
 * What the list of authenticators says, compared with what the enrollment knows: whose entries are
 * whose, and what a call has done whose answer was lost. Pure; where a doubt is left, it says so.
 */
import type { Authenticator, AuthenticatorKind } from '../../activities/enrollment-activities.ts';
import { type Factor, FACTOR_DEFINITIONS, FACTORS } from '../contract/factors.ts';
import { type EnrollmentState, isDone } from './enrollment-state.ts';

type List = readonly Authenticator[];

/** Entries that only we can have made: inactive, of a factor that we associated, not there before, of a number of ours. */
export function oursUnconfirmed(state: EnrollmentState, list: List, factor: Factor): List {
  return since(state, list, factor).filter(
    (entry) => isOf(entry, factor) && entry.active === false && fits(state, entry, factor),
  );
}

/** What a list shows of what we have left unconfirmed. */
export function oursIn(state: EnrollmentState, list: List): EnrollmentState['ours'] {
  return FACTORS.flatMap((factor) =>
    oursUnconfirmed(state, list, factor).map(({ id }) => ({ id, factor })),
  );
}

/** Entries that may be ours and do not say whether they are active, or not even what they are. */
export function doubtful(state: EnrollmentState, list: List, factor: Factor): List {
  return since(state, list, factor).filter(
    (entry) => entry.active === undefined && (isOf(entry, factor) || entry.id === ''),
  );
}

/** Active entries of which one may be ours: the answer to a code was lost, and no list has told what became of it. */
function perhapsConfirmedIn(state: EnrollmentState, list: List, factor: Factor): List {
  const known = state.steps.some((step) => step.factor === factor && step.status === 'enrolled');
  const asked = !known && state.perhapsConfirmed.includes(factor);
  return asked ? activeSince(state, list, factor) : [];
}

/**
 * Whether there are more than we have made: somebody else enrolls this user at the same time, and nothing tells
 * which are theirs.
 */
export function isMixed(state: EnrollmentState, list: List, factor: Factor): boolean {
  const confirmed = Math.min(perhapsConfirmedIn(state, list, factor).length, 1);
  const seen = oursUnconfirmed(state, list, factor).length + doubtful(state, list, factor).length;
  return seen + confirmed > state.unconfirmed[factor];
}

/** What is there since we associated the factor; nothing, where we have not. */
function since(state: EnrollmentState, list: List, factor: Factor): List {
  if (state.unconfirmed[factor] === 0) return [];
  return list.filter(({ id }) => !state.foreign.includes(id));
}

/** What the list holds besides what may be ours. */
export function foreignIn(state: EnrollmentState, list: List): readonly string[] {
  const ours = FACTORS.flatMap((factor) => [
    ...oursUnconfirmed(state, list, factor),
    ...doubtful(state, list, factor),
    ...perhapsConfirmedIn(state, list, factor),
  ]);
  return list.filter((entry) => !ours.includes(entry)).map(({ id }) => id);
}

/** Factors of which we may have left something that nobody has confirmed. */
export function unconfirmedFactors(state: EnrollmentState): readonly Factor[] {
  return FACTORS.filter((factor) => state.unconfirmed[factor] > 0);
}

/** Those of them that nobody is about to confirm. */
export function abandonedFactors(state: EnrollmentState): readonly Factor[] {
  const alive = state.challenge?.status === 'open' ? state.challenge.factor : undefined;
  return unconfirmedFactors(state).filter((factor) => factor !== alive);
}

/** Factors that the user has, by whatever way, although their step is not done. */
export function newlyActive(
  state: EnrollmentState,
  list: List,
): readonly {
  readonly factor: Factor;
  readonly authenticator: Authenticator;
  readonly ours: boolean;
}[] {
  return state.steps
    .filter((step) => !isDone(step))
    .flatMap(({ factor }) => {
      const active = list.filter((entry) => entry.active === true && isOf(entry, factor));
      // What we have never sent a code for without an answer was made active by somebody else.
      const asked = state.perhapsConfirmed.includes(factor);
      const ours = asked ? confirmedIn(state, list, factor) : undefined;
      const authenticator = ours ?? active[0];
      return authenticator === undefined
        ? []
        : [{ factor, authenticator, ours: ours !== undefined }];
    });
}

/**
 * Whether the association that was asked for last has made its authenticator.
 *
 * Where an inactive entry stood there before, "nothing new" can also mean that Auth0 has taken it
 * again and has sent its text: whether it does so for the same number is not documented.
 */
export function associationMade(
  state: EnrollmentState,
  list: List,
  factor: Factor,
): 'made' | 'not-made' | 'cannot-tell' {
  if (doubtful(state, list, factor).length > 0) return 'cannot-tell';
  const before = state.unconfirmed[factor] - 1;
  const ours = oursUnconfirmed(state, list, factor);
  if (ours.length === before + 1) return 'made';
  const reusable =
    FACTOR_DEFINITIONS[factor].phoneNumber &&
    list.some(
      (entry) => isOf(entry, factor) && entry.active !== true && fits(state, entry, factor),
    );
  return ours.length === 0 && before === 0 && !reusable ? 'not-made' : 'cannot-tell';
}

/** The one of ours that has become active; none, where all of ours are there and inactive. */
function confirmedIn(
  state: EnrollmentState,
  list: List,
  factor: Factor,
): Authenticator | undefined {
  const all = oursUnconfirmed(state, list, factor).length >= state.unconfirmed[factor];
  return all ? undefined : activeSince(state, list, factor)[0];
}

function activeSince(state: EnrollmentState, list: List, factor: Factor): List {
  return since(state, list, factor).filter(
    (entry) => isOf(entry, factor) && entry.active === true && fits(state, entry, factor),
  );
}

/** Whether the factor has become active since the session opened. */
export function confirmationMade(
  state: EnrollmentState,
  list: List,
  factor: Factor,
): 'confirmed' | 'not-confirmed' | 'cannot-tell' {
  if (confirmedIn(state, list, factor) !== undefined) return 'confirmed';
  const open = [...doubtful(state, list, factor), ...perhapsConfirmedIn(state, list, factor)];
  return open.length > 0 ? 'cannot-tell' : 'not-confirmed';
}

/** A recovery code comes once, with the user's first associate: here, with an answer that was lost. */
export function recoveryCodeMade(state: EnrollmentState, list: List): boolean {
  return list.some(({ id, kind }) => kind === 'recovery-code' && !state.foreign.includes(id));
}

function isOf({ kind }: Authenticator, factor: Factor): boolean {
  const listedAs: AuthenticatorKind = FACTOR_DEFINITIONS[factor].listedAs;
  return kind === listedAs;
}

/**
 * An entry for another number is of somebody else's enrollment of the same user. Auth0's documents mask
 * the end of a number, its replies the beginning: a name that does not end in digits says nothing.
 */
function fits(
  { phoneNumbers }: EnrollmentState,
  { maskedName = '' }: Authenticator,
  factor: Factor,
): boolean {
  const shown = MASKED_NUMBER.exec(maskedName.replace(SEPARATORS, ''))?.[1];
  if (!FACTOR_DEFINITIONS[factor].phoneNumber || shown === undefined) return true;
  return phoneNumbers.some((phoneNumber) => phoneNumber.endsWith(shown));
}

const SEPARATORS = /[\s().-]/g;
/** Four digits at the end, behind digits and signs that stand for digits; a device has letters. */
const MASKED_NUMBER = /^[+\dXx*•#]*(\d{4})$/;

/** All oracles, by name: each is seen to catch one broken workflow. */
import {
  activeIsUntouched,
  orphansKeepTheirIds,
  oursIsToldAsOurs,
  othersAreUntouched,
} from './leftovers.ts';
import {
  attributesAgree,
  endAgrees,
  phaseAgreesWithNext,
  recoveryCodeIsReadable,
  shownAgrees,
} from './agreement.ts';
import { answersAreTrue, answersCome, nobodyIsForgotten } from './answers.ts';
import {
  detailsAreBounded,
  historyIsBounded,
  progressIsBounded,
  fewWait,
  shownIsBounded,
  tasksSucceed,
} from './bounds.ts';
import {
  cancelIsHeard,
  closes,
  deadlineIsHeard,
  deadlineIsTheLatest,
  faultsDoNotEnd,
  whoCancelledIsTold,
} from './endings.ts';
import { sendsAreCounted } from './counted-sends.ts';
import { parkedIsTold } from './faults.ts';
import { invariantsHold } from './invariants.ts';
import {
  challengesGrow,
  deadCodesAreSpared,
  loginsAreBounded,
  textsCoolDown,
  wrongCodesAreBounded,
} from './limits.ts';
import { nextCanBeDone, nextIsOfToday, nextLeadsOn, somethingCanBeDone } from './next-actions.ts';
import { numberIsTheNewest, setUpsAreNotReplaced } from './sends.ts';

export const STEP_ORACLES = {
  attributesAgree,
  fewWait,
  nextIsOfToday,
  nobodyIsForgotten,
  parkedIsTold,
  phaseAgreesWithNext,
  progressIsBounded,
  sendsAreCounted,
  shownAgrees,
  shownIsBounded,
  somethingCanBeDone,
} as const;

export const END_ORACLES = {
  activeIsUntouched,
  answersAreTrue,
  answersCome,
  cancelIsHeard,
  challengesGrow,
  closes,
  deadCodesAreSpared,
  deadlineIsHeard,
  deadlineIsTheLatest,
  detailsAreBounded,
  endAgrees,
  faultsDoNotEnd,
  historyIsBounded,
  invariantsHold,
  loginsAreBounded,
  nextCanBeDone,
  nextLeadsOn,
  numberIsTheNewest,
  orphansKeepTheirIds,
  oursIsToldAsOurs,
  othersAreUntouched,
  recoveryCodeIsReadable,
  setUpsAreNotReplaced,
  tasksSucceed,
  textsCoolDown,
  whoCancelledIsTold,
  wrongCodesAreBounded,
} as const;

/** What a run writes and shows is bounded, whatever comes in. */
import { type EndOracle, type StepOracle, violation } from './violation.ts';

/** A run without messages, from its start to its deadline. */
const EVENTS_MAX = 60;
/** Of a message and all that it may bring about: calls, their repeats, pauses, what is shown. */
const EVENTS_PER_MESSAGE = 45;
/** Of one command: an activity's input holds a proof, a result what was enrolled and what is left. */
const COMMAND_BYTES_MAX = 8_192;
/** Of the memo's field. */
const SHOWN_BYTES_MAX = 2_048;
/** With a timeline of a hundred entries. */
const PROGRESS_BYTES_MAX = 16_384;
/** What the Temporal UI shows; the server takes 20,000 bytes. */
const DETAILS_CHARACTERS_MAX = 4_096;
/** Auth0 is down: it is asked a few times soon, then once in a minute at most. */
const HOLD_EVENTS = 12;
const HOLDS_OF_OUTAGE = 6;
const MINUTE_MS = 60_000;
const WAITING_MAX = 8;

export const historyIsBounded: EndOracle = ({ run, story, plan }) => {
  const messages = story.deliveries.filter(({ at }) => at !== undefined).length;
  const minutes = plan.outages.map(({ from, until }) => (until - from) / MINUTE_MS);
  const holds = plan.fates.length + minutes.reduce((sum, each) => sum + HOLDS_OF_OUTAGE + each, 0);
  const most =
    EVENTS_MAX * plan.setting.factors.length +
    EVENTS_PER_MESSAGE * (messages + 1) +
    HOLD_EVENTS * holds;
  return [
    ...(run.events > most
      ? [violation('a history longer than what came in', run.startedAt, `${run.events} events`)]
      : []),
    ...(run.largestCommand > COMMAND_BYTES_MAX
      ? [violation('a command of too many bytes', run.startedAt, `${run.largestCommand}`)]
      : []),
  ];
};

export const shownIsBounded: StepOracle = (_world, { shown, at }) => {
  const bytes = Buffer.byteLength(JSON.stringify(shown ?? {}));
  return bytes > SHOWN_BYTES_MAX ? [violation('a memo of too many bytes', at, `${bytes}`)] : [];
};

export const progressIsBounded: StepOracle = (_world, { progress, at }) => {
  const bytes = Buffer.byteLength(JSON.stringify(progress));
  return bytes > PROGRESS_BYTES_MAX
    ? [violation('progress of too many bytes', at, `${bytes}`)]
    : [];
};

/** Temporal's own limit is ten; two are left to administrators. */
export const fewWait: StepOracle = ({ story }, { at }) => {
  const waiting = story.deliveries.filter(
    ({ update, by }) => update?.state === 'accepted' && by !== 'administrator',
  );
  return waiting.length > WAITING_MAX
    ? [violation('more updates wait than one person may have', at, `${waiting.length}`)]
    : [];
};

export const detailsAreBounded: EndOracle = ({ details, run }) =>
  details.length > DETAILS_CHARACTERS_MAX
    ? [violation('details of too many characters', run.startedAt, `${details.length}`)]
    : [];

export const tasksSucceed: EndOracle = ({ run }) =>
  run.failedTasks.map((why) =>
    violation('a workflow task fails', run.startedAt, why.slice(0, 300)),
  );

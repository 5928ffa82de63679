/** Where a text goes, and what a TOTP set-up is made for. */
import type { AssociateInput } from '../../../activities/enrollment-activities.ts';
import { readPhoneNumber } from '../../../workflows/contract/typed.ts';
import type { Call, Delivery } from '../story.ts';
import type { World } from '../world.ts';
import { type EndOracle, refusalOf, violation } from './violation.ts';

/** A number that is refused for one of these was not taken. */
const NOT_TAKEN = [
  'same-phone-number',
  'no-number-changes-left',
  'no-sms-step',
  'already-confirmed',
  'superseded',
  'malformed',
];

/** The number texted is the newest that the run had been given when it asked. */
export const numberIsTheNewest: EndOracle = (world) => {
  const numbers = world.story.deliveries.filter(
    ({ name, at }) => name === 'changePhoneNumber' && at !== undefined,
  );
  return texts(world).flatMap(({ activity, task }) => {
    const { phoneNumber } = activity.input as AssociateInput;
    const given = numbers.filter((message) => (message.task ?? Infinity) <= task);
    const newest = given.findLast((message) => isTaken(message));
    const expected = newest === undefined ? undefined : numberIn(newest);
    // A signal's verdict is not heard; and who is told that no text goes out has changed the number all the same.
    const perhaps = given.filter(
      (message) => (message.at ?? 0) >= (newest?.at ?? Infinity) && mayBeTaken(message),
    );
    return [undefined, ...perhaps.map(numberIn), expected].includes(phoneNumber) ||
      expected === undefined
      ? []
      : [violation('a text goes to a number that was changed', activity.at, `${newest?.id}`)];
  });
};

function isTaken(message: Delivery): boolean {
  const { way, update } = message;
  const answered = way === 'update' && update?.state !== 'rejected';
  return answered && refusalOf(message) === undefined && numberIn(message) !== undefined;
}

function mayBeTaken(message: Delivery): boolean {
  return message.way === 'signal' || !NOT_TAKEN.includes(refusalOf(message) ?? '');
}

function numberIn({ input }: Delivery): string | undefined {
  const { phoneNumber = input } = (input ?? {}) as { phoneNumber?: unknown };
  const read = readPhoneNumber(phoneNumber);
  return read.ok ? read.value : undefined;
}

/** A new set-up takes the place of one that the person is looking at only with a newer login. */
export const setUpsAreNotReplaced: EndOracle = (world) => {
  const setUps = associations(world, 'totp').filter(({ resolution }) => resolution?.ok);
  return setUps.flatMap((call, index) => {
    const before = setUps[index - 1];
    const { accessToken } = call.activity.input as AssociateInput;
    const same =
      (before?.activity.input as AssociateInput | undefined)?.accessToken === accessToken;
    return same ? [violation('a second TOTP set-up in one session', call.activity.at)] : [];
  });
};

function texts(world: World): readonly Call[] {
  return associations(world, 'sms');
}

function associations({ story }: World, factor: 'sms' | 'totp'): readonly Call[] {
  return story
    .callsOf('associate')
    .filter(({ activity }) => (activity.input as AssociateInput).factor === factor);
}

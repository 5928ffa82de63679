/** Where a text goes, and what a TOTP set-up is made for. */
import type { AssociateInput } from '../../../activities/enrollment-activities.ts';
import { readPhoneNumber } from '../../../workflows/contract/typed.ts';
import type { Call, Delivery } from '../story.ts';
import type { World } from '../world.ts';
import { type EndOracle, refusalOf, violation } from './violation.ts';

/** A number that is refused for one of these was never the newest one. */
const NOT_TAKEN = [
  'same-phone-number',
  'no-number-changes-left',
  'no-sms-step',
  'already-confirmed',
  'superseded',
  'malformed',
  'ended',
];

/** The number texted is the newest that the run had been given when it asked. */
export const numberIsTheNewest: EndOracle = (world) => {
  const numbers = world.story.deliveries.filter(
    ({ name, at }) => name === 'changePhoneNumber' && at !== undefined,
  );
  // A signal's verdict cannot be heard, so a run with many of them says nothing.
  if (numbers.filter(({ way }) => way === 'signal').length > 1 || numbers.length > 2) return [];
  return texts(world).flatMap(({ activity, task }) => {
    const { phoneNumber } = activity.input as AssociateInput;
    const newest = numbers
      .filter((message) => (message.task ?? Infinity) <= task && standing(message, activity.at))
      .at(-1);
    const expected = newest === undefined ? undefined : numberIn(newest);
    return expected === undefined || expected === phoneNumber
      ? []
      : [violation('a text goes to a number that was changed', activity.at, `${newest?.id}`)];
  });
};

function standing(message: Delivery, at: number): boolean {
  const refusal = refusalOf(message);
  if (refusal === undefined) return message.way === 'update' && numberIn(message) !== undefined;
  // Refused before, it is not what the text should have gone to.
  return !NOT_TAKEN.includes(refusal) && (message.update?.answeredAt ?? 0) >= at;
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

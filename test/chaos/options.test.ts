import { describe, expect, it } from '@jest/globals';
import { LANES_DEFAULT, readOptions, UsageError } from './options.ts';

const CUTS = 32;

describe('the command line of the chaos suite', () => {
  it.each([
    [[], { what: { kind: 'minutes', minutes: 10 }, lanes: LANES_DEFAULT }],
    [['--minutes', '3', '--lanes', '2'], { what: { kind: 'minutes', minutes: 3 }, lanes: 2 }],
    [['--seed=0'], { what: { kind: 'seed', number: 0 }, lanes: LANES_DEFAULT }],
    [['--event', '17'], { what: { kind: 'event', number: 17 }, lanes: LANES_DEFAULT }],
    [['--cut', '32'], { what: { kind: 'cut', number: 32 }, lanes: LANES_DEFAULT }],
  ])('takes %j', (args, expected) => {
    expect(readOptions(args, CUTS)).toEqual(expected);
  });

  it.each([
    [['--seeds', '1'], "Unknown option '--seeds'"],
    [['17'], "Unexpected argument '17'"],
    [['--seed'], "Option '--seed <value>' argument missing"],
    [['--seed', 'x'], '--seed must be a whole number from 0 to 4294967295, not x.'],
    [['--event', '-1'], "Option '--event' argument is ambiguous"],
    [['--cut', '33'], '--cut must be a whole number from 1 to 32, not 33.'],
    [['--lanes', '0'], '--lanes must be a whole number from 1 to 32, not 0.'],
    [['--minutes', '1.5'], '--minutes must be a whole number from 1 to 1440, not 1.5.'],
    [['--seed', '1', '--event', '2'], 'Give one of --seed and --event.'],
  ])('refuses %j and says why', (args, why) => {
    const read = () => readOptions(args, CUTS);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(why);
  });
});

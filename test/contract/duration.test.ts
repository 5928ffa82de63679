import { describe, expect, it } from '@jest/globals';
import { duration } from '../../workflows/contract/duration.ts';

const HOUR = 3_600_000;

describe('a duration', () => {
  it.each([
    [0, '0 s'],
    [40_000, '40 s'],
    [300_000, '5 min'],
    [5_400_000, '1 h 30 min'],
    [24 * HOUR, '1 d'],
    [26 * HOUR + 59_000, '1 d 2 h'],
    [7 * 24 * HOUR, '7 d'],
  ])('of %s ms is %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
});

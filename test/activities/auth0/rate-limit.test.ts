import { describe, expect, it } from '@jest/globals';
import { retryAt } from '../../../activities/auth0/rate-limit.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const EPOCH_S = NOW / 1000;

describe('when to ask again', () => {
  it.each<[string, Record<string, string>, number | undefined]>([
    ['seconds', { 'retry-after': '30' }, NOW + 30_000],
    ['a date', { 'retry-after': 'Thu, 01 Jan 2026 12:01:00 GMT' }, NOW + 60_000],
    ['the bucket', { 'x-ratelimit-reset': String(EPOCH_S + 5) }, NOW + 5_000],
    ['both', { 'retry-after': '1', 'x-ratelimit-reset': String(EPOCH_S + 5) }, NOW + 1_000],
    ['a past date', { 'retry-after': 'Thu, 01 Jan 2026 11:00:00 GMT' }, NOW],
    ['far too long', { 'retry-after': '999999' }, NOW + 3_600_000],
    ['nonsense', { 'retry-after': 'soon', 'x-ratelimit-reset': 'x' }, undefined],
    ['nothing', {}, undefined],
  ])('is told by %s', (_what, headers, expected) => {
    expect(retryAt(headers, NOW)).toBe(expected);
  });

  it('is counted on Auth0’s clock where that differs from ours', () => {
    const headers = {
      date: 'Thu, 01 Jan 2026 12:02:00 GMT',
      'x-ratelimit-reset': String(EPOCH_S + 125),
    };
    expect(retryAt(headers, NOW)).toBe(NOW + 5_000);
  });
});

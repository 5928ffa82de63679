import { describe, expect, it } from '@jest/globals';
import { retryAt } from '../../../activities/auth0/rate-limit.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const EPOCH_S = NOW / 1000;
/** Beside a Retry-After that is to be ignored. */
const RESET = { 'x-ratelimit-reset': String(EPOCH_S + 5) };

describe('when to ask again', () => {
  it.each<[string, Record<string, string>, number | undefined]>([
    ['seconds', { 'retry-after': '30' }, NOW + 30_000],
    ['seconds with zeros and blanks around', { 'retry-after': ' 0030\t' }, NOW + 30_000],
    ['no seconds at all', { 'retry-after': '0' }, NOW],
    ['a date', { 'retry-after': 'Thu, 01 Jan 2026 12:01:00 GMT' }, NOW + 60_000],
    [
      'a date as RFC 850 has it',
      { 'retry-after': 'Thursday, 01-Jan-26 12:01:00 GMT' },
      NOW + 60_000,
    ],
    ['a date as asctime has it', { 'retry-after': 'Thu Jan  1 12:01:00 2026' }, NOW + 60_000],
    ['the bucket', RESET, NOW + 5_000],
    ['both', { 'retry-after': '1', ...RESET }, NOW + 1_000],
    ['a past date', { 'retry-after': 'Thu, 01 Jan 2026 11:00:00 GMT', ...RESET }, NOW],
    ['a bucket that is full again', { 'x-ratelimit-reset': String(EPOCH_S - 5) }, NOW],
    ['far too long', { 'retry-after': '999999' }, NOW + 3_600_000],
    ['more seconds than a number holds', { 'retry-after': '9'.repeat(400) }, NOW + 3_600_000],
    ['nonsense', { 'retry-after': 'soon', 'x-ratelimit-reset': 'x' }, undefined],
    ['nothing', {}, undefined],
  ])('is told by %s', (_what, headers, expected) => {
    expect(retryAt(headers, NOW)).toBe(expected);
  });

  it.each([
    ...['12.5', '-5', '+5', '1e3', '0x10', '', ' ', '３０', '30s', '30, 60', '30, 30'],
    ...['2026-01-01T12:01:00Z', '01 Jan 2026 12:01:00 GMT', 'Thu, 1 Jan 2026 12:01:00 GMT'],
    ...[
      'Thu, 01 Jan 2026 12:01:00 CET',
      'Thu, 01 Jan 2026 12:01:00',
      'Thu, 01 Jan 26 12:01:00 GMT',
    ],
    ...['Sat, 31 Feb 2026 12:00:00 GMT', 'Thu, 01 Jan 2026 24:00:00 GMT', 'Jan 1 2027', 'Thursday'],
  ])(
    'is not told by a Retry-After that is neither digits nor a date, but by the bucket: %j',
    (value) => {
      expect(retryAt({ 'retry-after': value, ...RESET }, NOW)).toBe(NOW + 5_000);
    },
  );

  it.each([
    ...[`${EPOCH_S + 5}.5`, `${NOW + 5_000}`, `-${EPOCH_S}`, '1e12', '', 'soon'],
    ...[`${EPOCH_S + 5}, ${EPOCH_S + 9}`, new Date(NOW).toUTCString()],
  ])('is not told by a bucket that is not in epoch seconds: %j', (value) => {
    expect(retryAt({ 'x-ratelimit-reset': value }, NOW)).toBeUndefined();
  });

  it.each([
    ['the bucket', { 'x-ratelimit-reset': String(EPOCH_S + 125) }],
    ['a date', { 'retry-after': 'Thu, 01 Jan 2026 12:02:05 GMT' }],
  ])('is counted on Auth0’s clock where that differs from ours: %s', (_what, headers) => {
    const date = 'Thu, 01 Jan 2026 12:02:00 GMT';
    expect(retryAt({ date, ...headers }, NOW)).toBe(NOW + 5_000);
  });

  it('is counted on ours where Auth0’s cannot be read', () => {
    expect(retryAt({ date: '12.5', ...RESET }, NOW)).toBe(NOW + 5_000);
  });
});

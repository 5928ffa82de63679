import { describe, expect, it } from '@jest/globals';
import {
  applicationFailure,
  CLASSES,
  failureOfReply,
  failureOfSilence,
  repeatable,
} from '../../activities/failures.ts';
import type { Endpoint, FailureType } from '../../activities/failure-types.ts';

const NOW = Date.UTC(2026, 0, 1);
const ASSOCIATE = 'POST /mfa/associate';
const CONFIRM_SMS = 'POST /oauth/token (mfa-oob)';
const CONFIRM_OTP = 'POST /oauth/token (mfa-otp)';
const EXCHANGE = 'POST /oauth/token (authorization_code)';
const LIST = 'GET /mfa/authenticators';
const DELETE = 'DELETE /mfa/authenticators/{id}';
const ENDPOINTS = [EXCHANGE, CONFIRM_SMS, CONFIRM_OTP, ASSOCIATE, LIST, DELETE] as const;

function classified(
  endpoint: Endpoint,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return failureOfReply(endpoint, { kind: 'reply', status, headers, text }, NOW);
}

const notAllowed = (grant: string) => `Grant type '${grant}' not allowed for the client.`;

describe('a reply of Auth0', () => {
  it.each<[FailureType, number, unknown]>([
    ['rate-limited', 429, 'slow down'],
    ['ambiguous', 500, { error: 'server_error' }],
    ['ambiguous', 502, '<html>Bad gateway</html>'],
    ['ambiguous', 408, ''],
    ['unexpected-response', 400, { error: 'something_new', error_description: 'x' }],
    ['ambiguous', 599, ''],
    ['ambiguous', 302, ''],
    ['ambiguous', 200, { error: 'invalid_client' }],
    ['unavailable', 401, '<html></html>'],
    ['unavailable', 403, 'null'],
    ['unavailable', 403, { message: 'Forbidden' }],
  ])('is %s by its status where its words say nothing: %i %j', (type, status, body) => {
    expect(classified(ASSOCIATE, status, body).type).toBe(type);
  });

  it.each([
    { error: 'something_new', error_description: 'x' },
    { error: 'unauthorized', error_description: 'x' },
    { error: 'access_denied', error_description: 'An Action says no.' },
  ])('by 401 is not taken for "log in again" where it is not known: %j', (body) => {
    for (const endpoint of ENDPOINTS) {
      expect([endpoint, classified(endpoint, 401, body).type]).toEqual([
        endpoint,
        'unexpected-response',
      ]);
    }
  });

  it.each([400, 403, 404, 413, 422])(
    'to an exchange ends nothing by %i in unknown words: a sender may have caused it',
    (status) => {
      const body = { error: 'something_new', error_description: 'x' };
      const { type } = classified(EXCHANGE, status, body);
      expect(type).toBe('ambiguous');
      expect(CLASSES[type].benign).toBe(false);
      expect(classified(ASSOCIATE, status, body).type).toBe('unexpected-response');
    },
  );

  it.each([500, 502, 503, 408])('is believed by its status, not by its words, by %i', (status) => {
    for (const body of [
      { error: 'invalid_client' },
      { error: 'invalid_request', error_description: 'Invalid phone number' },
      { error: 'invalid_grant', error_description: 'Invalid otp_code.' },
      { error: 'too_many_sms' },
      { error: 'expired_token', error_description: 'mfa_token is expired' },
    ]) {
      for (const endpoint of ENDPOINTS) {
        expect(classified(endpoint, status, body).type).toBe('ambiguous');
      }
    }
  });

  it.each([
    { error: 'access_denied', error_description: 'Too many requests' },
    { error: 'invalid_request', error_description: 'Invalid phone number' },
    { error: 'invalid_client' },
    { error: 'invalid_grant', error_description: 'Slow down.' },
  ])('by 429 is a limit whose wait is kept, unless its words name a quota: %j', (body) => {
    for (const endpoint of ENDPOINTS) {
      expect(classified(endpoint, 429, body, { 'retry-after': '60' })).toMatchObject({
        type: 'rate-limited',
        retryAt: NOW + 60_000,
      });
    }
  });

  it.each([
    { timestamp: 'x', status: 403, error: 'Forbidden', path: '/mfa/associate' },
    { error: 'error code: 1010' },
    { error: 'Access denied by firewall' },
    { error: 'Not Found' },
    { error: '', message: 'Forbidden' },
    { statusCode: 403, message: 'Forbidden' },
  ])('is none where only a gateway speaks so: %j', (body) => {
    for (const endpoint of ENDPOINTS) {
      expect(classified(endpoint, 403, body).type).toBe('unavailable');
    }
  });

  it.each([
    { statusCode: 400, error: 'Bad Request', message: 'x', errorCode: 'invalid_phone_number' },
    { statusCode: 400, error: 'Bad Request', message: 'Invalid phone number' },
    { statusCode: 400, errorCode: 'invalid_phone_number', message: null },
    { error: 'invalid_phone_number', error_description: { message: 'x' } },
    { error: 1, error_description: 'The phone number is invalid.' },
  ])('is read in either shape, whatever its other fields are: %j', (body) => {
    expect(classified(ASSOCIATE, 400, body)).toMatchObject({ type: 'phone-number-refused' });
    expect(classified(LIST, 400, body).type).toBe('unexpected-response');
  });

  it.each([
    "The 'From' number is not a valid phone number.",
    'The sender’s phone number is not valid.',
    'No phone number provider is set up.',
  ])('is not about the person’s number: %s', (error_description) => {
    const body = { error: 'invalid_request', error_description };
    expect(classified(ASSOCIATE, 400, body).type).not.toBe('phone-number-refused');
  });

  it('says nothing of a user’s own quota in its rate headers', () => {
    const body = { error: 'too_many_sms', error_description: '' };
    const soon = { 'x-ratelimit-reset': String(NOW / 1000 + 1) };
    expect(classified(ASSOCIATE, 429, body, soon)).not.toHaveProperty('retryAt');
  });

  it.each([
    [EXCHANGE, 'invalid_client', '', 'AUTH0_CLIENT_SECRET'],
    [CONFIRM_OTP, 'access_denied', 'Unauthorized', 'AUTH0_CLIENT_SECRET'],
    [EXCHANGE, 'unauthorized_client', notAllowed('authorization_code'), 'authorization_code'],
    [CONFIRM_SMS, 'unauthorized_client', notAllowed('…/mfa-oob'), 'MFA grant'],
    [ASSOCIATE, 'too_many_sms_per_tenant', '', 'phone provider'],
  ] as const)('tells an operator what to mend: %s %s "%s": %s', (endpoint, error, text, told) => {
    const detail = classified(endpoint, 401, { error, error_description: text });
    expect(applicationFailure(detail, NOW).message).toContain(told);
  });

  it('leaves none of its own words in the failure', () => {
    const body = { error: 'marker-error', error_description: 'marker-description' };
    const failure = applicationFailure(classified(ASSOCIATE, 400, body), NOW);
    expect(JSON.stringify([failure.message, failure.details])).not.toContain('marker');
    expect(failure.stack).toBe('');
    const known = { error: 'marker-error', error_description: 'Invalid phone number marker' };
    expect(JSON.stringify(classified(ASSOCIATE, 400, known))).not.toContain('marker');
  });
});

describe('no reply', () => {
  it('is unavailable where nothing was sent, and ambiguous where something may have been', () => {
    const silence = (kind: 'not-sent' | 'ambiguous') =>
      failureOfSilence(ASSOCIATE, { kind, code: 'X' }).type;
    expect(silence('not-sent')).toBe('unavailable');
    expect(silence('ambiguous')).toBe('ambiguous');
  });

  it('to a read or a deletion is merely unavailable: it may be repeated', () => {
    expect(repeatable({ type: 'ambiguous', endpoint: 'x' }).type).toBe('unavailable');
    expect(repeatable({ type: 'token-expired', endpoint: 'x' }).type).toBe('token-expired');
  });
});

describe('what Temporal may repeat by itself', () => {
  it('is only what certainly was not processed (I2)', () => {
    const retryable = Object.entries(CLASSES).filter(([, { retryable }]) => retryable);
    expect(retryable.map(([type]) => type).sort()).toEqual(['rate-limited', 'unavailable']);
    for (const type of Object.keys(CLASSES) as FailureType[]) {
      const failure = applicationFailure({ type, endpoint: 'x' }, NOW);
      expect(failure.nonRetryable).toBe(type !== 'rate-limited' && type !== 'unavailable');
    }
  });

  it('waits as long as Auth0 asks, and leaves a long wait to the workflow', () => {
    const after = (seconds: string) =>
      applicationFailure(classified(ASSOCIATE, 429, '', { 'retry-after': seconds }), NOW);
    expect(after('3')).toMatchObject({ nonRetryable: false, nextRetryDelay: 3_000 });
    expect(after('60')).toMatchObject({
      nonRetryable: true,
      details: [{ retryAt: NOW + 60_000 }],
    });
  });
});

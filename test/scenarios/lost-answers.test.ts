import { describe, expect, it } from '@jest/globals';
import { INACTIVE_SMS } from './auth0.ts';
import { loggedIn, start } from './scenario.ts';

const MINUTE = 60_000;
const UNFINISHED = { status: 'refused', refusal: 'login-unfinished' };

describe('a login whose answer was lost', () => {
  it.each([
    ['login/dropped-before', 'undone'],
    ['login/dropped-after', 'done'],
  ] as const)('%s: a new one is asked for; its code is not exchanged again', async (_row, done) => {
    const { person, auth0 } = await start();
    auth0.loses('openSession', done);
    expect(await person.logIn()).toMatchObject({
      ...UNFINISHED,
      next: { type: 'log-in', factor: 'sms' },
    });
    expect(auth0.requests('openSession')).toBe(1);
    expect(auth0.requests('associate')).toBe(0);
    await person.enrollSms();
  });
});

describe('a text that went out with an answer that nobody knows', () => {
  it.each(['ambiguous', 'unexpected-response'] as const)(
    'is asked for once more, not twice: after %s the person is asked',
    async (first) => {
      const { person, auth0 } = await start({ factors: ['sms'] });
      auth0.refuses('associate', first, { done: true });
      auth0.refuses('associate', 'unexpected-response', { done: true });
      await person.signal('loginCompleted', person.proof());
      const { next } = await person.untilRefused('association-unresolved');
      expect(next).toMatchObject({ type: 'request-resend', challenge: 2, sendsLeft: 3 });
      expect(auth0.texts()).toHaveLength(2);
      expect(auth0.held).toEqual([]);
    },
  );
});

describe('a clean-up', () => {
  it.each([
    ['delete/dropped-before', 'undone'],
    ['delete/dropped-after', 'done'],
  ] as const)('%s: is repeated; that it is gone already is a success', async (_row, done) => {
    const { person, auth0, admin } = await loggedIn();
    auth0.loses('deleteAuthenticator', done);
    await admin.cancel();
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(auth0.requests('deleteAuthenticator')).toBe(2);
    expect(auth0.held).toEqual([]);
  });

  it('list/dropped: is repeated', async () => {
    const { person, auth0, admin } = await loggedIn();
    auth0.loses('listAuthenticators', 'undone');
    await admin.cancel();
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(auth0.held).toEqual([]);
  });

  it.each([
    ['list/held', 'listAuthenticators'],
    ['delete/held', 'deleteAuthenticator'],
  ] as const)('%s: is tried again later where Auth0 asks for patience', async (_row, call) => {
    const { person, auth0, admin } = await loggedIn();
    auth0.refuses(call, 'rate-limited', { retryInMs: MINUTE });
    await admin.cancel();
    const { phase, next } = await person.untilRefused('rate-limited');
    expect(phase).toBe('cleaning-up');
    expect(next).toMatchObject({ type: 'wait', until: expect.any(String) });
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(auth0.held).toEqual([]);
  });

  it('list/unreadable: deletes nothing unseen, and reports what is left', async () => {
    const { person, auth0, admin } = await loggedIn();
    auth0.loses('listAuthenticators', 'undone', { times: 1_000 });
    await admin.cancel();
    await person.untilRefused('unavailable');
    expect(await person.result()).toMatchObject({
      orphans: [{ factor: 'sms', why: 'no-live-token' }],
    });
    expect(auth0.requests('deleteAuthenticator')).toBe(0);
    expect(auth0.held).toEqual([INACTIVE_SMS]);
  });

  it('delete/refused: is not tried for ever, and what is left is reported', async () => {
    const { person, auth0, admin } = await loggedIn();
    auth0.refuses('deleteAuthenticator', 'unexpected-response', { times: 9 });
    await admin.cancel();
    expect(await person.result()).toMatchObject({
      orphans: [{ factor: 'sms', why: 'deletion-refused', authenticatorId: expect.any(String) }],
    });
    expect(auth0.requests('deleteAuthenticator')).toBe(1);
  });
});

describe('a worker that dies with a call in hand', () => {
  it('loses an associate, which nobody repeats blindly', async () => {
    const { person, auth0, until } = await start();
    auth0.losesWorker('associate', 'done');
    await person.signal('loginCompleted', person.proof());
    await until(() => auth0.requests('listAuthenticators') > 0);
    expect(auth0.requests('associate')).toBe(1);
    const { lastSettlement } = await person.untilPhase('awaiting-sms-code');
    expect(lastSettlement).toMatchObject({ verdict: 'made', challenge: 1 });
    expect(auth0.texts()).toHaveLength(2);
  });

  it('loses a read, which is made again', async () => {
    const { person, auth0, admin } = await loggedIn();
    auth0.losesWorker('listAuthenticators', 'undone');
    await admin.cancel();
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(auth0.requests('listAuthenticators')).toBe(2);
  });
});

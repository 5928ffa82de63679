import { describe, expect, it } from '@jest/globals';
import { ACTIVE_SMS, ACTIVE_TOTP, INACTIVE_SMS, INACTIVE_TOTP } from './auth0.ts';
import { loggedIn } from './scenario.ts';

const FOR_SMS = { factors: ['sms'] } as const;

describe('a right code whose answer was lost', () => {
  it('confirm/dropped-after: is found in the list and not judged again', async () => {
    const { person, auth0 } = await loggedIn();
    auth0.loses('confirm', 'done');
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    const { lastSettlement } = await person.untilPhase('awaiting-login');
    expect(lastSettlement).toMatchObject({ verdict: 'confirmed', challenge: 1 });
    expect(auth0.requests('confirm')).toBe(1);
    await person.enrollTotp();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
  });

  it('confirm/dropped-before: had no effect, so the same code is judged once more', async () => {
    const { person, auth0 } = await loggedIn();
    auth0.loses('confirm', 'undone');
    await person.signal('smsCode', person.texted());
    const { plan, lastSettlement } = await person.until(
      ({ phase, plan: [sms] }) => phase === 'awaiting-login' && sms?.status === 'enrolled',
    );
    expect(plan[0]).toMatchObject({ factor: 'sms', status: 'enrolled' });
    expect(lastSettlement).toMatchObject({ verdict: 'not-confirmed', challenge: 1 });
    expect(auth0.requests('confirm')).toBe(2);
    expect(auth0.verdicts).toEqual(['authenticator-confirmed']);
    expect(auth0.requests('associate')).toBe(1);
  });

  it.each([
    ['confirm/otp-dropped-after', 'done'],
    ['confirm/otp-dropped-before', 'undone'],
  ] as const)('%s: goes for a TOTP code too', async (_row, done) => {
    const { person, auth0 } = await loggedIn({ factors: ['totp'] });
    person.scan();
    auth0.loses('confirm', done);
    await person.signal('otpCode', person.otp());
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(auth0.verdicts).toEqual(['authenticator-confirmed']);
  });

  it('confirm/masked-end: is found under a name that hides its last digits, too', async () => {
    const { person, auth0, world } = await loggedIn(FOR_SMS);
    world.tenant.listing = (entry) => ({ ...entry, maskedName: '+1415XXXXXXX' });
    auth0.loses('confirm', 'done');
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    expect(auth0.requests('confirm')).toBe(1);
  });

  it.each(['the next login', 'the clean-up'])(
    'confirm/late-list: is found by %s, with the recovery code that it brought',
    async (by) => {
      const { person, auth0, admin } = await loggedIn({ factors: ['sms'], recoveryCodes: true });
      auth0.loses('confirm', 'done');
      auth0.refuses('listAuthenticators', 'unexpected-response', { times: 2 });
      await person.submit();
      if (by === 'the next login') await person.logIn().catch(() => undefined);
      else await admin.cancel();
      expect(await person.result()).toMatchObject({
        ...{ outcome: 'enrolled', recoveryCode: 'shown', orphans: [] },
      });
      expect(Object.keys(person.setUp())).toContain('recoveryCode');
    },
  );
});

describe('a wrong code whose answer was lost', () => {
  it('confirm/wrong: is judged twice, the one exception of I3; costs both attempts, and is told to be wrong', async () => {
    const { person, auth0 } = await loggedIn();
    auth0.loses('confirm', 'done');
    await person.signal('smsCode', person.wrong());
    const { next } = await person.untilRefused('wrong-code');
    expect(next).toMatchObject({ type: 'enter-sms-code', attemptsLeft: 2 });
    expect(auth0.verdicts).toEqual(['code-judged-wrong', 'code-judged-wrong']);
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
  });

  it('confirm/last-attempt: is not judged again where no attempt is left for it', async () => {
    const { person, auth0 } = await loggedIn();
    for (let count = 1; count <= 3; count += 1) await person.mistype();
    auth0.loses('confirm', 'done');
    await person.signal('smsCode', person.wrong());
    await person.untilPhase('awaiting-resend');
    expect(auth0.requests('confirm')).toBe(4);
  });
});

describe('an answer that the list does not make good', () => {
  it('confirm/second-loss: what it leaves is for the codes that came first, not for those behind them', async () => {
    const { person, auth0, passes } = await loggedIn(FOR_SMS);
    auth0.loses('confirm', 'undone', { times: 2 });
    const codes = ['111111', '222222', '333333', '444444'];
    const given = await Promise.all(codes.map((code) => person.submitting(code)));
    await passes(60_000);
    expect(await Promise.all(given.map((one) => one.result()))).toEqual([
      expect.objectContaining({ refusal: 'code-unresolved' }),
      expect.objectContaining({ status: 'wrong-code', attemptsLeft: 1 }),
      expect.objectContaining({ status: 'wrong-code', attemptsLeft: 0 }),
      expect.objectContaining({ status: 'refused' }),
    ]);
    expect(auth0.requests('confirm')).toBe(4);
  });

  it('confirm/second-loss: the person is asked, and the same digits are a new code', async () => {
    const { person, auth0 } = await loggedIn();
    auth0.loses('confirm', 'undone', { times: 2 });
    await person.signal('smsCode', person.texted());
    const { next } = await person.untilRefused('code-unresolved');
    expect(next).toMatchObject({ type: 'enter-sms-code', challenge: 1, attemptsLeft: 2 });
    expect(auth0.took('confirm')).toBe(0);
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
  });

  it('confirm/unreadable: nothing is repeated; a later refusal is told after the list', async () => {
    const { person, auth0 } = await loggedIn();
    auth0.refuses('listAuthenticators', 'unexpected-response', { times: 2 });
    auth0.loses('confirm', 'done');
    await person.signal('smsCode', person.texted());
    const { lastSettlement } = await person.untilRefused('code-unresolved');
    expect(lastSettlement).toMatchObject({ verdict: 'cannot-tell' });
    expect(auth0.requests('confirm')).toBe(1);
    // Auth0 refuses the spent code, but the list shows that it did its work.
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    expect(auth0.verdicts).toEqual(['authenticator-confirmed']);
  });

  it('confirm/not-said: does not count as confirmed; the code is asked for again', async () => {
    const { person, auth0, world } = await loggedIn(FOR_SMS);
    const { listing } = world.tenant;
    world.tenant.listing = ({ active: _active, ...entry }) => entry;
    auth0.loses('confirm', 'done');
    await person.signal('smsCode', person.texted());
    const { lastSettlement } = await person.untilRefused('code-unresolved');
    expect(lastSettlement).toMatchObject({ verdict: 'cannot-tell', challenge: 1 });
    expect(auth0.requests('confirm')).toBe(1);
    world.tenant.listing = listing;
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    expect(auth0.verdicts).toEqual(['authenticator-confirmed']);
  });

  it('confirm/cancelled: is not judged again once the enrollment has been cancelled', async () => {
    const { person, auth0, admin } = await loggedIn();
    auth0.loses('confirm', 'undone');
    await person.signal('smsCode', person.texted());
    await admin.cancel();
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(auth0.requests('confirm')).toBe(1);
    expect(auth0.held).toEqual([]);
  });
});

describe('a right code that confirms the factor, and is refused all the same', () => {
  it.each([
    'unexpected-response',
    'login-unfinished',
    'code-expired',
    'token-expired',
    'too-many-wrong-codes',
  ] as const)('confirm/refused-after: as %s, is found in the list', async (refusal) => {
    const { person, auth0 } = await loggedIn(FOR_SMS);
    auth0.refuses('confirm', refusal, { done: true });
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    expect(await person.result()).toMatchObject({
      ...{ outcome: 'enrolled', orphans: [] },
      factors: [{ factor: 'sms', status: 'enrolled' }],
    });
    expect(auth0.requests('confirm')).toBe(1);
    expect(auth0.held).toEqual([ACTIVE_SMS]);
  });

  it('confirm/refused-repeat: goes for the repeat of a code whose answer was lost', async () => {
    const { person, auth0 } = await loggedIn(FOR_SMS);
    auth0.loses('confirm', 'undone');
    auth0.refuses('confirm', 'unexpected-response', { done: true });
    await person.signal('smsCode', person.texted());
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(auth0.verdicts).toEqual(['authenticator-confirmed']);
  });
});

describe('a code whose answer was lost while another enrollment set up the same factor', () => {
  it('leaves entries of which nobody can tell whose they are: none is deleted (I1), they are named', async () => {
    const { person, auth0, world } = await loggedIn({ factors: ['totp'] });
    person.scan();
    auth0.loses('confirm', 'done');
    const code = await person.submitting(person.otp());
    auth0.enrollElsewhere('totp');
    expect(await code.result()).toMatchObject({ refusal: 'code-unresolved' });
    await person.logIn();
    const [, theirs] = world.tenant.entries;
    expect(await person.result()).toMatchObject({
      outcome: 'enrolled',
      orphans: [{ factor: 'totp', why: 'cannot-tell-ours', authenticatorId: theirs?.id }],
    });
    expect(auth0.held).toEqual([ACTIVE_TOTP, INACTIVE_TOTP]);
    expect(auth0.requests('deleteAuthenticator')).toBe(0);
  });
});

describe('a code that is refused and confirms nothing', () => {
  it('confirm/unknown-unreadable: without the list it is as good as lost', async () => {
    const { person, auth0 } = await loggedIn(FOR_SMS);
    auth0.refuses('listAuthenticators', 'unexpected-response', { times: 2 });
    auth0.refuses('confirm', 'unexpected-response');
    await person.signal('smsCode', person.texted());
    const { next, lastSettlement } = await person.untilRefused('code-unresolved');
    expect(lastSettlement).toMatchObject({ verdict: 'cannot-tell', challenge: 1 });
    // It may have been judged, so it counts.
    expect(next).toMatchObject({ type: 'enter-sms-code', attemptsLeft: 3 });
    expect(auth0.held).toEqual([INACTIVE_SMS]);
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
  });

  it('costs an attempt where nobody knows what Auth0 made of it: the last is not judged again', async () => {
    const { person, auth0 } = await loggedIn(FOR_SMS);
    for (let mistakes = 0; mistakes < 3; mistakes += 1) await person.mistype();
    auth0.refuses('confirm', 'unexpected-response', { done: true });
    expect(await person.mistype()).toMatchObject({
      refusal: 'awaiting-operator',
      next: { type: 'request-resend', challenge: 1 },
    });
    expect(auth0.requests('confirm')).toBe(4);
    expect(auth0.verdicts).toHaveLength(4);
  });

  it('confirm/known: a refusal that the table knows is told, once the list agrees', async () => {
    const { person, auth0 } = await loggedIn(FOR_SMS);
    auth0.refuses('confirm', 'code-expired');
    expect(await person.submit()).toMatchObject({
      ...{ status: 'refused', refusal: 'code-expired' },
      next: { type: 'request-resend', challenge: 1 },
    });
    expect(auth0.requests('listAuthenticators')).toBe(1);
  });

  it('confirm/verdict: that it is wrong is told without a look at the list', async () => {
    const { person, auth0 } = await loggedIn(FOR_SMS);
    expect(await person.mistype()).toMatchObject({ status: 'wrong-code' });
    expect(auth0.requests('listAuthenticators')).toBe(0);
  });
});

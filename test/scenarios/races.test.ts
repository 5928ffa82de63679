import { describe, expect, it } from '@jest/globals';
import { ACTIVE_SMS } from './auth0.ts';
import type { Enrollee } from './enrollee.ts';
import { loggedIn, start } from './scenario.ts';

const MINUTE = 60_000;
const COOLDOWN_MS = 30_000;
const OTHER_NUMBER = '+14155550124';
/** So long a code is with Auth0 while something else comes. */
const SLOW_MS = 2_000;
const refused = (type: string) => ({ cause: { type } });

describe('a code that arrives while one is being judged', () => {
  it('waits for the verdict, and is judged next where that was a wrong one', async () => {
    const { person, auth0 } = await loggedIn();
    auth0.slow('confirm', SLOW_MS);
    const wrong = await person.submitting(person.wrong());
    const right = await person.submitting();
    expect(auth0.requests('confirm')).toBe(1);
    expect(await wrong.result()).toMatchObject({ status: 'wrong-code', attemptsLeft: 3 });
    expect(await right.result()).toMatchObject({ status: 'confirmed', factor: 'sms' });
    expect(auth0.verdicts).toEqual(['code-judged-wrong', 'authenticator-confirmed']);
    expect(auth0.held).toEqual([ACTIVE_SMS]);
  });

  it('is refused, and not judged, where that was the right one', async () => {
    const { person, auth0 } = await loggedIn();
    auth0.slow('confirm', SLOW_MS);
    const right = await person.submitting();
    const late = await person.submitting(person.wrong());
    expect(await right.result()).toMatchObject({ status: 'confirmed' });
    expect(await late.result()).toMatchObject({
      status: 'refused',
      refusal: 'superseded',
      next: { type: 'log-in', factor: 'totp' },
    });
    expect(auth0.verdicts).toEqual(['authenticator-confirmed']);
    expect(auth0.held).toEqual([ACTIVE_SMS]);
  });

  it('joins it where it is the same: both are told the one verdict', async () => {
    const { person, auth0 } = await loggedIn();
    auth0.slow('confirm', SLOW_MS);
    const code = person.wrong();
    const first = await person.submitting(code);
    const again = await person.submitting(code);
    const told = { status: 'wrong-code', attemptsLeft: 3 };
    expect(await first.result()).toMatchObject(told);
    expect(await again.result()).toMatchObject(told);
    expect(auth0.requests('confirm')).toBe(1);
  });
});

describe('two codes at the same instant', () => {
  it('are judged one after the other, and each costs its own attempt', async () => {
    const { person, auth0 } = await loggedIn();
    const answers = await Promise.all([person.mistype(), person.mistype()]);
    const left = answers.map((answer) =>
      answer.status === 'wrong-code' ? answer.attemptsLeft : -1,
    );
    expect(left).toEqual([3, 2]);
    expect(auth0.verdicts).toEqual(['code-judged-wrong', 'code-judged-wrong']);
    expect(person.progress().next).toMatchObject({ attemptsLeft: 2 });
  });

  it.each([
    ['the wrong one first', ['wrong', 'right'], ['code-judged-wrong', 'authenticator-confirmed']],
    ['the right one first', ['right', 'wrong'], ['authenticator-confirmed']],
  ] as const)('by signal, %s', async (_name, order, reached) => {
    const { person, auth0 } = await loggedIn();
    const codes = { wrong: person.wrong(), right: person.texted() };
    await Promise.all(order.map((which) => person.signal('smsCode', codes[which])));
    await person.until(({ plan }) => plan[0]?.status === 'enrolled');
    await person.untilPhase('awaiting-login');
    expect(auth0.verdicts).toEqual(reached);
    expect(auth0.held).toEqual([ACTIVE_SMS]);
    expect(await person.timeline()).toContain('sms confirmed');
    if (order[0] === 'right') await person.untilRefused('superseded');
  });
});

describe('a resend or a change of number while a confirm is in flight', () => {
  const ask = {
    resend: (person: Enrollee) => person.resending(),
    'change of number': (person: Enrollee) => person.changingPhoneNumber(OTHER_NUMBER),
  };

  it.each(['resend', 'change of number'] as const)(
    'a %s is refused, and sends nothing, where the code was right',
    async (which) => {
      const { person, auth0, passes } = await loggedIn();
      await passes(COOLDOWN_MS);
      auth0.slow('confirm', SLOW_MS);
      const code = await person.submitting();
      const asked = await ask[which](person);
      expect(await code.result()).toMatchObject({ status: 'confirmed' });
      expect(await asked.result()).toMatchObject({
        status: 'refused',
        refusal: 'already-confirmed',
        next: { type: 'log-in', factor: 'totp' },
      });
      expect(auth0.requests('associate')).toBe(1);
      expect(auth0.texts()).toHaveLength(1);
      expect(auth0.held).toEqual([ACTIVE_SMS]);
    },
  );

  it.each(['resend', 'change of number'] as const)(
    'a %s is acted on, once, where the code was wrong',
    async (which) => {
      const { person, auth0, passes } = await loggedIn();
      const first = person.texted();
      await passes(COOLDOWN_MS);
      auth0.slow('confirm', SLOW_MS);
      const code = await person.submitting(person.wrong());
      const asked = await ask[which](person);
      expect(auth0.requests('associate')).toBe(1);
      expect(await code.result()).toMatchObject({ status: 'wrong-code', attemptsLeft: 3 });
      expect(await asked.result()).toMatchObject({
        status: 'accepted',
        next: { type: 'enter-sms-code', challenge: 2, attemptsLeft: 4, sendsLeft: 3 },
      });
      await expect(person.submit(first, 1)).rejects.toMatchObject(refused('superseded'));
      const number = which === 'resend' ? person.phoneNumber : OTHER_NUMBER;
      expect(await person.submit(person.texted(number))).toMatchObject({ status: 'confirmed' });
      await person.untilPhase('awaiting-login');
      expect(auth0.took('confirm')).toBe(2);
      expect(auth0.requests('associate')).toBe(2);
      expect(auth0.held).toEqual([ACTIVE_SMS]);
    },
  );
});

describe('a resend that waits for a call', () => {
  it('gives way to one that names another challenge; both are answered, and the run can end', async () => {
    const { person, auth0, admin } = await loggedIn();
    auth0.slow('confirm', SLOW_MS);
    const wrong = await person.submitting(person.wrong());
    const older = await person.resending(1);
    const newer = await person.resending(2);
    expect(await wrong.result()).toMatchObject({ status: 'wrong-code' });
    expect(await older.result()).toMatchObject({ status: 'refused', refusal: 'superseded' });
    expect(await newer.result()).toMatchObject({ status: 'refused', refusal: 'nothing-to-resend' });
    expect(auth0.requests('associate')).toBe(1);
    await admin.cancel();
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
  });
});

describe('a resend that was asked for before the answer to a text was lost', () => {
  it('is refused where the list cannot tell: the person may ask again who then knows (I2)', async () => {
    const { person, auth0, passes } = await start({ factors: ['sms'] });
    auth0.refuses('associate', 'rate-limited', { retryInMs: 40_000 });
    await person.signal('loginCompleted', person.proof());
    await person.untilRefused('rate-limited');
    auth0.loses('associate', 'done');
    auth0.refuses('listAuthenticators', 'unexpected-response', { times: 2 });
    const early = await person.resending(1);
    expect(await early.result()).toMatchObject({
      ...{ status: 'refused', refusal: 'association-unresolved' },
      next: { type: 'request-resend', challenge: 1, sendsLeft: 4 },
    });
    await passes(MINUTE);
    expect(auth0.texts()).toHaveLength(1);
    expect(await person.resend()).toMatchObject({ status: 'accepted' });
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
  });
});

describe('a late code of challenge 1', () => {
  it('after challenge 2 was sent is refused without a request, and costs no attempt', async () => {
    const { person, auth0, passes } = await loggedIn();
    const first = person.texted();
    await passes(COOLDOWN_MS);
    await person.resend();
    await expect(person.submit(first, 1)).rejects.toMatchObject(refused('superseded'));
    await person.signal('smsCode', { code: first, challenge: 1 });
    const { next } = await person.untilRefused('superseded');
    expect(next).toMatchObject({ type: 'enter-sms-code', challenge: 2, attemptsLeft: 4 });
    expect(auth0.requests('confirm')).toBe(0);
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    await person.untilPhase('awaiting-login');
    expect(auth0.held).toEqual([ACTIVE_SMS]);
  });

  it('is refused already while challenge 2 is being sent', async () => {
    const { person, auth0, passes } = await loggedIn();
    const first = person.texted();
    await passes(COOLDOWN_MS);
    auth0.slow('associate', SLOW_MS);
    const resend = await person.resending(1);
    await expect(person.submit(first, 1)).rejects.toMatchObject(refused('superseded'));
    expect(await resend.result()).toMatchObject({ next: { challenge: 2, attemptsLeft: 4 } });
    expect(auth0.requests('confirm')).toBe(0);
  });
});

describe('50 wrong codes at once with 3 attempts left', () => {
  it('reach Auth0 three times (I3); the others are told that none is left', async () => {
    const { person, auth0 } = await loggedIn();
    await person.mistype();
    const sent = Array.from({ length: 50 }, () =>
      person.mistype().catch((error: unknown) => error),
    );
    const answers = await Promise.all(sent);
    expect(auth0.took('confirm')).toBe(4);
    const [errors, verdicts] = [true, false].map((is) =>
      answers.filter((answer) => answer instanceof Error === is),
    );
    expect(verdicts).toEqual(Array(3).fill(expect.objectContaining({ status: 'wrong-code' })));
    const none = expect.objectContaining(refused('no-attempts-left'));
    expect(errors).toEqual(Array(47).fill(none));
    expect(person.progress().next).toMatchObject({ type: 'request-resend', sendsLeft: 4 });
    await expect(person.submit()).rejects.toMatchObject(refused('no-attempts-left'));
    expect(auth0.took('confirm')).toBe(4);
  });

  it('by signal are recorded as refused, and reach Auth0 no more often', async () => {
    const { person, auth0 } = await loggedIn();
    await person.mistype();
    const codes = Array.from({ length: 50 }, () => person.wrong());
    await Promise.all(codes.map((code) => person.signal('smsCode', code)));
    await person.untilPhase('awaiting-resend');
    expect(await person.timeline()).toContain('smsCode refused: no-attempts-left');
    expect(auth0.took('confirm')).toBe(4);
  });
});

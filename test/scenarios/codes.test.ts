import { describe, expect, it } from '@jest/globals';
import { loggedIn, start } from './scenario.ts';

const OTHER_NUMBER = '+14155550199';
const refused = (type: string) => ({ cause: { type } });

describe('a wrong code', () => {
  it('costs an attempt, says how many are left, and does no other harm', async () => {
    const { person } = await loggedIn();
    expect(await person.mistype()).toMatchObject({
      status: 'wrong-code',
      attemptsLeft: 3,
      next: { type: 'enter-sms-code', attemptsLeft: 3 },
    });
    expect(person.progress().lastRefusal).toMatchObject({ refusal: 'wrong-code' });
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    expect(person.progress().lastRefusal).toBeUndefined();
  });

  it('four times spends the text; a new one is asked for, not sent', async () => {
    const { person, auth0 } = await loggedIn();
    for (let count = 1; count <= 4; count += 1) await person.mistype();
    expect(person.progress()).toMatchObject({
      phase: 'awaiting-resend',
      next: { type: 'request-resend', challenge: 1, sendsLeft: 4 },
    });
    await expect(person.submit()).rejects.toMatchObject(refused('no-attempts-left'));
    expect(auth0.took('confirm')).toBe(4);
    expect(auth0.requests('associate')).toBe(1);
  });

  it('four times spends a TOTP set-up, which is removed; a new login is due', async () => {
    const { person, auth0 } = await loggedIn({ factors: ['totp'] });
    for (let count = 1; count <= 4; count += 1) await person.mistype();
    expect(person.progress()).toMatchObject({ phase: 'cleaning-up', next: { type: 'wait' } });
    expect(await person.untilPhase('awaiting-login')).toMatchObject({
      next: { type: 'log-in', factor: 'totp' },
    });
    expect(auth0.held).toEqual([]);
    await person.enrollTotp();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled' });
  });
});

describe('attempts', () => {
  it('are spoken for by codes that wait: one more is turned away at the door', async () => {
    const { person, auth0 } = await loggedIn();
    auth0.slow('confirm', 500);
    const codes = [];
    for (let count = 1; count <= 4; count += 1) codes.push(await person.submitting(person.wrong()));
    await expect(person.mistype()).rejects.toMatchObject(refused('no-attempts-left'));
    for (const code of codes) await code.result();
    await person.untilPhase('awaiting-resend');
    expect(auth0.verdicts).toEqual(Array(4).fill('code-judged-wrong'));
  });
});

describe('a code that is not judged', () => {
  it('came before anything was sent', async () => {
    const { person, auth0 } = await start();
    await person.signal('smsCode', '123456');
    await person.untilRefused('no-code-expected');
    expect(await person.submit('123456', 1)).toMatchObject({ refusal: 'no-code-expected' });
    expect(auth0.requests('confirm')).toBe(0);
  });

  it('is for the other factor', async () => {
    const { person, auth0 } = await loggedIn();
    await person.signal('otpCode', person.texted());
    await person.untilRefused('no-code-expected');
    expect(auth0.requests('confirm')).toBe(0);
  });

  it('names a challenge that a newer one has replaced', async () => {
    const { person, auth0 } = await loggedIn();
    await person.submit();
    await expect(person.submit('123456', 1)).rejects.toMatchObject(refused('superseded'));
    await person.signal('smsCode', { code: '123456', challenge: 1 });
    await person.untilRefused('superseded');
    expect(auth0.requests('confirm')).toBe(1);
  });

  it('is the same again while it is being judged: both are told the one verdict', async () => {
    const { person, auth0 } = await loggedIn();
    const answers = await Promise.all([person.submit(), person.submit()]);
    expect(answers.map(({ status }) => status)).toEqual(['confirmed', 'confirmed']);
    expect(auth0.requests('confirm')).toBe(1);
  });

  it.each([12345, '12345', { code: '123456', chalenge: 1 }, null])(
    'has the wrong shape: %j',
    async (input) => {
      const { person, auth0 } = await loggedIn();
      await expect(person.submit(input)).rejects.toMatchObject(refused('malformed'));
      await person.signal('smsCode', input);
      const { lastRefusal } = await person.untilRefused('malformed');
      expect(lastRefusal?.message).toBe('smsCode');
      expect(auth0.requests('confirm')).toBe(0);
    },
  );

  it('comes by update without the challenge that it answers', async () => {
    const { person } = await loggedIn();
    const answer = person.update('submitCode', { code: '123456' });
    await expect(answer).rejects.toMatchObject(refused('malformed'));
  });
});

describe('sending again', () => {
  it('is refused while it cools down, and sends nothing', async () => {
    const { person, auth0 } = await loggedIn();
    expect(await person.resend()).toMatchObject({
      status: 'refused',
      refusal: 'cooling-down',
      next: { type: 'enter-sms-code', challenge: 1, sendsLeft: 4 },
    });
    expect(auth0.requests('associate')).toBe(1);
  });

  it('is refused where nothing was sent', async () => {
    const { person, auth0 } = await start();
    expect(await person.resend(1)).toMatchObject({ refusal: 'nothing-to-resend' });
    await person.signal('resendCode');
    await person.untilRefused('nothing-to-resend');
    expect(auth0.requests('associate')).toBe(0);
  });

  it('is refused once the factor is confirmed', async () => {
    const { person, auth0 } = await loggedIn();
    await person.submit();
    await person.signal('resendCode');
    await person.untilRefused('already-confirmed');
    expect(await person.changePhoneNumber(OTHER_NUMBER)).toMatchObject({
      refusal: 'already-confirmed',
    });
    expect(auth0.requests('associate')).toBe(1);
  });
});

describe('another number', () => {
  it('is used for the first text where it comes before the login', async () => {
    const { person, auth0 } = await start();
    expect(await person.changePhoneNumber(OTHER_NUMBER)).toMatchObject({ status: 'accepted' });
    await person.logIn();
    expect(await person.submit(person.texted(OTHER_NUMBER))).toMatchObject({ status: 'confirmed' });
    expect(auth0.texts(person.phoneNumber)).toEqual([]);
  });

  it.each([
    ['same-phone-number', '+14155550123'],
    ['cooling-down', OTHER_NUMBER],
  ])('is refused as %s', async (refusal, number) => {
    const { person, auth0 } = await loggedIn();
    expect(await person.changePhoneNumber(number)).toMatchObject({ refusal });
    expect(auth0.requests('associate')).toBe(1);
  });

  it('is refused where it is not one', async () => {
    const { person } = await loggedIn();
    const answer = person.changePhoneNumber('415 555 0199');
    await expect(answer).rejects.toMatchObject(refused('malformed'));
  });

  it('is refused where the plan has no SMS, and after two changes', async () => {
    const { person: other } = await start({ factors: ['totp'] });
    expect(await other.changePhoneNumber(OTHER_NUMBER)).toMatchObject({ refusal: 'no-sms-step' });
    const { person } = await start();
    await person.changePhoneNumber('+14155550198');
    await person.changePhoneNumber(OTHER_NUMBER);
    expect(await person.changePhoneNumber('+14155550197')).toMatchObject({
      refusal: 'no-number-changes-left',
    });
  });
});

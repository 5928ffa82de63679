import { describe, expect, it } from '@jest/globals';
import { ASSOCIATE, held, judged, TOKEN } from '../support/auth0-record.ts';
import { Enrollee } from '../support/enrollee.ts';
import { createWorld } from '../support/world.ts';

describe('a wrong code', () => {
  it('costs an attempt, says how many are left, and does no other harm', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    expect(await person.submit(person.wrong(), 1)).toMatchObject({
      status: 'wrong-code',
      attemptsLeft: 3,
      next: { type: 'enter-sms-code', attemptsLeft: 3 },
    });
    expect((await person.progress()).lastRefusal).toMatchObject({ refusal: 'wrong-code' });
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    expect((await person.progress()).lastRefusal).toBeUndefined();
  });

  it('four times spends the text; a new one is asked for, not sent', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    for (let offset = 1; offset <= 4; offset++) await person.submit(person.wrong(offset), 1);
    expect(await person.progress()).toMatchObject({
      phase: 'awaiting-resend',
      next: { type: 'request-resend', challenge: 1, sendsLeft: 4 },
    });
    await expect(person.submit(person.texted(), 1)).rejects.toMatchObject({
      cause: { type: 'no-attempts-left' },
    });
    expect(judged(world)).toBe(4);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
  });

  it('four times spends a TOTP set-up, which is removed; a new login is due', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world, { factors: ['totp'] });
    for (const code of ['000001', '000002', '000003', '000004']) await person.submit(code, 1);
    expect(await person.progress()).toMatchObject({
      phase: 'awaiting-login',
      next: { type: 'log-in', factor: 'totp' },
    });
    expect(held(world)).toEqual([]);
    await person.enrollTotp();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled' });
  });
});

describe('attempts', () => {
  it('are spoken for by codes that wait: one more is turned away at the door', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    const action = { delayMs: 500 };
    world.emulator.faults.add({ endpoint: TOKEN, when: 'before', times: 10, action });
    const codes = await Promise.all(
      [1, 2, 3, 4].map((offset) => person.submitting(person.wrong(offset), 1)),
    );
    await expect(person.submit(person.wrong(5), 1)).rejects.toMatchObject({
      cause: { type: 'no-attempts-left' },
    });
    const answers = await Promise.all(codes.map((code) => code.result()));
    expect(answers.map(({ status }) => status)).toEqual(Array(4).fill('wrong-code'));
  });
});

describe('a code that is not judged', () => {
  it('came before anything was sent', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.handle.signal('smsCode', '123456');
    await person.untilRefused('no-code-expected');
    expect(await person.submit('123456', 1)).toMatchObject({ refusal: 'no-code-expected' });
    expect(judged(world)).toBe(0);
  });

  it('is for the other factor', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    await person.handle.signal('otpCode', person.texted());
    await person.untilRefused('no-code-expected');
    expect(judged(world)).toBe(0);
  });

  it('names a challenge that a newer one has replaced', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    await person.submit(person.texted(), 1);
    await expect(person.submit('123456', 1)).rejects.toMatchObject({
      cause: { type: 'superseded' },
    });
    await person.handle.signal('smsCode', { code: '123456', challenge: 1 });
    await person.untilRefused('superseded');
    expect(judged(world)).toBe(1);
  });

  it('is the same again while it is being judged: both are told the one verdict', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    const code = person.texted();
    const answers = await Promise.all([person.submit(code, 1), person.submit(code, 1)]);
    expect(answers.map(({ status }) => status)).toEqual(['confirmed', 'confirmed']);
    expect(judged(world)).toBe(1);
  });

  it.each([12345, '12345', { code: '123456', chalenge: 1 }, null])(
    'has the wrong shape: %j',
    async (input) => {
      await using world = await createWorld();
      const person = await Enrollee.loggedIn(world);
      await expect(
        person.handle.executeUpdate('submitCode', { args: [input] }),
      ).rejects.toMatchObject({ cause: { type: 'malformed' } });
      await person.handle.signal('smsCode', input);
      const { lastRefusal } = await person.untilRefused('malformed');
      expect(lastRefusal?.message).toBe('smsCode');
      expect(judged(world)).toBe(0);
    },
  );

  it('comes by update without the challenge that it answers', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    await expect(
      person.handle.executeUpdate('submitCode', { args: [{ code: '123456' }] }),
    ).rejects.toMatchObject({ cause: { type: 'malformed' } });
  });
});

describe('sending again', () => {
  it('is refused while it cools down, and sends nothing', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    expect(await person.resend(1)).toMatchObject({
      status: 'refused',
      refusal: 'cooling-down',
      next: { type: 'enter-sms-code', challenge: 1, sendsLeft: 4 },
    });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
  });

  it('is refused where nothing was sent', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    expect(await person.resend(1)).toMatchObject({ refusal: 'nothing-to-resend' });
    await person.handle.signal('resendCode');
    await person.untilRefused('nothing-to-resend');
    expect(world.emulator.journal.entries).toEqual([]);
  });

  it('is refused once the factor is confirmed', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    await person.submit(person.texted(), 1);
    await person.handle.signal('resendCode');
    await person.untilRefused('already-confirmed');
    expect(await person.changePhoneNumber('+14155550199')).toMatchObject({
      refusal: 'already-confirmed',
    });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
  });
});

describe('another number', () => {
  it('is used for the first text where it comes before the login', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    expect(await person.changePhoneNumber('+14155550199')).toMatchObject({ status: 'accepted' });
    await person.logIn();
    expect(await person.submit(person.texted('+14155550199'), 1)).toMatchObject({
      status: 'confirmed',
    });
    expect(world.emulator.inbox.messages(person.phoneNumber)).toEqual([]);
  });

  it.each([
    ['same-phone-number', '+14155550123'],
    ['cooling-down', '+14155550199'],
  ])('is refused as %s', async (refusal, number) => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    expect(await person.changePhoneNumber(number)).toMatchObject({ refusal });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
  });

  it('is refused where it is not one', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    await expect(person.changePhoneNumber('415 555 0199')).rejects.toMatchObject({
      cause: { type: 'malformed' },
    });
  });

  it('is refused where the plan has no SMS, and after two changes', async () => {
    await using world = await createWorld();
    const totp = await Enrollee.start(world, { factors: ['totp'] }, world.addUser());
    expect(await totp.changePhoneNumber('+14155550199')).toMatchObject({ refusal: 'no-sms-step' });
    const person = await Enrollee.start(world);
    await person.changePhoneNumber('+14155550198');
    await person.changePhoneNumber('+14155550199');
    expect(await person.changePhoneNumber('+14155550197')).toMatchObject({
      refusal: 'no-number-changes-left',
    });
  });
});

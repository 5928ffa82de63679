import { describe, expect, it } from '@jest/globals';
import { LIMITS } from '../../workflows/contract/enroll-mfa.ts';
import { ACTIVE_SMS, ASSOCIATE, held, judged, TOKEN } from '../support/auth0-record.ts';
import { Enrollee } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import { CODE_SPELLINGS, inScript } from '../support/typed-cases.ts';
import { createWorld } from '../support/world.ts';

const OTHER_NUMBER = '+14155550199';

describe('a code, as a person or a program writes it', () => {
  it('is one code in every spelling: each joins the one that is being judged', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    const code = [1, 500_000].map((offset) => person.wrong(offset)).find((one) => one[0] !== '0');
    if (code === undefined) throw new Error('One of two codes has no zero in front.');
    const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'before' });
    const first = await person.submitting(code, 1);
    await gate.reached;
    const spellings = [...CODE_SPELLINGS.map(([, spell]) => spell(code)), Number(code)];
    for (const spelling of spellings) {
      await person.handle.signal('smsCode', spelling);
      await person.handle.signal('smsCode', { code: spelling, challenge: null });
    }
    expect((await person.timeline()).join()).not.toContain('refused');
    gate.release();
    const attemptsLeft = LIMITS.wrongCodesPerChallenge - 1;
    expect(await first.result()).toMatchObject({ status: 'wrong-code', attemptsLeft });
    expect((await person.progress()).next).toMatchObject({ attemptsLeft });
    expect(judged(world)).toBe(1);
  });

  it.each<[how: string, sent: (code: string) => unknown]>([
    ['in Arabic-Indic digits between marks', (code) => `\u202a${inScript(code, 0x0660)}\u202c`],
    ['by a typed client, with a line feed', (code) => ({ code: `${code}\n`, challenge: null })],
  ])('is taken %s', async (_how, sent) => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    await person.handle.signal('smsCode', sent(person.texted()));
    await person.until(({ plan }) => plan[0]?.status === 'enrolled');
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });

  it('that lost its zeros as a JSON number is refused with the reason, and costs no attempt', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    await person.handle.signal('smsCode', { code: 12345, challenge: 1 });
    const { lastRefusal, next } = await person.untilRefused('malformed');
    expect(lastRefusal?.hint).toContain('a JSON number loses its leading zeros');
    expect(next).toMatchObject({ attemptsLeft: LIMITS.wrongCodesPerChallenge });
    expect(judged(world)).toBe(0);
  });
});

describe('a phone number, as a phone book puts it on the clipboard', () => {
  it('is taken at the start and as another number, in E.164', async () => {
    await using world = await createWorld();
    const typed = { phoneNumber: '\u202a(+1) 415\u202f555 0123\u202c' };
    const handle = await world.start(typed);
    expect(await handle.query('progress')).toMatchObject({ phase: 'awaiting-login' });
    const person = await Enrollee.loggedIn(world, {}, world.addUser());
    await fastForward(world, person.handle, LIMITS.resendCooldownMs);
    await person.handle.signal('changePhoneNumber', '＋１\u2011415\u2011555\u20110199');
    await person.until(({ next }) => next.type === 'enter-sms-code' && next.challenge === 2);
    expect(world.emulator.inbox.messages(OTHER_NUMBER)).toHaveLength(1);
  });

  it('is the present one in another spelling: no text', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    await fastForward(world, person.handle, LIMITS.resendCooldownMs);
    const answer = await person.changePhoneNumber('tel:+1-415-555-0123');
    expect(answer).toMatchObject({ refusal: 'same-phone-number' });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
  });
});

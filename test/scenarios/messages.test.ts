import { describe, expect, it } from '@jest/globals';
import { LIMITS } from '../../workflows/contract/enroll-mfa.ts';
import { CODE_SPELLINGS, inScript } from '../support/typed-cases.ts';
import { ACTIVE_SMS } from './auth0.ts';
import { loggedIn, start } from './scenario.ts';

const OTHER_NUMBER = '+14155550199';
const DAY = 24 * 3_600_000;

describe('a code, as a person or a program writes it', () => {
  it('is one code in every spelling: each joins the one that is being judged', async () => {
    const { person, auth0 } = await loggedIn();
    // A JSON number keeps it only where it has no zero in front.
    const code = '912345';
    auth0.slow('confirm', 4_000);
    const first = await person.submitting(code);
    const spellings = [...CODE_SPELLINGS.map(([, spell]) => spell(code)), Number(code)];
    await Promise.all(
      spellings.flatMap((spelling) => [
        person.signal('smsCode', spelling),
        person.signal('smsCode', { code: spelling, challenge: null }),
      ]),
    );
    expect((await person.timeline()).join()).not.toContain('refused');
    const attemptsLeft = LIMITS.wrongCodesPerChallenge - 1;
    expect(await first.result()).toMatchObject({ status: 'wrong-code', attemptsLeft });
    expect(person.progress().next).toMatchObject({ attemptsLeft });
    expect(auth0.requests('confirm')).toBe(1);
  });

  it.each<[how: string, sent: (code: string) => unknown]>([
    ['in Arabic-Indic digits between marks', (code) => `\u202a${inScript(code, 0x0660)}\u202c`],
    ['by a typed client, with a line feed', (code) => ({ code: `${code}\n`, challenge: null })],
  ])('is taken %s', async (_how, sent) => {
    const { person, auth0 } = await loggedIn();
    await person.signal('smsCode', sent(person.texted()));
    await person.until(({ plan }) => plan[0]?.status === 'enrolled');
    expect(auth0.held).toEqual([ACTIVE_SMS]);
  });

  it('that lost its zeros as a JSON number is refused with the reason, and costs no attempt', async () => {
    const { person, auth0 } = await loggedIn();
    await person.signal('smsCode', { code: 12345, challenge: 1 });
    const { lastRefusal, next } = await person.untilRefused('malformed');
    expect(lastRefusal?.hint).toContain('a JSON number loses its leading zeros');
    expect(next).toMatchObject({ attemptsLeft: LIMITS.wrongCodesPerChallenge });
    expect(auth0.requests('confirm')).toBe(0);
  });
});

describe('a phone number, as a phone book puts it on the clipboard', () => {
  it('is taken as another number, in E.164', async () => {
    const { person, auth0, passes } = await loggedIn();
    await passes(LIMITS.resendCooldownMs);
    await person.signal('changePhoneNumber', '＋１\u2011415\u2011555\u20110199');
    await person.until(({ next }) => next.type === 'enter-sms-code' && next.challenge === 2);
    expect(auth0.texts(OTHER_NUMBER)).toHaveLength(1);
  });

  it('is the present one in another spelling: no text', async () => {
    const { person, auth0, passes } = await loggedIn();
    await passes(LIMITS.resendCooldownMs);
    const answer = await person.changePhoneNumber('tel:+1-415-555-0123');
    expect(answer).toMatchObject({ refusal: 'same-phone-number' });
    expect(auth0.requests('associate')).toBe(1);
  });
});

describe('any message at all', () => {
  it('may have a name that is a link: no text that is shown repeats it', async () => {
    const { person, admin } = await start();
    const name = '[Session expired: sign in](https://evil.example/a)';
    await person.signal(name, name);
    const progress = await person.untilRefused('unknown-message');
    expect(progress.lastRefusal?.message).toBe('(not a name)');
    const by = 'ada https://evil.example';
    await admin.extend(7 * DAY, by, name);
    await admin.cancel(by, name);
    await person.result();
    const what = await person.timeline();
    expect(what).toContain(`deadline extended by \`${by}\``);
    expect(what.join().replaceAll(/`[^`]*`/g, '')).not.toContain('evil');
  });

  it.each(['smsCodes', 'sms-code', 'sms_code'])(
    'has its name told where it is one: %s',
    async (name) => {
      const { person } = await start();
      await person.signal(name, '123456');
      const { lastRefusal } = await person.untilRefused('unknown-message');
      expect(lastRefusal?.message).toBe(name);
    },
  );

  it('leaves the run able to go on', async () => {
    const { person } = await start();
    const names = ['loginCompleted', 'smsCode', 'otpCode', 'changePhoneNumber', 'extendDeadline'];
    for (const name of [...names, 'noSuchMessage']) {
      await person.signal(name);
      await person.signal(name, null);
      await person.signal(name, [1, 2, 3]);
      await person.signal(name, { constructor: { prototype: 1 }, toString: 'x' });
      await person.signal(name, 'x'.repeat(100_000));
    }
    await person.signal('recoveryCodeSaved', 'whatever');
    await person.untilRefused('unknown-message');
    await person.enrollSms();
    await person.enrollTotp();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled' });
  });
});

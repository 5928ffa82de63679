import { describe, expect, it } from '@jest/globals';
import { typedCode, typedPhoneNumber } from '../../emulator/login/typed.ts';
import {
  CODE_SPELLINGS,
  inScript,
  NUMBER,
  NUMBER_SPELLINGS,
  NUMBERS_REFUSED,
  NUMBERS_WITH_ZERO,
} from '../support/typed-cases.ts';
import { Bench, refusal } from './bench.ts';
import { Browser, callback } from './browser.ts';

const E164 = /^\+[1-9][0-9]{6,14}$/;
const MARKED = (code: string) => `\u202a${code.slice(0, 3)}\u00a0${code.slice(3)}\u202c\n`;

describe('the pages of the tenant', () => {
  it.each(CODE_SPELLINGS)('read a code that is typed %s', (_how, spell) => {
    expect(typedCode(spell('018239'))).toBe('018239');
  });

  it.each(NUMBER_SPELLINGS)('read a number that is typed %s', (_how, typed) => {
    expect(typedPhoneNumber(typed)).toBe(NUMBER);
  });

  it.each(NUMBERS_WITH_ZERO)('read %s as %s', (typed, e164) => {
    expect(typedPhoneNumber(typed)).toBe(e164);
  });

  it.each(NUMBERS_REFUSED)('read no number where there is %s', (_why, typed) => {
    expect(typedPhoneNumber(typed)).not.toMatch(E164);
  });

  it('let in with the code of a challenge in any spelling', async () => {
    await using bench = await Bench.open();
    await bench.confirmSms();
    for (const spell of [MARKED, (code: string) => inScript(code, 0x0660)]) {
      const browser = new Browser(bench);
      const challenged = await browser.logIn(await browser.authorize());
      const answered = await browser.answer(challenged, spell(bench.lastCode()));
      expect(callback(answered)).toHaveProperty('code');
    }
  });

  it('enroll by a number and a code in any spelling', async () => {
    await using bench = await Bench.open({
      settings: { factors: ['sms'], mfaPolicies: ['all-applications'] },
    });
    const browser = new Browser(bench);
    const enrolling = await browser.logIn(await browser.authorize());
    const state = new URL(bench.url(enrolling.location ?? '')).searchParams.get('state') ?? '';
    const page = '/u/mfa-sms-enrollment';
    const two = await browser.open(page, { state, phone_number: '+14155550123 / 0199' });
    expect([two.status, bench.emulator.inbox.messages()]).toEqual([400, []]);
    const phone_number = '\u202a＋１ (٤١٥)\u202f555\u20110123\u202c';
    const sent = await browser.open(page, { state, phone_number });
    expect(bench.emulator.inbox.messages(NUMBER)).toHaveLength(1);
    expect(callback(await browser.answer(sent, MARKED(bench.lastCode())))).toHaveProperty('code');
  });
});

describe('the API of the tenant', () => {
  it('takes codes and numbers as they are, for no source says that Auth0 does otherwise', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const number = {
      authenticator_types: ['oob'],
      oob_channels: ['sms'],
      phone_number: '(+1) 415 555 0123',
    };
    expect((await bench.post('/mfa/associate', number, access)).status).toBe(400);
    expect(bench.emulator.inbox.messages()).toEqual([]);
    const { oobCode, code } = await bench.associateSms(access);
    const wrong = await bench.confirm(access, oobCode, MARKED(code));
    expect(refusal(wrong)).toEqual([403, 'invalid_grant', 'Invalid binding_code.']);
    expect((await bench.confirm(access, oobCode, code)).status).toBe(200);
  });
});

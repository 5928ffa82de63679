import { describe, expect, it } from '@jest/globals';
import { Bench, refusal } from './bench.ts';
import { Browser, callback } from './browser.ts';

const NUMBER = '+14155550123';
const ARABIC_INDIC_ZERO = 0x0660;
const MARKED = (code: string) => `\u202a${code.slice(0, 3)}\u00a0${code.slice(3)}\u202c\n`;

function inArabicIndicDigits(code: string): string {
  return code.replaceAll(/[0-9]/g, (digit) =>
    String.fromCodePoint(ARABIC_INDIC_ZERO + Number(digit)),
  );
}

describe('the pages of the tenant', () => {
  it('let in with the code of a challenge in any spelling', async () => {
    await using bench = await Bench.open();
    await bench.confirmSms();
    for (const spell of [MARKED, inArabicIndicDigits]) {
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

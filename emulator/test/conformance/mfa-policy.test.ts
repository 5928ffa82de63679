import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { parse } from 'node-html-parser';
import { Secret, TOTP } from 'otpauth';
import type { MfaRuleInput, TenantSettings } from '@durable-mfa/tenant-emulator';
import { Bench, otherThan, PHONE, string } from '../bench.ts';
import { Browser, callback, type Page } from '../browser.ts';

const ELSEWHERE = { audience: 'https://api.example/', scope: 'openid' };

function always(more: Partial<TenantSettings> = {}) {
  return Bench.open({ settings: { mfaPolicies: ['all-applications'], ...more } });
}

function stateOf({ location = '' }: Page): string {
  return new URL(location, 'http://x').searchParams.get('state') ?? '';
}

async function amr(browser: Browser, page: Page): Promise<unknown> {
  const reply = await browser.exchange(callback(page)['code'] ?? '');
  return decodeJwt(string(reply, 'id_token'))['amr'];
}

/** A login that has got as far as the choice of a factor. */
async function choosing(bench: Bench) {
  const browser = new Browser(bench);
  const page = await browser.logIn(await browser.authorize(ELSEWHERE));
  expect(page.location).toMatch(/^\/u\/mfa-enroll\?/);
  return { browser, state: stateOf(page) };
}

/** The code of an app that was given what the page shows. */
async function shownCode(browser: Browser, page: Page, now: number): Promise<string> {
  const shown = parse((await browser.open(page.location ?? '')).html);
  const secret = shown.querySelector('#secret')?.textContent ?? '';
  expect(shown.querySelector('#barcode-uri')?.getAttribute('href')).toContain(`secret=${secret}`);
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: now });
}

describe('§6 the policy', () => {
  it('§6 A: Never asks nobody, but for the MFA API’s audience', async () => {
    await using bench = await Bench.open();
    await bench.confirmSms();
    expect((await bench.passwordGrant(ELSEWHERE)).status).toBe(200);
    expect((await bench.passwordGrant()).body['error']).toBe('mfa_required');
  });

  it('§6 A: Always asks everybody, for every audience', async () => {
    await using bench = await always({ mfaRequirements: true });
    const without = await bench.passwordGrant(ELSEWHERE);
    expect([without.status, without.body['mfa_requirements']]).toEqual([
      403,
      { enroll: [{ type: 'otp' }, { type: 'phone' }] },
    ]);
    const mfaToken = string(without, 'mfa_token');
    const { oobCode, code } = await bench.associateSms(mfaToken);
    expect((await bench.confirm(mfaToken, oobCode, code)).status).toBe(200);
    const withOne = await bench.passwordGrant(ELSEWHERE);
    expect(withOne.body['mfa_requirements']).toEqual({ challenge: [{ type: 'phone' }] });
    const browser = new Browser(bench);
    const page = await browser.logIn(await browser.authorize(ELSEWHERE));
    expect(page.location).toMatch(/^\/u\/mfa-sms-challenge/);
    expect(await amr(browser, await browser.answer(page, bench.lastCode()))).toEqual(['mfa']);
  });

  it('§1.2 A: mfa_requirements is there only by a switch', async () => {
    await using bench = await always();
    const { body } = await bench.passwordGrant(ELSEWHERE);
    expect(Object.keys(body)).toEqual(['error', 'error_description', 'mfa_token']);
  });

  it('§6 D: Adaptive asks whom the rule names, and tells it what an Action is told', async () => {
    const asked: MfaRuleInput[] = [];
    const mfaRule = (login: MfaRuleInput) => {
      asked.push(login);
      return login.email.startsWith('eve@') && !login.mfaInSession;
    };
    await using bench = await Bench.open({
      mfaRule,
      settings: { mfaPolicies: ['confidence-score'] },
    });
    const eve = { email: 'eve@example.com', password: 'secret', userMetadata: { vip: true } };
    bench.emulator.addUser(eve);
    expect((await bench.passwordGrant(ELSEWHERE)).status).toBe(200);
    const grant = { ...ELSEWHERE, username: eve.email, password: eve.password };
    expect((await bench.passwordGrant(grant)).body['error']).toBe('mfa_required');
    expect(asked.at(-1)).toMatchObject({
      ...{ email: eve.email, userMetadata: { vip: true }, protocol: 'oauth2-password' },
      ...{ clientId: 'mfa-enrollment', audience: ELSEWHERE.audience, mfaInSession: false },
    });
    const browser = new Browser(bench);
    const page = await browser.authorize({ ...ELSEWHERE, acr_values: 'gold silver' });
    const enrolling = await browser.logIn(page, eve.password, eve.email);
    expect(asked.at(-1)).toMatchObject({
      ...{ protocol: 'oidc-basic-profile', acrValues: ['gold', 'silver'] },
    });
    const state = stateOf(enrolling);
    const sent = await browser.open('/u/mfa-sms-enrollment', { state, phone_number: PHONE });
    await browser.answer(sent, bench.lastCode());
    // Once in a session is enough for this rule.
    expect(callback(await browser.authorize({ ...ELSEWHERE, prompt: 'none' }))).toHaveProperty(
      'code',
    );
    expect(asked.at(-1)?.mfaInSession).toBe(true);
  });

  it('§6 D: without a rule Adaptive goes by use_mfa in the metadata', async () => {
    await using bench = await Bench.open({ settings: { mfaPolicies: ['confidence-score'] } });
    const eve = { email: 'eve@example.com', password: 'secret' };
    bench.emulator.addUser({ ...eve, userMetadata: { use_mfa: true } });
    expect((await bench.passwordGrant(ELSEWHERE)).status).toBe(200);
    const grant = { ...ELSEWHERE, username: eve.email, password: eve.password };
    expect((await bench.passwordGrant(grant)).body['error']).toBe('mfa_required');
  });
});

describe('§6 the enrollment page', () => {
  it('§6 D: an authenticator app, whose first code lets the login go on with amr mfa', async () => {
    await using bench = await always();
    const { browser, state } = await choosing(bench);
    const page = await browser.open('/u/mfa-enroll', { state, factor: 'otp' });
    const code = await shownCode(browser, page, bench.emulator.clock.now());
    const wrong = await browser.answer(page, otherThan(code));
    expect([wrong.status, wrong.location]).toEqual([400, undefined]);
    expect(bench.emulator.authenticators(bench.userId)[0]?.active).toBe(false);
    expect(await amr(browser, await browser.answer(page, code))).toEqual(['mfa']);
    expect(bench.emulator.authenticators(bench.userId)).toMatchObject([
      { kind: 'totp', active: true },
    ]);
  });

  it('§6 D: a phone, by the code that is sent to it', async () => {
    await using bench = await always();
    const { browser, state } = await choosing(bench);
    const chosen = await browser.open('/u/mfa-enroll', { state, factor: 'sms' });
    expect((await browser.open(chosen.location ?? '')).html).toContain('phone_number');
    const bad = await browser.open('/u/mfa-sms-enrollment', { state, phone_number: '12' });
    expect(bad.status).toBe(400);
    expect(bench.emulator.inbox.messages()).toHaveLength(0);
    const sent = await browser.open('/u/mfa-sms-enrollment', {
      ...{ state, phone_number: '+1 555 123-4567' },
    });
    expect((await browser.open(sent.location ?? '')).html).toContain('XXXXXX4567');
    expect(await amr(browser, await browser.answer(sent, bench.lastCode()))).toEqual(['mfa']);
    expect(bench.emulator.inbox.messages(PHONE)).toHaveLength(1);
  });

  it('§2 A: the recovery code is shown once before the way back, where switched on', async () => {
    await using bench = await always({ recoveryCodes: true });
    const { browser, state } = await choosing(bench);
    const page = await browser.open('/u/mfa-enroll', { state, factor: 'otp' });
    const code = await shownCode(browser, page, bench.emulator.clock.now());
    const early = await browser.open('/u/mfa-recovery-code-enrollment', { state });
    expect([early.status, early.location]).toEqual([400, undefined]);
    const confirmed = await browser.answer(page, code);
    expect(confirmed.location).toMatch(/^\/u\/mfa-recovery-code-enrollment/);
    const shown = parse((await browser.open(confirmed.location ?? '')).html);
    expect(shown.querySelector('#recovery-code')?.textContent).toMatch(/^[A-Z0-9]{24}$/);
    const back = await browser.open('/u/mfa-recovery-code-enrollment', { state });
    expect(await amr(browser, back)).toEqual(['mfa']);
  });

  it('§6 D: who is to be challenged cannot enroll in place of it', async () => {
    await using bench = await always();
    const mfaToken = string(await bench.passwordGrant(ELSEWHERE), 'mfa_token');
    const { browser: before, state: begun } = await choosing(bench);
    const { oobCode, code } = await bench.associateSms(mfaToken);
    await bench.confirm(mfaToken, oobCode, code);
    const browser = new Browser(bench);
    const state = stateOf(await browser.logIn(await browser.authorize(ELSEWHERE)));
    for (const [person, id] of [
      [browser, state],
      [before, begun],
    ] as const) {
      const reply = await person.open('/u/mfa-enroll', { state: id, factor: 'otp' });
      expect([reply.status, reply.location]).toEqual([400, undefined]);
    }
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(1);
  });

  it('§6 D: what one person has proven is not another’s who logs in on the same page', async () => {
    await using bench = await always({ recoveryCodes: true });
    bench.emulator.addUser({ email: 'eve@example.com', password: 'secret' });
    const { browser, state } = await choosing(bench);
    const page = await browser.open('/u/mfa-enroll', { state, factor: 'otp' });
    await browser.answer(page, await shownCode(browser, page, bench.emulator.clock.now()));
    const eve = { state, username: 'eve@example.com', password: 'secret' };
    expect((await browser.open('/u/login', eve)).location).toMatch(/^\/u\/mfa-enroll/);
    const back = await browser.open('/u/mfa-recovery-code-enrollment', { state });
    expect([back.status, back.location]).toEqual([400, undefined]);
  });
});

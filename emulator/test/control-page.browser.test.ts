import { afterAll, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { TestBrowser, type Visit } from './support/chromium.ts';
import { Bench, PHONE, SMS, string, TOTP } from './bench.ts';
import { challenge, confirmPush, poll, PUSH } from './conformance/factors.ts';

const PHONE_WIDTH = 390;
const MARKUP = '<img src=x onerror=alert(1)><script>alert(2)</script><b id="made">Bob</b>';
/** What reaches past the right edge, the whole page and each thing that can be scrolled. */
const TOO_WIDE = `[document.documentElement, ...document.querySelectorAll('section, .scroll')]
  .filter((part) => part.scrollWidth > Math.min(part.clientWidth, ${PHONE_WIDTH}))
  .map((part) => part.outerHTML.slice(0, 80))`;

const browser = await TestBrowser.start();

afterAll(() => browser.close());

function open(bench: Bench, query = '', viewport = { width: 1_200, height: 900 }): Promise<Visit> {
  return browser.visit(bench.url(`/_emulator/${query}`), { viewport });
}

function section(page: Page, id: string, hasText: string | RegExp): Locator {
  return page.locator(`#${id}`).filter({ hasText });
}

/** Waits until the section says it, be it after another load or not. */
function shows(page: Page, id: string, text: string | RegExp): Promise<void> {
  return section(page, id, text).waitFor();
}

/** One part is asked after the other, so at the second event the page has taken in the first. */
async function twice(event: () => Promise<unknown>): Promise<void> {
  for (let seen = 0; seen < 2; seen += 1) await event();
}

function rows(page: Page, id: string): Promise<string[]> {
  return page.locator(`#${id} tbody tr`).allInnerTexts();
}

describe('what a person sees', () => {
  it('users with their authenticators, the faults that are on, the clock', async () => {
    await using bench = await Bench.open({ control: true });
    await bench.post('/mfa/associate', TOTP, await bench.confirmSms());
    bench.emulator.faults.add({ endpoint: 'GET /userinfo', when: 'after', action: 'drop' });
    await using visit = await open(bench);
    const { page } = visit;
    const [row = ''] = await rows(page, 'users');
    expect(row).toContain(bench.email);
    expect(row).toMatch(/sms\|dev_\w{16} \+15551234567 active/);
    expect(row).toMatch(/totp\|dev_\w{16} not confirmed/);
    await shows(page, 'faults', 'GET /userinfo');
    await shows(page, 'clock', '2027-01-15 08:00:15 UTC');
    expect(visit.complaints()).toEqual([]);
  });

  it('a text, a request and an authenticator as they come, and keeps what is typed', async () => {
    await using bench = await Bench.open({ control: true });
    await using visit = await open(bench);
    const { page } = visit;
    await shows(page, 'inbox', 'Nothing has been sent yet.');
    await page.getByLabel('E-mail', { exact: true }).fill('half@');
    await bench.associateSms(await bench.accessToken());
    await shows(page, 'inbox', bench.lastCode());
    await shows(page, 'journal', 'POST /mfa/associate');
    await shows(page, 'users', /sms\|dev_\w{16}/);
    expect(await page.getByLabel('E-mail', { exact: true }).inputValue()).toBe('half@');
    expect([visit.loads(), visit.complaints()]).toEqual([1, []]);
  });

  it('that the tenant is down, and that it is back', async () => {
    await using bench = await Bench.open({ control: true });
    await using visit = await open(bench);
    const { page } = visit;
    await bench.emulator.goDown();
    await twice(() => page.waitForEvent('requestfailed'));
    expect(await page.title()).toMatch(/^\(off\) Emulated/);
    await bench.emulator.comeBack();
    await twice(() => page.waitForEvent('requestfinished'));
    expect(await page.title()).toMatch(/^Emulated/);
    expect(visit.loads()).toBe(1);
  });

  it('the journal, filtered, and goes on filtering what comes', async () => {
    await using bench = await Bench.open({ control: true });
    const access = await bench.accessToken();
    await bench.associateSms(access);
    await bench.post('/mfa/associate', {}, access);
    await using visit = await open(bench);
    const { page } = visit;
    expect(await rows(page, 'journal')).toHaveLength(3);
    await page.getByLabel('status').fill('400');
    await page.getByLabel('endpoint').fill('associate');
    await page.getByRole('button', { name: 'Filter' }).click();
    await shows(page, 'journal', '1 of 3');
    expect(await rows(page, 'journal')).toEqual([expect.stringContaining('POST /mfa/associate')]);
    await bench.post('/mfa/associate', { authenticator_types: [] }, access);
    await bench.get('/mfa/authenticators', access);
    await shows(page, 'journal', '2 of 5');
    expect(await rows(page, 'journal')).toHaveLength(2);
  });
});

describe('the buttons', () => {
  it('add a user, who can log in', async () => {
    await using bench = await Bench.open({ control: true });
    await using visit = await open(bench);
    const { page } = visit;
    await page.getByLabel('E-mail', { exact: true }).fill('bob@example.com');
    await page.getByLabel('Password').fill('bobs secret');
    await page.getByLabel('Name').fill('Bob');
    await page.getByRole('button', { name: 'Add a user' }).click();
    await shows(page, 'users', 'bob@example.com');
    const login = await bench.passwordGrant({
      username: 'bob@example.com',
      password: 'bobs secret',
    });
    expect(login.status).toBe(200);
  });

  it('lose the next text, and let the one after it come when the clock is moved', async () => {
    await using bench = await Bench.open({ control: true });
    await using visit = await open(bench);
    const { page } = visit;
    const access = await bench.accessToken();
    await page.getByRole('button', { name: 'Lose the next one' }).click();
    await shows(page, 'inbox', 'To come: lost.');
    await page.getByLabel('Seconds').fill('90');
    await page.getByRole('button', { name: 'Deliver the next one late' }).click();
    await shows(page, 'inbox', 'To come: lost, 90 s late.');
    await bench.post('/mfa/associate', SMS, access);
    await bench.post('/mfa/associate', SMS, access);
    await shows(page, 'inbox', 'On the way: 1.');
    expect(bench.emulator.inbox.messages()).toEqual([]);
    await page.getByRole('button', { name: '+ 1 min' }).click();
    await shows(page, 'clock', '08:01:15 UTC');
    expect(bench.emulator.inbox.messages()).toEqual([]);
    await page.getByRole('button', { name: '+ 5 min' }).click();
    await shows(page, 'inbox', PHONE);
    expect(await rows(page, 'inbox')).toEqual([expect.stringContaining(bench.lastCode())]);
    expect(bench.emulator.inbox.messages()).toHaveLength(1);
  });

  it('approve a push and deny another', async () => {
    await using bench = await Bench.open({ control: true });
    await confirmPush(bench, await bench.accessToken());
    const mfaToken = await bench.mfaToken();
    await using visit = await open(bench);
    const { page } = visit;
    for (const [name, status] of [
      ['Deny', 400],
      ['Approve', 200],
    ] as const) {
      const sent = await challenge(bench, mfaToken, { oob_channel: 'auth0' });
      await page.getByRole('button', { name }).click();
      await page.getByRole('button', { name }).waitFor({ state: 'detached' });
      const polled = await poll(bench, mfaToken, string(sent, 'oob_code'));
      expect([name, polled.status]).toEqual([name, status]);
    }
  });

  it('take all faults back', async () => {
    await using bench = await Bench.open({ control: true });
    bench.emulator.faults.add({ endpoint: 'GET /userinfo', when: 'after', action: 'drop' });
    await using visit = await open(bench);
    const { page } = visit;
    await page.getByRole('button', { name: 'Take all back' }).click();
    await shows(page, 'faults', 'None.');
    expect(bench.emulator.faults.list()).toEqual([]);
  });
});

describe('whatever was typed', () => {
  it('stays text, there from the start or put in later: no element, no script', async () => {
    await using bench = await Bench.open({ control: true });
    bench.emulator.addUser({ email: 'early@example.com', password: 'x', name: MARKUP });
    await using visit = await open(bench);
    const { page } = visit;
    expect(await rows(page, 'users')).toContainEqual(expect.stringContaining(MARKUP));
    bench.emulator.addUser({ email: 'late@example.com', password: 'x', name: MARKUP });
    await shows(page, 'users', 'late@example.com');
    expect(await page.getByText(MARKUP).count()).toBe(2);
    expect(await page.locator('img, #made').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(1);
    expect(visit.complaints()).toEqual([]);
  });
});

describe('on a phone', () => {
  it('nothing scrolls sideways, whatever is on the page', async () => {
    await using bench = await Bench.open({ control: true });
    const access = await bench.confirmSms();
    await bench.post('/mfa/associate', PUSH, access);
    const long = 'w'.repeat(150);
    bench.emulator.addUser({ email: `${long}@example.com`, password: 'x', name: long });
    bench.emulator.faults.add({ endpoint: `POST /${long}`, when: 'after', action: 'drop' });
    await bench.get(`/${long}`);
    const viewport = { width: PHONE_WIDTH, height: 844 };
    await using visit = await open(bench, `?endpoint=${long.slice(0, 20)}`, viewport);
    const { page } = visit;
    await shows(page, 'journal', long);
    expect(await page.evaluate(TOO_WIDE)).toEqual([]);
  });
});

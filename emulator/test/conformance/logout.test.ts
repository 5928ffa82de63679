import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { parse } from 'node-html-parser';
import { CLIENT_DEFAULT } from '../../default-clients.ts';
import { Bench, CLIENT, string } from '../bench.ts';
import { Browser, callback } from '../browser.ts';

const BYE = 'https://app.example/bye';
const CLIENTS = [
  { ...CLIENT_DEFAULT, allowedLogoutUrls: [BYE, 'https://*.app.example/out'] },
  { clientId: 'other', redirectUris: [], allowedLogoutUrls: ['https://other.example/'] },
];
const TENANT = 'https://tenant.example/';

function open(settings = {}) {
  return Bench.open({ clients: CLIENTS, settings: { allowedLogoutUrls: [TENANT], ...settings } });
}

/** A browser with a session, and the ID token of it. */
async function loggedIn(bench: Bench) {
  const browser = new Browser(bench);
  const idToken = string(await browser.exchange(await browser.code()), 'id_token');
  return { browser, idToken, sid: String(decodeJwt(idToken)['sid']) };
}

async function hasSession(browser: Browser): Promise<boolean> {
  return 'code' in callback(await browser.authorize({ prompt: 'none' }));
}

function query(path: string, parameters: Readonly<Record<string, string>>): string {
  return `${path}?${new URLSearchParams(parameters).toString()}`;
}

const client_id = CLIENT.client_id;

describe('§1.1 /v2/logout', () => {
  it.each([
    ['to a URL of the client', { client_id, returnTo: BYE }, BYE],
    ['whose query is not looked at', { client_id, returnTo: `${BYE}?a=1` }, `${BYE}?a=1`],
    ['whose host is in another case', { client_id, returnTo: 'https://APP.example/bye' }, BYE],
    ['with a line break in it', { client_id, returnTo: 'https://app.example/b\r\nye' }, BYE],
    [
      'to a subdomain',
      { client_id, returnTo: 'https://a.app.example/out' },
      'https://a.app.example/out',
    ],
    ['to the first URL of the client', { client_id }, BYE],
    ['to a URL of the tenant', { returnTo: TENANT }, TENANT],
    ['to nowhere', {}, undefined],
  ])('§1.1 A: ends the session %s', async (_what, parameters, location) => {
    await using bench = await open();
    const { browser } = await loggedIn(bench);
    expect((await browser.open(query('/v2/logout', { ...parameters }))).location).toBe(location);
    expect(await hasSession(browser)).toBe(false);
  });

  it.each([
    ['an unregistered URL', { client_id, returnTo: 'https://evil.example/' }],
    ['another client’s', { client_id, returnTo: 'https://other.example/' }],
    ['the client’s without saying which', { returnTo: BYE }],
    ['a longer host', { client_id, returnTo: 'https://app.example.evil.example/bye' }],
    ['two levels below', { client_id, returnTo: 'https://a.b.app.example/out' }],
    ['a script', { client_id, returnTo: 'javascript:alert(1)' }],
    ['a line break', { client_id, returnTo: `${BYE}\r\nset-cookie: a=b` }],
    ['an unknown client', { client_id: 'nobody', returnTo: BYE }],
  ])('§1.1 A: does not lead to %s, nor end anything', async (_what, parameters) => {
    await using bench = await open();
    const { browser } = await loggedIn(bench);
    const reply = await browser.open(query('/v2/logout', { ...parameters }));
    expect([reply.status, reply.location]).toEqual([400, undefined]);
    expect(await hasSession(browser)).toBe(true);
  });
});

describe('§1.1 /oidc/logout', () => {
  it('§1.1 A: with the ID token, also an expired one, it asks nobody and brings the state', async () => {
    await using bench = await open();
    const { browser, idToken } = await loggedIn(bench);
    bench.emulator.clock.advance(2 * 86_400_000);
    const reply = await browser.open(
      query('/oidc/logout', {
        ...{ id_token_hint: idToken, post_logout_redirect_uri: BYE, state: 'a b' },
      }),
    );
    expect(reply.location).toBe(`${BYE}?state=a+b`);
    expect(await hasSession(browser)).toBe(false);
  });

  it('§1.1 A: with logout_hint and client_id, by POST', async () => {
    await using bench = await open();
    const { browser, sid } = await loggedIn(bench);
    const reply = await browser.open('/oidc/logout', { logout_hint: sid, client_id });
    expect(reply.location).toBe(BYE);
    expect(await hasSession(browser)).toBe(false);
  });

  it.each([
    ['nothing', {}],
    ['another session’s sid', { logout_hint: 'made-up' }],
    ['the client alone', { client_id, post_logout_redirect_uri: BYE }],
  ])('§1.1 A: with %s the person is asked first', async (_what, parameters) => {
    await using bench = await open();
    const { browser } = await loggedIn(bench);
    const asked = await browser.open(query('/oidc/logout', { ...parameters }));
    expect([asked.status, asked.location]).toEqual([200, undefined]);
    expect(await hasSession(browser)).toBe(true);
    const form = parse(asked.html);
    const state = form.querySelector('[name=state]')?.getAttribute('value') ?? '';
    const action = form.querySelector('form')?.getAttribute('action') ?? '';
    await browser.open(action, { state });
    expect(await hasSession(browser)).toBe(false);
    expect((await browser.open(action, { state })).status).toBe(400);
  });

  it('§1.1 A: the question may be switched off', async () => {
    await using bench = await open({ logoutPrompt: false });
    const { browser } = await loggedIn(bench);
    expect((await browser.open('/oidc/logout')).status).toBe(200);
    expect(await hasSession(browser)).toBe(false);
  });

  it.each([
    ['an unregistered URL', { post_logout_redirect_uri: 'https://evil.example/' }],
    ['a registered one with a query', { post_logout_redirect_uri: `${BYE}?a=1` }],
    ['another client_id', { client_id: 'other' }],
    ['another sid', { logout_hint: 'made-up' }],
    ['something else as the ID token', { id_token_hint: 'ey.no.jwt' }],
  ])('§1.1 A: %s is refused, and ends nothing', async (_what, parameters) => {
    await using bench = await open();
    const { browser, idToken } = await loggedIn(bench);
    const reply = await browser.open(
      query('/oidc/logout', { id_token_hint: idToken, ...parameters }),
    );
    expect([reply.status, reply.location]).toEqual([400, undefined]);
    expect(await hasSession(browser)).toBe(true);
  });

  it('§1.1 A: an access token is no id_token_hint', async () => {
    await using bench = await open();
    const { browser } = await loggedIn(bench);
    const token = await bench.accessToken('enroll');
    expect((await browser.open(query('/oidc/logout', { id_token_hint: token }))).status).toBe(400);
    expect(await hasSession(browser)).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import { UnsecuredJWT } from 'jose';
import { Bench, CLIENT, PHONE, REDIRECT_URI, refusal, SMS } from '../bench.ts';
import { Browser, callback } from '../browser.ts';

const MARKUP = '"><img src=x onerror=alert(1)>';
const PAGES = [
  ...['login', 'mfa-sms-challenge', 'mfa-otp-challenge', 'mfa-enroll', 'mfa-sms-enrollment'],
  ...['mfa-sms-enrollment-verify', 'mfa-otp-enrollment', 'mfa-recovery-code-enrollment'],
  'logout-consent',
];

describe('bad input', () => {
  it('§1.1 A: line breaks in state come back in the state, and in no header', async () => {
    await using bench = await Bench.open();
    const browser = new Browser(bench);
    const state = 'a\r\nset-cookie: evil=1\r\n\r\n<script>';
    const told = await browser.authorize({ state, prompt: 'none' });
    expect(callback(told)['state']).toBe(state);
    expect(told.location).not.toMatch(/[\r\n<>]/);
    const done = callback(await browser.logIn(await browser.authorize({ state })));
    expect([done['state'], typeof done['code']]).toEqual([state, 'string']);
  });

  it.each([
    `${REDIRECT_URI}\r\nset-cookie: evil=1`,
    `${REDIRECT_URI}%0d%0aset-cookie:evil=1`,
    `${REDIRECT_URI}/../evil`,
    `${REDIRECT_URI}?next=evil`,
    `${REDIRECT_URI}#evil`,
    `${REDIRECT_URI}@evil.example`,
    'http://127.0.0.1:4747.evil.example/callback',
    'javascript:alert(1)',
    '//evil.example',
    MARKUP,
  ])('§1.1 A: redirect_uri %j is told in place', async (redirect_uri) => {
    await using bench = await Bench.open();
    for (const prompt of [undefined, 'none']) {
      const reply = await new Browser(bench).authorize({ redirect_uri, prompt });
      expect([reply.status, reply.location]).toEqual([400, undefined]);
      expect(reply.html).toContain('Callback URL mismatch');
      expect(reply.html).not.toContain('evil');
      expect(reply.html).not.toContain('<img');
    }
  });

  it('§1.1 A: a wildcard stands for one name, and for nothing else', async () => {
    await using bench = await Bench.open();
    const redirectUris = [
      'https://*.app.example/cb',
      'https://*.com/cb',
      'https://*.*.deep.example/',
    ];
    bench.emulator.addClient({ clientId: 'wild', redirectUris });
    const go = (redirect_uri: string) =>
      new Browser(bench).authorize({ client_id: 'wild', redirect_uri });
    expect((await go('https://a.app.example/cb')).status).toBe(302);
    for (const other of [
      ...['https://a.b.app.example/cb', 'https://.app.example/cb', 'https://app.example/cb'],
      ...['https://evil.example/x.app.example/cb', 'https://evil.example?.app.example/cb'],
      ...['http://a.app.example/cb', 'https://evil.com/cb', 'https://a.b.deep.example/'],
      ...['https://u:p@a.app.example/cb', 'https://*.app.example/cb'],
    ]) {
      expect([other, (await go(other)).status]).toEqual([other, 400]);
    }
  });

  it('§1.1 D: HTML in names and numbers is shown as text', async () => {
    await using bench = await Bench.open({ settings: { mfaPolicies: ['all-applications'] } });
    const eve = { email: `${MARKUP}@example.com`, password: 'secret', name: MARKUP };
    bench.emulator.addUser(eve);
    const browser = new Browser(bench);
    const begun = await browser.authorize();
    const page = await browser.logIn(begun, eve.password, eve.email);
    const state = new URL(page.location ?? '', 'http://x').searchParams.get('state') ?? '';
    const app = await browser.open('/u/mfa-enroll', { state, factor: 'otp' });
    const number = await browser.open('/u/mfa-sms-enrollment', { state, phone_number: MARKUP });
    for (const { html } of [
      await browser.open(begun.location ?? ''),
      await browser.open(app.location ?? ''),
      await browser.logIn(begun, 'guess', eve.email),
      number,
    ]) {
      expect(html).not.toContain('<img');
    }
  });

  it('§2 B: a JWT with alg none, and a token of another tenant, are not believed', async () => {
    await using bench = await Bench.open();
    await using other = await Bench.open({ seed: 'other' });
    const now = bench.emulator.clock.seconds();
    const { issuer, audience } = bench.emulator;
    const unsecured = new UnsecuredJWT({ scope: 'enroll openid', azp: CLIENT.client_id, jti: 'j' })
      .setIssuer(issuer)
      .setSubject(bench.userId)
      .setAudience([audience, `${issuer}userinfo`])
      .setExpirationTime(now + 600)
      .encode();
    for (const token of [unsecured, await other.accessToken(), 'ey', 'ey.ey.ey', '']) {
      const associate = await bench.post('/mfa/associate', SMS, token);
      expect([associate.status, associate.body['error']]).toEqual([401, 'invalid_grant']);
      expect((await bench.get('/userinfo', token)).status).toBe(401);
      expect((await bench.confirmOtp(token === '' ? 'x' : token, '000000')).status).not.toBe(200);
    }
    expect(bench.emulator.inbox.messages(PHONE)).toHaveLength(0);
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(0);
  });

  it('§2 B: a token whose user is gone is not believed', async () => {
    await using bench = await Bench.open({ seed: 'same' });
    await using twin = await Bench.open({ seed: 'same', issuer: bench.emulator.issuer });
    twin.emulator.addUser({ userId: 'auth0|gone', email: 'gone@example.com', password: 'secret' });
    const login = { username: 'gone@example.com', password: 'secret' };
    const { body } = await new Twin(twin).passwordGrant(login);
    // Signed with the same key, for a user that this tenant does not know.
    const reply = await bench.post('/mfa/associate', SMS, String(body['access_token']));
    expect(reply.status).toBe(401);
  });

  it('§3.3 A: an unknown grant is named, at most in part, in the OAuth form', async () => {
    await using bench = await Bench.open();
    const reply = await bench.token({ grant_type: 'urn:made-up' });
    expect([reply.status, reply.body['error']]).toEqual([403, 'unsupported_grant_type']);
    const none = await bench.token({});
    expect(refusal(none)).toEqual([
      400,
      'invalid_request',
      'Missing required parameter: grant_type',
    ]);
  });

  it.each(PAGES)('§1.5 D: /u/%s takes neither an unknown state nor anything else', async (page) => {
    await using bench = await Bench.open();
    const at = `/u/${page}`;
    const json = { 'content-type': 'application/json' };
    const replies = [
      await bench.send(at, { method: 'POST', body: new URLSearchParams({ state: MARKUP }) }),
      await bench.send(at, { method: 'POST', body: new URLSearchParams() }),
      await bench.send(at, { method: 'POST', headers: json, body: '[' }),
      await bench.send(at, { method: 'POST', headers: json, body: '{"state":{"a":1}}' }),
      await bench.send(at, { method: 'POST', body: 'text' }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
    for (const { text } of replies) expect(text).not.toContain('<img');
  });

  it.each([
    '/authorize?client_id=%zz&redirect_uri=%',
    '/authorize?__proto__=1&constructor=2',
    `/authorize?client_id=${CLIENT.client_id}&redirect_uri=%00`,
    '/v2/logout?returnTo=%ff',
    '/oidc/logout?id_token_hint=%00&client_id=__proto__',
    '/u/login?state=__proto__',
  ])('§1.1 D: %s is refused, not failed at', async (path) => {
    await using bench = await Bench.open();
    const reply = await bench.send(path, { headers: { cookie: 'auth0=%zz; auth0=__proto__' } });
    expect(reply.status).toBe(400);
  });
});

/** Another tenant under the same name, reached at its own port. */
class Twin {
  readonly #bench: Bench;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  async passwordGrant(login: Readonly<Record<string, string>>) {
    const { port, audience } = this.#bench.emulator;
    const grant = { ...CLIENT, grant_type: 'password', audience, scope: 'enroll', ...login };
    const response = await fetch(`http://127.0.0.1:${port}/oauth/token`, {
      ...{ method: 'POST', body: new URLSearchParams(grant) },
    });
    return { body: (await response.json()) as Record<string, unknown> };
  }
}

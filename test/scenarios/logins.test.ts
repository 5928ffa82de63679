import { describe, expect, it } from '@jest/globals';
import { keyOf, kidOf } from '../simulation/devices.ts';
import { ACTIVE_TOTP } from './auth0.ts';
import { loggedIn, start } from './scenario.ts';

const FOR_TOTP = { factors: ['totp'] } as const;
const refused = (type: string) => ({ cause: { type } });

describe('a login that proves nothing', () => {
  it.each([
    'wrong-user',
    'wrong-audience',
    'missing-scope',
    'login-code-refused',
    'invalid-id-token',
    'invalid-access-token',
    'stale-login',
    'mfa-not-challenged',
  ] as const)('is refused as %s, and the run is none the worse for it', async (flaw) => {
    const { person, auth0 } = await start();
    expect(await person.logIn({ flaw })).toMatchObject({
      status: 'refused',
      refusal: flaw,
      next: { type: 'log-in' },
    });
    expect(person.progress().lastRefusal).toMatchObject({ refusal: flaw });
    expect(auth0.requests('associate')).toBe(0);
    await person.enrollSms();
  });

  it('is not enough when it was not challenged with the factor that is active', async () => {
    const { person, auth0 } = await loggedIn();
    const early = person.proof();
    await person.submit();
    expect(await person.deliver(early)).toMatchObject({
      status: 'refused',
      refusal: expect.stringMatching(/^(mfa-not-challenged|stale-login)$/),
    });
    expect(auth0.requests('associate')).toBe(1);
  });
});

describe('a proof that cannot be taken', () => {
  it('lacks a key where a TOTP set-up has to be sealed; the code is not spent', async () => {
    const { person, auth0 } = await start(FOR_TOTP);
    const proof = person.proof({ on: 'none' });
    expect(await person.deliver(proof)).toMatchObject({ refusal: 'device-key-missing' });
    expect(auth0.exchanged).toBe(0);
    expect(await person.deliver({ ...proof, sealTo: keyOf('A') })).toMatchObject({
      status: 'accepted',
    });
  });

  it('was seen before, and is not exchanged again', async () => {
    const { person, auth0 } = await start();
    const proof = person.proof();
    await person.deliver(proof);
    expect(await person.deliver(proof)).toMatchObject({ refusal: 'proof-seen-before' });
    await person.signal('loginCompleted', proof);
    await person.untilRefused('proof-seen-before');
    expect(auth0.requests('openSession')).toBe(1);
    expect(person.progress().phase).toBe('awaiting-sms-code');
  });

  it('is a bare mfa_token', async () => {
    const { person, auth0 } = await start();
    await person.signal('loginCompleted', { mfaToken: 'Fe26.2*SERVER_1*x' });
    await person.untilRefused('needs-mfa-api-token');
    await expect(person.deliver({ accessToken: 'Fe26.2*x', idToken: 'x' })).rejects.toMatchObject(
      refused('needs-mfa-api-token'),
    );
    expect(auth0.requests('openSession')).toBe(0);
  });

  it('brings tokens by signal, where nobody could be told that they are refused', async () => {
    const { person, auth0 } = await start();
    await person.signal('loginCompleted', { accessToken: 'a', idToken: 'i' });
    await person.untilRefused('token-proof-by-update-only');
    expect(auth0.requests('openSession')).toBe(0);
  });
});

describe('the 21st login within an hour', () => {
  it('waits until the first is an hour old at Auth0, where that got there after its answer was given up', async () => {
    const { person, auth0, passes, world } = await start({ factors: ['sms'] });
    auth0.loses('openSession', 'done late', { lateMs: 4_000 });
    expect(await person.logIn()).toMatchObject({ refusal: 'login-unfinished' });
    await passes(5_000);
    for (let logins = 1; logins < 20; logins += 1) await person.logIn({ flaw: 'wrong-audience' });
    expect(await person.logIn()).toMatchObject({ refusal: 'too-many-logins' });
    expect(auth0.exchanged).toBe(20);
    const { next } = person.progress();
    await passes(Date.parse(next.type === 'log-in' ? (next.notBefore ?? '') : '') - world.now);
    // That it is not one too many is told by the oracles.
    expect(await person.logIn()).toMatchObject({ status: 'accepted' });
    expect(auth0.exchanged).toBe(21);
  });
});

describe('a factor that is active already', () => {
  it('is left as it is, and the session goes on to the next step', async () => {
    const { person, auth0 } = await start({ before: 'active-sms' });
    await person.logIn();
    expect(person.progress()).toMatchObject({
      phase: 'awaiting-otp',
      plan: [{ factor: 'sms', status: 'already-enrolled', maskedName: expect.any(String) }, {}],
    });
    person.scan();
    expect(await person.submit(person.otp(), 1)).toMatchObject({ status: 'confirmed' });
    expect(await person.result()).toMatchObject({ outcome: 'enrolled' });
    // The only text was the challenge of the login itself.
    expect(auth0.texts()).toHaveLength(1);
  });

  it('ends the enrollment at once where nothing is left to do', async () => {
    const { person, auth0 } = await start({ factors: ['sms'], before: 'active-sms' });
    await person.logIn();
    expect(await person.result()).toMatchObject({
      outcome: 'enrolled',
      factors: [{ factor: 'sms', status: 'already-enrolled' }],
    });
    expect(auth0.requests('associate')).toBe(0);
  });
});

describe('two devices', () => {
  it('join the SMS that is under way: no second text', async () => {
    const { person, auth0 } = await loggedIn();
    expect(await person.logIn({ on: 'B' })).toMatchObject({
      status: 'accepted',
      next: { type: 'enter-sms-code', challenge: 1 },
    });
    expect(auth0.requests('associate')).toBe(1);
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
  });

  it('get a TOTP set-up each; the older one is removed and its page is told', async () => {
    const { person, auth0 } = await loggedIn(FOR_TOTP);
    expect(await person.logIn({ on: 'B' })).toMatchObject({
      next: { type: 'scan-and-enter-otp', challenge: 2, kid: kidOf('B') },
    });
    expect(person.setUp('A')).toEqual({});
    expect(person.setUp('B').totp).toMatchObject({ challenge: 2 });
    await expect(person.submit('123456', 1)).rejects.toMatchObject(refused('superseded'));
    expect(auth0.held).toHaveLength(1);
  });
});

describe('a set-up is sealed to no key (I6)', () => {
  it('that comes without a login proof', async () => {
    const { person, auth0 } = await start(FOR_TOTP);
    const alone = { sealTo: keyOf('B') };
    await expect(person.deliver(alone)).rejects.toMatchObject(refused('malformed'));
    await person.signal('loginCompleted', alone);
    await person.untilRefused('malformed');
    expect([auth0.requests('openSession'), auth0.requests('associate')]).toEqual([0, 0]);
    await person.logIn();
    expect(person.setUp('B')).toEqual({});
    expect(person.setUp('A')).toHaveProperty('totp');
  });

  it('that comes with the login of another user', async () => {
    const { person, auth0 } = await loggedIn(FOR_TOTP);
    expect(await person.logIn({ on: 'B', flaw: 'wrong-user' })).toMatchObject({
      refusal: 'wrong-user',
    });
    expect(person.setUp('B')).toEqual({});
    expect(person.setUp('A')).toHaveProperty('totp');
    expect(auth0.requests('associate')).toBe(1);
  });

  it('that takes the place of the one in a proof which was delivered already', async () => {
    const { person, auth0 } = await start(FOR_TOTP);
    const proof = person.proof();
    expect(await person.deliver(proof)).toMatchObject({ status: 'accepted' });
    expect(await person.deliver({ ...proof, sealTo: keyOf('B') })).toMatchObject({
      refusal: 'proof-seen-before',
    });
    expect(person.setUp('B')).toEqual({});
    expect(person.setUp('A')).toHaveProperty('totp');
    expect(auth0.requests('associate')).toBe(1);
  });
});

describe('what is sealed to a device', () => {
  it('goes with the end, which is told in its place', async () => {
    const { person, admin, world } = await loggedIn(FOR_TOTP);
    expect(Object.keys(world.seeSetUp() ?? {})).toEqual(['totp']);
    await admin.cancel();
    await person.result();
    expect(world.seeSetUp()).toEqual({ outcome: 'cancelled' });
  });

  it('is a recovery code from the confirmation on, for the device that logged in', async () => {
    const { person, auth0 } = await loggedIn({ recoveryCodes: true });
    expect(person.setUp()).toEqual({});
    await person.submit();
    expect(person.setUp().recoveryCode).toMatchObject({ jwe: 'recovery-code' });
    expect(person.setUp('B')).toEqual({});
    await person.signal('recoveryCodeSaved');
    await person.enrollTotp();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', recoveryCode: 'saved' });
    expect(auth0.held).toContainEqual(ACTIVE_TOTP);
  });
});

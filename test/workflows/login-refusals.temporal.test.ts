import { describe, expect, it } from '@jest/globals';
import type { LoginProof, Refusal } from '../../workflows/contract/enroll-mfa.ts';
import { ASSOCIATE, TOKEN } from '../support/auth0-record.ts';
import { deviceKey, Enrollee } from '../support/enrollee.ts';
import { login } from '../support/login.ts';
import { createWorld, type World } from '../support/world.ts';

type Refused = (person: Enrollee, world: World) => Promise<LoginProof>;

const REFUSED: readonly (readonly [Refusal, string, Refused])[] = [
  ['wrong-user', 'somebody else logs in (I4)', (_person, world) => login(world, world.addUser())],
  [
    'wrong-audience',
    'the login is for another audience',
    (person) => person.proof({ parameters: { audience: 'https://api.example/' } }),
  ],
  [
    'missing-scope',
    'the login lacks a scope',
    (person) => person.proof({ parameters: { scope: 'openid enroll read:authenticators' } }),
  ],
  [
    'login-code-refused',
    'the code verifier is another one',
    async (person) => ({ ...(await person.proof()), codeVerifier: 'v'.repeat(43) }),
  ],
  [
    'login-code-refused',
    'the redirect URI is another one, and says what an operator would be told',
    async (person) => ({
      ...(await person.proof()),
      redirectUri: "https://a.example/Grant type 'authorization_code' not allowed for the client.",
    }),
  ],
  [
    'login-code-refused',
    'the code is made up',
    async (person) => ({ ...(await person.proof()), code: 'made-up' }),
  ],
  [
    'invalid-id-token',
    'the nonce is another one',
    async (person) => ({ ...(await person.proof()), nonce: 'another' }),
  ],
];

describe('a login that proves nothing', () => {
  it.each(REFUSED)('is refused as %s: %s', async (refusal, _why, prove) => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    expect(await person.deliver(await prove(person, world))).toMatchObject({
      status: 'refused',
      refusal,
      next: { type: 'log-in' },
    });
    expect((await person.progress()).lastRefusal).toMatchObject({ refusal });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
    // The run is none the worse for it.
    await person.enrollSms();
  });

  it('is stale ten minutes after it, and not for being older than the enrollment', async () => {
    const settings = { authorizationCodeLifeMs: 3_600_000 };
    await using world = await createWorld({ emulator: { settings } });
    const before = await Enrollee.start(world);
    const older = await before.proof();
    world.emulator.clock.advance(5 * 60_000);
    const old = await before.proof();
    await before.handle.signal('cancel', { by: 'test', reason: 'only its logins are needed' });
    await before.result();
    world.emulator.clock.advance(6 * 60_000);
    const person = await Enrollee.start(world);
    expect(await person.deliver(older)).toMatchObject({ refusal: 'stale-login' });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
    expect(await person.deliver(old)).toMatchObject({ status: 'accepted' });
  });

  it('is not enough when it was not challenged with the factor that is active', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.logIn();
    const early = await person.proof();
    await person.submit(person.texted(), 1);
    const associates = world.emulator.journal.count(ASSOCIATE);
    expect(await person.deliver(early)).toMatchObject({
      status: 'refused',
      refusal: expect.stringMatching(/^(mfa-not-challenged|stale-login)$/),
    });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(associates);
  });
});

describe('a proof that cannot be taken', () => {
  it('lacks a key where a TOTP set-up has to be sealed; the code is not spent', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { factors: ['totp'] });
    const { sealTo: _sealTo, ...proof } = await person.proof();
    expect(await person.deliver(proof)).toMatchObject({ refusal: 'sealing-key-missing' });
    expect(world.emulator.journal.count(TOKEN)).toBe(0);
    const sealTo = (await deviceKey()).publicKey;
    expect(await person.deliver({ ...proof, sealTo })).toMatchObject({ status: 'accepted' });
  });

  it('was seen before, and is not exchanged again', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    const proof = await person.proof();
    await person.deliver(proof);
    expect(await person.deliver(proof)).toMatchObject({ refusal: 'proof-seen-before' });
    expect(world.emulator.journal.count(TOKEN)).toBe(1);
    expect((await person.progress()).phase).toBe('awaiting-sms-code');
  });

  it('has the same answer for the same update id', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    const proof = await person.proof();
    const first = await person.deliver(proof, 'request-1');
    expect(await person.deliver(proof, 'request-1')).toEqual(first);
    expect(world.emulator.journal.count(TOKEN)).toBe(1);
  });

  it('is a bare mfa_token', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.handle.signal('loginCompleted', { mfaToken: 'Fe26.2*SERVER_1*x' });
    await person.untilRefused('needs-mfa-api-token');
    await expect(person.deliver({ accessToken: 'Fe26.2*x', idToken: 'x' })).rejects.toMatchObject({
      cause: { type: 'needs-mfa-api-token' },
    });
    expect(world.emulator.journal.count(TOKEN)).toBe(0);
  });

  it('brings tokens by signal, where nobody could be told that they are refused', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.handle.signal('loginCompleted', { accessToken: 'a', idToken: 'i' });
    await person.untilRefused('token-proof-by-update-only');
    expect(world.emulator.journal.count(TOKEN)).toBe(0);
  });
});

describe('a factor that is active already', () => {
  it('is left as it is, and the session goes on to the next step', async () => {
    await using world = await createWorld();
    const first = await Enrollee.start(world, { factors: ['sms'] });
    await first.enrollSms();
    await first.result();
    const sent = world.emulator.inbox.messages().length;
    const person = await Enrollee.start(world, { phoneNumber: '+14155550199' });
    await person.logIn({ phoneNumber: first.phoneNumber });
    expect(await person.progress()).toMatchObject({
      phase: 'awaiting-otp',
      plan: [{ factor: 'sms', status: 'already-enrolled', maskedName: expect.any(String) }, {}],
    });
    await person.scan();
    expect(await person.submit(person.otp(), 1)).toMatchObject({ status: 'confirmed' });
    expect(await person.result()).toMatchObject({ outcome: 'enrolled' });
    // The only text since was the challenge of the login itself.
    expect(world.emulator.inbox.messages()).toHaveLength(sent + 1);
  });

  it('ends the enrollment at once where nothing is left to do', async () => {
    await using world = await createWorld();
    const first = await Enrollee.start(world, { factors: ['sms'] });
    await first.enrollSms();
    await first.result();
    const person = await Enrollee.start(world, { factors: ['sms'] });
    await person.logIn();
    expect(await person.result()).toMatchObject({
      outcome: 'enrolled',
      factors: [{ factor: 'sms', status: 'already-enrolled' }],
    });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
  });
});

describe('two devices', () => {
  it('join the SMS that is under way: no second text', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.logIn();
    const other = await deviceKey();
    expect(await person.logIn({ sealTo: other.publicKey })).toMatchObject({
      status: 'accepted',
      next: { type: 'enter-sms-code', challenge: 1 },
    });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
  });

  it('get a TOTP set-up each; the older one is removed and its page is told', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { factors: ['totp'] });
    await person.logIn();
    const other = await deviceKey();
    expect(await person.logIn({ sealTo: other.publicKey })).toMatchObject({
      next: { type: 'scan-and-enter-otp', challenge: 2, kid: other.kid },
    });
    expect(await person.setUp()).toEqual({});
    expect((await person.setUp(other.kid)).totp).toMatchObject({ challenge: 2 });
    await expect(person.submit('123456', 1)).rejects.toMatchObject({
      cause: { type: 'superseded' },
    });
    const totp = world.emulator
      .authenticators(person.user.userId)
      .filter(({ id }) => id.startsWith('totp|'));
    expect(totp).toHaveLength(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import { ACTIVE_SMS, INACTIVE_TOTP } from './auth0.ts';
import { loggedIn, start } from './scenario.ts';

const MINUTE = 60_000;
/** Each text cools down for twice as long as the one before. */
const RESENDS = [30_000, 60_000, 120_000] as const;

describe('a cancel', () => {
  it('before anything was asked for touches nothing at Auth0', async () => {
    const { person, auth0, admin } = await start();
    await admin.cancel();
    expect(await person.result()).toEqual({
      outcome: 'cancelled',
      factors: [
        { factor: 'sms', status: 'pending' },
        { factor: 'totp', status: 'pending' },
      ],
      recoveryCode: 'none',
      orphans: [],
      cancelledBy: 'admin',
      reason: 'left the company',
    });
    expect(auth0.requests('listAuthenticators')).toBe(0);
    expect(admin.attributes).toMatchObject({
      ...{ MfaOutcome: 'cancelled', MfaReason: 'cancel-requested' },
    });
  });

  it('removes what is unconfirmed and keeps what is confirmed (I1, I8)', async () => {
    const { person, auth0, admin } = await start();
    await person.enrollSms();
    await person.logIn();
    expect(auth0.held).toEqual([ACTIVE_SMS, INACTIVE_TOTP]);
    await admin.cancel();
    expect(await person.result()).toMatchObject({
      outcome: 'cancelled',
      factors: [{ status: 'enrolled' }, { status: 'in-progress' }],
      orphans: [],
    });
    expect(auth0.held).toEqual([ACTIVE_SMS]);
  });

  it('removes ours alone where an unconfirmed one was there before (I1, I8)', async () => {
    const { person, auth0, admin, world } = await start({ factors: ['totp'] });
    auth0.enrollElsewhere('totp');
    await person.logIn();
    await admin.cancel();
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(auth0.held).toEqual([INACTIVE_TOTP]);
    expect(world.tenant.entries.map(({ ours }) => ours)).toEqual([false]);
  });

  it('of Temporal itself cleans up too, and the run reads Canceled', async () => {
    const { person, auth0, admin, world } = await loggedIn();
    await admin.cancelThroughTemporal();
    await expect(person.result()).rejects.toMatchObject({ cause: { type: 'cancelled' } });
    expect(world.run.closing).toMatchObject({ status: 'cancelled' });
    expect(auth0.held).toEqual([]);
    expect(admin.attributes).toMatchObject({
      ...{ MfaOutcome: 'cancelled', MfaReason: 'cancelled-through-temporal' },
    });
  });

  it('without who and why is refused, and the run goes on', async () => {
    const { person } = await start();
    await person.signal('cancel');
    expect((await person.untilRefused('malformed')).lastRefusal?.hint).toContain('by: must be');
    await person.enrollSms();
  });
});

describe('an enrollment that expires', () => {
  it('shows what it was waiting for', async () => {
    const { person, admin } = await loggedIn({ deadlineMs: MINUTE });
    expect(await person.result()).toMatchObject({ outcome: 'expired' });
    expect(admin.attributes).toMatchObject({
      ...{ MfaOutcome: 'expired', MfaReason: 'awaiting-sms-code' },
    });
    expect(await admin.details()).toContain('It was waiting for the code that was texted to');
    expect(person.progress()).toMatchObject({ reason: 'awaiting-sms-code' });
  });
});

describe('sends', () => {
  it('are five, each after its cool-down; then the person waits', async () => {
    const { person, auth0, passes } = await loggedIn();
    for (const cooldownMs of RESENDS) {
      expect(await person.resend()).toMatchObject({ refusal: 'cooling-down' });
      await passes(cooldownMs);
      expect(await person.resend()).toMatchObject({ status: 'accepted' });
    }
    await passes(10 * MINUTE);
    await person.logIn();
    await passes(9 * MINUTE);
    expect(await person.resend()).toMatchObject({ refusal: 'no-sends-left' });
    expect(auth0.requests('associate')).toBe(5);
  });

  it('to another number count and cool down too', async () => {
    const { person, passes } = await loggedIn();
    await passes(MINUTE);
    expect(await person.changePhoneNumber('+14155550199')).toMatchObject({
      status: 'accepted',
      next: { type: 'enter-sms-code', challenge: 2, sendsLeft: 3 },
    });
    expect(await person.submit(person.texted('+14155550199'))).toMatchObject({
      status: 'confirmed',
    });
  });
});

describe('a quota of one user', () => {
  it('meets nobody else', async () => {
    const [one, neighbour] = [
      await start({ factors: ['sms'] }),
      await start({ factors: ['sms'] }),
    ] as const;
    one.auth0.refuses('associate', 'sms-quota-spent');
    expect(await one.person.logIn()).toMatchObject({ next: { type: 'request-resend' } });
    await neighbour.person.enrollSms();
    expect(await neighbour.person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect([one.auth0.held, neighbour.auth0.held]).toEqual([[], [ACTIVE_SMS]]);
    await one.admin.cancel();
    expect(await one.person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
  });
});

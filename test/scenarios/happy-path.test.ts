import { describe, expect, it } from '@jest/globals';
import { loggedIn, start } from './scenario.ts';

describe('an enrollment', () => {
  it.each([
    ['SMS, then TOTP', ['sms', 'totp']],
    ['TOTP, then SMS', ['totp', 'sms']],
    ['SMS alone', ['sms']],
    ['TOTP alone', ['totp']],
  ] as const)('follows its plan: %s', async (_name, factors) => {
    const { person, auth0 } = await start({ factors });
    for (const factor of factors) {
      await (factor === 'sms' ? person.enrollSms() : person.enrollTotp());
    }
    expect(await person.result()).toEqual({
      outcome: 'enrolled',
      factors: factors.map((factor) => ({ factor, status: 'enrolled' })),
      recoveryCode: 'none',
      orphans: [],
    });
    expect(auth0.held).toEqual(factors.map((kind) => ({ kind, active: true })));
    expect(auth0.requests('associate')).toBe(factors.length);
  });

  it('holds no timer while it waits but its deadline and its session’s end', async () => {
    const { person, world } = await start();
    expect(world.run.timers.size).toBe(1);
    await person.logIn();
    expect(world.run.timers.size).toBe(2);
    await person.submit();
    await person.untilPhase('awaiting-login');
    expect(world.run.timers.size).toBe(1);
  });

  it('shows an administrator the phase that it waits in, and no refusal of the past', async () => {
    const { person, admin } = await loggedIn();
    expect(admin.attributes).toMatchObject({ MfaPhase: 'awaiting-sms-code' });
    await person.mistype();
    expect(admin.attributes).toMatchObject({ MfaLastRefusal: 'wrong-code' });
    await person.submit();
    await person.enrollTotp();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled' });
    expect(admin.attributes).toMatchObject({ MfaPhase: 'enrolled', MfaOutcome: 'enrolled' });
    expect(admin.attributes['MfaLastRefusal'] ?? '').toBe('');
  });
});

import { describe, expect, it } from '@jest/globals';
import { ACTIVE_SMS, ACTIVE_TOTP, ASSOCIATE, held } from '../support/auth0-record.ts';
import { Enrollee } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import { login } from '../support/login.ts';
import { createWorld } from '../support/world.ts';

const MINUTE = 60_000;

async function finishSms(person: Enrollee, challenge: number): Promise<void> {
  await person.logIn();
  expect(await person.submit(person.texted(), challenge)).toMatchObject({ status: 'confirmed' });
}

describe.each([
  ['ahead of', 2 * MINUTE],
  ['behind', -2 * MINUTE],
] as const)('a tenant whose clock is two minutes %s the worker’s', (_name, tenantAheadMs) => {
  it('enrolls a user from start to end, resend and new logins included', async () => {
    await using world = await createWorld({ tenantAheadMs });
    const person = await Enrollee.loggedIn(world);
    await fastForward(world, person.handle, MINUTE);
    expect(await person.resend(1)).toMatchObject({ next: { challenge: 2 } });
    expect(await person.submit(person.wrong(), 2)).toMatchObject({ attemptsLeft: 3 });
    await fastForward(world, person.handle, 10 * MINUTE);
    expect(held(world)).toEqual([]);
    await finishSms(person, 3);
    await person.enrollTotp();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(held(world)).toEqual([ACTIVE_SMS, ACTIVE_TOTP]);
  });

  it('enrolls a user by signals, with a login that comes with the start', async () => {
    await using world = await createWorld({ tenantAheadMs });
    const person = await Enrollee.start(world, {}, world.user, await login(world));
    await person.untilPhase('awaiting-sms-code');
    await person.handle.signal('smsCode', person.texted());
    await person.until(({ plan }) => plan[0]?.status === 'enrolled');
    await person.handle.signal('loginCompleted', await person.proof());
    await person.untilPhase('awaiting-otp');
    await person.scan();
    await person.handle.signal('otpCode', person.otp());
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(held(world)).toEqual([ACTIVE_SMS, ACTIVE_TOTP]);
  });
});

describe('a login', () => {
  it('is stale ten minutes after it, and not for being older than the enrollment', async () => {
    const settings = { authorizationCodeLifeMs: 3_600_000 };
    await using world = await createWorld({ emulator: { settings } });
    const before = await Enrollee.start(world);
    const older = await before.proof();
    world.emulator.clock.advance(5 * MINUTE);
    const old = await before.proof();
    await before.handle.signal('cancel', { by: 'test', reason: 'only its logins are needed' });
    await before.result();
    world.emulator.clock.advance(6 * MINUTE);
    const person = await Enrollee.start(world);
    expect(await person.deliver(older)).toMatchObject({ refusal: 'stale-login' });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
    expect(await person.deliver(old)).toMatchObject({ status: 'accepted' });
  });
});

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
  it('is stale when it is older than the enrollment', async () => {
    await using world = await createWorld();
    const before = await Enrollee.start(world, { factors: ['sms'] });
    const proof = await before.proof();
    await before.handle.signal('cancel', { by: 'test', reason: 'only its login is needed' });
    await before.result();
    // By the tenant's own clock a minute has passed since the login; the run starts now.
    world.emulator.clock.advance(60_000);
    const person = await Enrollee.start(world);
    expect(await person.deliver(proof)).toMatchObject({ refusal: 'stale-login' });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
  });
});

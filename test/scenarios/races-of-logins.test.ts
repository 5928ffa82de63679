import { describe, expect, it } from '@jest/globals';
import { kidOf } from '../simulation/devices.ts';
import { ACTIVE_SMS, ACTIVE_TOTP, INACTIVE_TOTP } from './auth0.ts';
import { start } from './scenario.ts';

/** So long a call is under way while something else comes. */
const SLOW_MS = 2_000;

describe('two login proofs at once, from two devices', () => {
  it('are both taken, one after the other, and bring one text', async () => {
    const { person, auth0 } = await start();
    auth0.slow('openSession', SLOW_MS);
    const first = await person.delivering(person.proof());
    const second = await person.delivering(person.proof({ on: 'B' }));
    const accepted = { status: 'accepted', next: { type: 'enter-sms-code', challenge: 1 } };
    expect(await first.result()).toMatchObject(accepted);
    expect(await second.result()).toMatchObject(accepted);
    expect(auth0.took('openSession')).toBe(2);
    expect(auth0.requests('associate')).toBe(1);
    expect(auth0.texts()).toHaveLength(1);
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    expect(auth0.held).toEqual([ACTIVE_SMS]);
  });

  it('get one TOTP set-up, for the newer device; the older one is told which', async () => {
    const { person, auth0 } = await start({ factors: ['totp'] });
    auth0.slow('openSession', SLOW_MS);
    const first = await person.delivering(person.proof({ on: 'B' }));
    const second = await person.delivering(person.proof());
    const next = { type: 'scan-and-enter-otp', challenge: 1, kid: kidOf('A') };
    expect(await first.result()).toMatchObject({ status: 'accepted', next });
    expect(await second.result()).toMatchObject({ status: 'accepted', next });
    expect(person.setUp('B')).toEqual({});
    person.scan();
    expect(await person.submit(person.otp())).toMatchObject({ status: 'confirmed' });
    expect(auth0.requests('associate')).toBe(1);
    expect(auth0.held).toEqual([ACTIVE_TOTP]);
  });

  it('of which one comes while the other’s set-up is being made leave one set-up', async () => {
    const { person, auth0, until } = await start({ factors: ['totp'] });
    auth0.slow('associate', SLOW_MS);
    const first = await person.delivering(person.proof({ on: 'B' }));
    await until(() => auth0.requests('associate') > 0);
    const second = await person.delivering(person.proof());
    const next = { type: 'scan-and-enter-otp', challenge: 2, kid: kidOf('A') };
    expect(await first.result()).toMatchObject({ status: 'accepted', next });
    expect(await second.result()).toMatchObject({ status: 'accepted', next });
    expect(auth0.held).toEqual([INACTIVE_TOTP]);
    expect(auth0.requests('deleteAuthenticator')).toBe(1);
    await expect(person.submit('123456', 1)).rejects.toMatchObject({
      cause: { type: 'superseded' },
    });
    person.scan();
    expect(await person.submit(person.otp())).toMatchObject({ status: 'confirmed' });
    expect(auth0.held).toEqual([ACTIVE_TOTP]);
  });

  it('and a third: what waits is superseded by what is newer, and not exchanged', async () => {
    const { person, auth0 } = await start();
    auth0.slow('openSession', SLOW_MS);
    const first = await person.delivering(person.proof());
    const second = await person.delivering(person.proof());
    const third = await person.delivering(person.proof());
    expect(await second.result()).toMatchObject({ status: 'refused', refusal: 'superseded' });
    expect(await first.result()).toMatchObject({ status: 'accepted' });
    expect(await third.result()).toMatchObject({ status: 'accepted', next: { challenge: 1 } });
    expect(auth0.took('openSession')).toBe(2);
    expect(auth0.requests('associate')).toBe(1);
  });
});

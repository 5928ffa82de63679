import { describe, expect, it } from '@jest/globals';
import { Bench, CLIENT, OOB, refusal, SMS, string } from '../bench.ts';
import {
  challenge,
  confirmOtp,
  confirmSent,
  EMAIL,
  form,
  RECOVERY,
  active,
  withRecoveryCode,
} from './factors.ts';

const SHAPE = ['access_token', 'expires_in', 'id_token', 'scope', 'token_type'];

describe('§3.2 the request and its success', () => {
  it('§3.2 A: a form and JSON alike, with audience and scope added or not', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const more = { audience: bench.emulator.audience, scope: 'openid' };
    for (const send of ['form', 'json']) {
      const { oobCode, code } = await bench.associateSms(access);
      const fields = {
        ...{ ...CLIENT, ...more, grant_type: OOB, mfa_token: access },
        ...{ oob_code: oobCode, binding_code: code },
      };
      const reply =
        send === 'form'
          ? await form(bench, '/oauth/token', fields)
          : await bench.post('/oauth/token', fields);
      expect([reply.status, Object.keys(reply.body).toSorted()]).toEqual([200, SHAPE]);
      expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    }
  });

  it('§3.2 A: the bearer header of the SMS guide does no harm', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const { oobCode, code } = await bench.associateSms(access);
    const fields = { grant_type: OOB, mfa_token: access, oob_code: oobCode, binding_code: code };
    const authorization = `Bearer ${access}`;
    const reply = await form(bench, '/oauth/token', { ...CLIENT, ...fields }, { authorization });
    expect(reply.status).toBe(200);
  });

  it('§3.2 A: the tokens are those of the request that the login began with', async () => {
    await using bench = await Bench.open({ settings: { mfaPolicies: ['all-applications'] } });
    await confirmSent(bench, await bench.mfaToken(), SMS);
    const audience = 'https://api.example.com/';
    for (const [asked, life] of [
      [audience, 86_400],
      [bench.emulator.audience, 600],
    ] as const) {
      const required = await bench.passwordGrant({ audience: asked, scope: 'openid profile' });
      const mfaToken = string(required, 'mfa_token');
      const sent = await challenge(bench, mfaToken);
      const done = await bench.confirm(mfaToken, string(sent, 'oob_code'), bench.lastCode());
      expect([done.body['expires_in'], done.body['scope']]).toEqual([life, 'openid profile']);
    }
  });

  it('§3.2 A: confirming makes an authenticator active and logs in, by e-mail too', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const associated = await bench.post('/mfa/associate', EMAIL, access);
    expect(active(bench)).toEqual([false]);
    const reply = await bench.confirm(access, string(associated, 'oob_code'), bench.lastCode());
    expect([reply.status, active(bench)]).toEqual([200, [true]]);
  });

  it('§3.2 B: the recovery grant adds the code that takes the place of the spent one', async () => {
    await using bench = await Bench.open({ settings: { recoveryCodes: true } });
    const code = await withRecoveryCode(bench);
    const mfaToken = await bench.mfaToken();
    const recover = (recovery_code: string) =>
      bench.token({ grant_type: RECOVERY, mfa_token: mfaToken, recovery_code });
    const reply = await recover(code);
    expect(Object.keys(reply.body).toSorted()).toEqual([...SHAPE, 'recovery_code'].toSorted());
    const next = string(reply, 'recovery_code');
    expect((await recover(code)).status).toBe(403);
    expect((await recover(next)).status).toBe(200);
  });

  it('§3.2 B: where several factors are demanded the first answer is another mfa_required', async () => {
    await using bench = await Bench.open({
      settings: { factorsRequired: 2, mfaRequirements: true, requestsPerSecond: 'off' },
    });
    const access = string(await confirmSent(bench, await bench.accessToken(), SMS), 'access_token');
    const { code } = await confirmOtp(bench, access);
    bench.emulator.clock.advance(30_000);
    const mfaToken = await bench.mfaToken();
    const chained = await bench.confirmOtp(mfaToken, code());
    expect([chained.status, chained.body['error']]).toEqual([403, 'mfa_required']);
    expect(chained.body['mfa_requirements']).toEqual({ challenge: [{ type: 'phone' }] });
    expect(chained.body).not.toHaveProperty('access_token');
    const second = string(chained, 'mfa_token');
    expect(second).not.toBe(mfaToken);
    const same = await challenge(bench, second, { challenge_type: 'otp' });
    expect(same.body['error']).toBe('unsupported_challenge_type');
    const sent = await challenge(bench, second);
    const done = await bench.confirm(second, string(sent, 'oob_code'), bench.lastCode());
    expect(done.status).toBe(200);
  });

  it('§3.2 C: an mfa_token is good for the client that got it, and for no other', async () => {
    await using bench = await Bench.open();
    bench.emulator.addClient({ clientId: 'other', redirectUris: [] });
    const access = await bench.accessToken();
    const { oobCode, code } = await bench.associateSms(access);
    const refused = await form(bench, '/oauth/token', {
      ...{ client_id: 'other', grant_type: OOB, mfa_token: access },
      ...{ oob_code: oobCode, binding_code: code },
    });
    expect(refusal(refused)).toEqual([
      ...[400, 'invalid_request', 'mfa_token not issued to this client'],
    ]);
    expect(active(bench)).toEqual([false]);
  });
});

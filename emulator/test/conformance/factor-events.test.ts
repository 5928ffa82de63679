import { describe, expect, it } from '@jest/globals';
import { Bench, OOB, string } from '../bench.ts';
import { challenge, confirmPush, confirmSent, EMAIL, idOf, RECOVERY, VOICE } from './factors.ts';
import { Management, managementGrant } from './management.ts';

const OPEN = {
  settings: { messageTypes: ['voice'], recoveryCodes: true, requestsPerSecond: 'off' },
} as const;
const CHALLENGE = 'POST /mfa/challenge';

/** The user's `gd_*` events, oldest first. */
async function events(bench: Bench): Promise<readonly unknown[]> {
  return (await Management.of(bench)).logTypes('&q=type:gd_*');
}

describe('§5 what is logged and journalled of the other factors', () => {
  it('§5 A: a call and an e-mail each have a type, a quota that is spent has one of its own', async () => {
    await using bench = await Bench.open(OPEN);
    const access = string(
      await confirmSent(bench, await bench.accessToken(), VOICE),
      'access_token',
    );
    await bench.post('/mfa/associate', EMAIL, access);
    for (let call = 0; call < 10; call += 1) await bench.post('/mfa/associate', VOICE, access);
    const types = await events(bench);
    expect(types.filter((type) => type === 'gd_send_voice')).toHaveLength(10);
    expect(types.filter((type) => type === 'gd_send_email')).toHaveLength(1);
    expect(types.filter((type) => type === 'gd_send_voice_failure')).toHaveLength(1);
    expect(types).not.toContain('gd_send_sms');
  });

  it('§5 A: a push that is sent, approved or denied in the app', async () => {
    await using bench = await Bench.open(OPEN);
    await confirmPush(bench, await bench.accessToken());
    const mfaToken = await bench.mfaToken();
    const wanted = { authenticator_id: idOf(bench, 'push') };
    for (const answer of ['approve', 'deny'] as const) {
      await challenge(bench, mfaToken, wanted);
      for (const { id } of bench.emulator.pushes.pending()) bench.emulator.pushes[answer](id);
    }
    expect(await events(bench)).toEqual([
      ...['gd_start_enroll', 'gd_enrollment_complete'],
      ...['gd_start_auth', 'gd_send_pn', 'gd_auth_succeed'],
      ...['gd_start_auth', 'gd_send_pn', 'gd_auth_rejected'],
    ]);
  });

  it('§5 A: wrong recovery codes, and too many of them', async () => {
    await using bench = await Bench.open(OPEN);
    await confirmSent(bench, await bench.accessToken(), VOICE);
    const mfaToken = await bench.mfaToken();
    const wrong = { grant_type: RECOVERY, mfa_token: mfaToken, recovery_code: 'wrong' };
    for (let guess = 0; guess < 11; guess += 1) await bench.token(wrong);
    const types = await events(bench);
    expect(types.filter((type) => type === 'gd_recovery_failed')).toHaveLength(10);
    expect(types.at(-1)).toBe('gd_recovery_rate_limit_exceed');
    expect(types).not.toContain('gd_recovery_succeed');
  });

  it('a challenge has the effect of what was sent, a program’s token is issued', async () => {
    await using bench = await Bench.open(OPEN);
    const access = string(
      await confirmSent(bench, await bench.accessToken(), VOICE),
      'access_token',
    );
    await confirmPush(bench, access);
    const mfaToken = await bench.mfaToken();
    await challenge(bench, mfaToken, { authenticator_id: idOf(bench, 'voice') });
    await challenge(bench, mfaToken, { authenticator_id: idOf(bench, 'push') });
    await challenge(bench, mfaToken, { challenge_type: 'otp' });
    await managementGrant(bench);
    const { journal } = bench.emulator;
    const challenges = journal.entries.filter(({ endpoint }) => endpoint === CHALLENGE);
    expect(challenges.map(({ effect }) => effect)).toEqual(['code-sent', 'push-sent', 'none']);
    const grantType = 'client_credentials';
    expect(journal.count('POST /oauth/token', { grantType, effect: 'tokens-issued' })).toBe(1);
  });

  it('§6 D: a code of what an administrator deleted meanwhile confirms nothing', async () => {
    await using bench = await Bench.open(OPEN);
    const access = await bench.accessToken();
    const associated = await bench.post('/mfa/associate', VOICE, access);
    await (await Management.of(bench)).user('/authentication-methods', 'DELETE');
    const refused = await bench.token({
      ...{ grant_type: OOB, mfa_token: access, oob_code: string(associated, 'oob_code') },
      binding_code: bench.lastCode(),
    });
    expect([refused.status, refused.body['error']]).toEqual([403, 'invalid_grant']);
    expect(refused.body).not.toHaveProperty('access_token');
    expect(bench.emulator.authenticators(bench.userId)).toEqual([]);
  });
});

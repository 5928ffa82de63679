import { describe, expect, it } from '@jest/globals';
import { Bench, otherThan, PHONE, refusal, string } from './bench.ts';
import { RECOVERY, withRecoveryCode } from './conformance/factors.ts';

describe('the recovery-code grant', () => {
  it('§3.2 A: logs in once, and brings the code that takes its place', async () => {
    await using bench = await Bench.open({ settings: { recoveryCodes: true } });
    const recoveryCode = await withRecoveryCode(bench);
    const mfaToken = await bench.mfaToken();
    const grant = { grant_type: RECOVERY, mfa_token: mfaToken };
    const reply = await bench.token({ ...grant, recovery_code: recoveryCode });
    expect(reply.status).toBe(200);
    expect(string(reply, 'recovery_code')).toMatch(/^[A-Z0-9]{24}$/);
    expect(string(reply, 'recovery_code')).not.toBe(recoveryCode);
    const again = await bench.token({ ...grant, recovery_code: recoveryCode });
    expect(refusal(again)).toEqual([403, 'invalid_grant', 'MFA Authorization rejected.']);
  });

  it('§3.3 B: is refused where the user has none', async () => {
    await using bench = await Bench.open();
    await bench.confirmSms();
    const reply = await bench.token({
      ...{ grant_type: RECOVERY, mfa_token: await bench.mfaToken() },
      recovery_code: 'A'.repeat(24),
    });
    expect(reply.status).toBe(403);
    expect(reply.body).toMatchObject({
      error: 'unsupported_challenge_type',
      error_description: 'User does not have a recovery-code.',
    });
  });
});

describe('an oob_code', () => {
  it('§3.3 D: of another user is malformed, and confirms nothing', async () => {
    await using bench = await Bench.open();
    const other = bench.emulator.addUser({ email: 'eve@example.com', password: 'secret' });
    const mine = await bench.associateSms(await bench.accessToken());
    const theirs = await bench.passwordGrant({ username: 'eve@example.com', password: 'secret' });
    const reply = await bench.confirm(string(theirs, 'access_token'), mine.oobCode, mine.code);
    expect([reply.status, reply.body['error_description']]).toEqual([403, 'Malformed oob_code']);
    for (const userId of [bench.userId, other.userId]) {
      const active = bench.emulator.authenticators(userId).filter((entry) => entry.active);
      expect(active).toEqual([]);
    }
  });
});

describe('the status of a spent quota', () => {
  it('§2 X: is 429 unless the tenant is set to 403', async () => {
    for (const quotaStatus of [429, 403] as const) {
      await using bench = await Bench.open({ settings: { quotaStatus } });
      const token = await bench.accessToken();
      const { oobCode, code } = await bench.associateSms(token);
      for (let wrong = 0; wrong < 10; wrong++) await bench.confirm(token, oobCode, otherThan(code));
      const reply = await bench.confirm(token, oobCode, code);
      expect(reply.status).toBe(quotaStatus);
      expect(bench.emulator.inbox.messages(PHONE)).toHaveLength(1);
    }
  });
});

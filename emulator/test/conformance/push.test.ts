import { describe, expect, it } from '@jest/globals';
import { Secret, TOTP as Totp } from 'otpauth';
import { Bench, refusal, string } from '../bench.ts';
import { challenge, confirmPush, idOf, kinds, poll, PUSH } from './factors.ts';

const PENDING = [
  ...[400, 'authorization_pending'],
  'Authorization pending: please repeat the request in a few seconds.',
];
const REJECTED = [400, 'access_denied', 'MFA Authorization rejected.'];
const SECONDS_MS = 5_000;

/** A user with push; a challenge of it that nobody has answered yet. */
async function challenged(bench: Bench) {
  await confirmPush(bench, await bench.accessToken());
  const mfaToken = await bench.mfaToken();
  const reply = await challenge(bench, mfaToken, { authenticator_id: idOf(bench, 'push') });
  const [push] = bench.emulator.pushes.pending(bench.userId);
  return { mfaToken, oobCode: string(reply, 'oob_code'), id: push?.id ?? '' };
}

describe('§3.3 push', () => {
  it('§3.3 B: pending until the barcode is scanned, then confirmed with its twin', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const associated = await bench.post('/mfa/associate', PUSH, access);
    const oobCode = string(associated, 'oob_code');
    expect(refusal(await poll(bench, access, oobCode))).toEqual(PENDING);
    expect(bench.emulator.authenticators(bench.userId).some(({ active }) => active)).toBe(false);
    const barcode = new URL(string(associated, 'barcode_uri'));
    const id = barcode.searchParams.get('enrollment_tx_id') ?? '';
    expect(bench.emulator.pushes.approve(id)?.purpose).toBe('enrollment');
    bench.emulator.clock.advance(SECONDS_MS);
    expect((await poll(bench, access, oobCode)).status).toBe(200);
    const entries = bench.emulator.authenticators(bench.userId);
    expect(entries.map(({ kind, active }) => [kind, active])).toEqual([
      ...[
        ['push', true],
        ['totp', true],
      ],
    ]);
  });

  it('§1.5 A: a barcode that is five minutes old is scanned in vain', async () => {
    await using bench = await Bench.open({ settings: { oobCodeLifeMs: 600_000 } });
    const access = await bench.accessToken();
    const associated = await bench.post('/mfa/associate', PUSH, access);
    const [push] = bench.emulator.pushes.pending();
    bench.emulator.clock.advance(300_000);
    expect(bench.emulator.pushes.pending()).toEqual([]);
    expect(bench.emulator.pushes.approve(push?.id ?? '')).toBeUndefined();
    const oobCode = string(associated, 'oob_code');
    expect(refusal(await poll(bench, access, oobCode))).toEqual(PENDING);
  });

  it('§3.3 B: a challenge asks the app, and lets in when it is approved', async () => {
    await using bench = await Bench.open();
    const { mfaToken, oobCode, id } = await challenged(bench);
    expect(bench.emulator.inbox.messages().at(-1)).toMatchObject({
      ...{ channel: 'push', to: idOf(bench, 'push'), code: '', pushId: id },
    });
    expect(refusal(await poll(bench, mfaToken, oobCode))).toEqual(PENDING);
    bench.emulator.pushes.approve(id);
    bench.emulator.clock.advance(SECONDS_MS);
    expect((await poll(bench, mfaToken, oobCode)).status).toBe(200);
    bench.emulator.clock.advance(SECONDS_MS);
    const again = await poll(bench, mfaToken, oobCode);
    expect(refusal(again)).toEqual([403, 'invalid_grant', 'Malformed oob_code']);
  });

  it('§3.3 X: denied is 400 access_denied as recorded, or invalid_grant as documented', async () => {
    for (const pushDeniedError of ['access_denied', 'invalid_grant'] as const) {
      await using bench = await Bench.open({ settings: { pushDeniedError } });
      const { mfaToken, oobCode, id } = await challenged(bench);
      bench.emulator.pushes.deny(id);
      const refused = await poll(bench, mfaToken, oobCode);
      const documented = [403, 'invalid_grant', 'MFA Authorization rejected.'];
      expect(refusal(refused)).toEqual(pushDeniedError === 'access_denied' ? REJECTED : documented);
      expect(bench.emulator.pushes.approve(id)).toBeUndefined();
      bench.emulator.clock.advance(SECONDS_MS);
      expect((await poll(bench, mfaToken, oobCode)).body).not.toHaveProperty('access_token');
    }
  });

  it('§3.3 D: polling too fast is told to slow down, with 429 or 400', async () => {
    for (const slowDownStatus of [429, 400] as const) {
      await using bench = await Bench.open({ settings: { slowDownStatus } });
      const { mfaToken, oobCode, id } = await challenged(bench);
      await poll(bench, mfaToken, oobCode);
      bench.emulator.pushes.approve(id);
      const fast = await poll(bench, mfaToken, oobCode);
      expect([fast.status, fast.body['error']]).toEqual([slowDownStatus, 'slow_down']);
      expect(fast.body).not.toHaveProperty('access_token');
      bench.emulator.clock.advance(1_000);
      expect((await poll(bench, mfaToken, oobCode)).status).toBe(200);
    }
  });

  it('§3.3 D: one poll in five seconds is never too many', async () => {
    await using bench = await Bench.open({ settings: { requestsPerSecond: 'off' } });
    const { mfaToken, oobCode } = await challenged(bench);
    for (let asked = 0; asked < 30; asked += 1) {
      expect(refusal(await poll(bench, mfaToken, oobCode))).toEqual(PENDING);
      bench.emulator.clock.advance(SECONDS_MS);
    }
  });

  it("§4 B: the twin's OTP logs in, too", async () => {
    await using bench = await Bench.open();
    await confirmPush(bench, await bench.accessToken());
    const twin = bench.emulator.authenticators(bench.userId).find(({ kind }) => kind === 'totp') as
      { secret?: string } | undefined;
    const totp = new Totp({ secret: Secret.fromBase32(twin?.secret ?? '') });
    const code = totp.generate({ timestamp: bench.emulator.clock.now() });
    expect((await bench.confirmOtp(await bench.mfaToken(), code)).status).toBe(200);
  });

  it('the control API lists, approves and denies, and knows what it cannot', async () => {
    await using bench = await Bench.open({ control: true });
    const { mfaToken, oobCode, id } = await challenged(bench);
    const waiting = await bench.get(`/_emulator/pushes?userId=${encodeURIComponent(bench.userId)}`);
    expect(JSON.parse(waiting.text)).toEqual([
      expect.objectContaining({ id, purpose: 'challenge', answer: 'pending' }),
    ]);
    const answer = (which: string, how: string) =>
      bench.send(`/_emulator/pushes/${which}/${how}`, { method: 'POST' });
    expect((await answer('unknown', 'approve')).status).toBe(404);
    expect((await answer(id, 'deny')).body['answer']).toBe('denied');
    expect((await answer(id, 'approve')).status).toBe(404);
    expect(refusal(await poll(bench, mfaToken, oobCode))).toEqual(REJECTED);
    expect(kinds(bench)).toEqual(['push', 'totp']);
  });
});

/** Bodies and steps that the conformance cases of the MFA API share. */
import { Secret, TOTP as Totp } from 'otpauth';
import { type Bench, CLIENT, OOB, PHONE, type Reply, SMS, string } from '../bench.ts';

export const RECOVERY = 'http://auth0.com/oauth/grant-type/mfa-recovery-code';
export const VOICE = { authenticator_types: ['oob'], oob_channels: ['voice'], phone_number: PHONE };
export const EMAIL = { authenticator_types: ['oob'], oob_channels: ['email'] };
export const PUSH = { authenticator_types: ['oob'], oob_channels: ['auth0'] };
export const INVALID_TOKEN = 'The mfa_token provided is invalid. Try getting a new token.';
export const TOO_MANY_TEXTS =
  'Too many SMS sent by the user. Wait for some minutes before retrying.';
export const TOO_MANY_CODES = 'Too many failed codes. Wait for some minutes before retrying.';
export const TOO_MANY_REQUESTS =
  'Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset headers.';

/** A form, as clients of the token endpoint send it. */
export function form(
  bench: Bench,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  return bench.send(path, { method: 'POST', headers, body: new URLSearchParams(fields) });
}

export function challenge(
  bench: Bench,
  mfaToken: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Reply> {
  return bench.post('/mfa/challenge', { ...CLIENT, mfa_token: mfaToken, ...more });
}

/** Asks whether the push was approved. */
export function poll(bench: Bench, mfaToken: string, oobCode: string): Promise<Reply> {
  return bench.token({ grant_type: OOB, mfa_token: mfaToken, oob_code: oobCode });
}

/** Associates what is confirmed by a code that is sent, and confirms it. */
export async function confirmSent(bench: Bench, bearer: string, body: unknown): Promise<Reply> {
  const associated = await bench.post('/mfa/associate', body, bearer);
  return bench.confirm(bearer, string(associated, 'oob_code'), bench.lastCode());
}

/** A confirmed push factor, with its OTP twin. */
export async function confirmPush(bench: Bench, bearer: string): Promise<Reply> {
  const associated = await bench.post('/mfa/associate', PUSH, bearer);
  for (const { id } of bench.emulator.pushes.pending()) bench.emulator.pushes.approve(id);
  return poll(bench, bearer, string(associated, 'oob_code'));
}

/** A confirmed OTP factor; codes of its secret, by the emulator's clock. */
export async function confirmOtp(bench: Bench, bearer: string) {
  const associated = await bench.post('/mfa/associate', { authenticator_types: ['otp'] }, bearer);
  const totp = new Totp({ secret: Secret.fromBase32(string(associated, 'secret')) });
  const code = (aheadMs = 0) => totp.generate({ timestamp: bench.emulator.clock.now() + aheadMs });
  const confirmed = await bench.confirmOtp(bearer, code());
  return { confirmed, code };
}

export async function listOf(bench: Bench, bearer: string): Promise<Record<string, unknown>[]> {
  const reply = await bench.get('/mfa/authenticators', bearer);
  return JSON.parse(reply.text) as Record<string, unknown>[];
}

/** Entries of the tenant, without what a client has not seen yet. */
export function kinds(bench: Bench): string[] {
  return bench.emulator.authenticators(bench.userId).map(({ kind }) => kind);
}

/** The id of the first entry of this kind. */
export function idOf(bench: Bench, kind: string): string {
  const entries = bench.emulator.authenticators(bench.userId);
  return entries.find((entry) => entry.kind === kind)?.id ?? '';
}

/** Of each entry of the user, in their order: whether it is confirmed. */
export function active(bench: Bench): boolean[] {
  return bench.emulator.authenticators(bench.userId).map((entry) => entry.active);
}

/** A user with SMS and a recovery code. */
export async function withRecoveryCode(bench: Bench): Promise<string> {
  const access = await bench.accessToken();
  const associated = await bench.post('/mfa/associate', SMS, access);
  await bench.confirm(access, string(associated, 'oob_code'), bench.lastCode());
  return (associated.body['recovery_codes'] as string[])[0] ?? '';
}

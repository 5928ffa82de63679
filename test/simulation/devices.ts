/** What the user's devices hold and show: a device key, and the app that makes one-time passwords. */
import { createHash } from 'node:crypto';
import type { DeviceSealed, PublicDeviceKey } from '../../activities/enrollment-activities.ts';
import type { Device } from './plan.ts';
import { hashed } from './random.ts';

const OTP_PERIOD_MS = 30_000;
const COORDINATE_CHARACTERS = 43;
const SIX_DIGITS_MIN = 100_000;
const SIX_DIGITS = 900_000;

/** RFC 7638, by Node and not by what the workflow uses. */
export function kidOf(device: Device): string {
  const { crv, kty, x, y } = keyOf(device);
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

/** The device's letter, over and over. */
export function keyOf(device: Device): PublicDeviceKey {
  const coordinate = device.slice(0, 1).repeat(COORDINATE_CHARACTERS);
  return { kty: 'EC', crv: 'P-256', x: coordinate, y: coordinate };
}

/** Only that device reads it; what is in it stands in clear here. */
export function sealedTo({ x }: PublicDeviceKey, content: string): DeviceSealed {
  return { kid: kidOf(x.slice(0, 1) as Device), jwe: content };
}

export function otpPeriod(now: number): number {
  return Math.floor(now / OTP_PERIOD_MS);
}

/** What the app shows for a set-up, as a stand-in for RFC 6238. */
export function otpShown(setUp: string, period: number): string {
  return String(SIX_DIGITS_MIN + (Math.abs(hashed(`${setUp}/${period}`)) % SIX_DIGITS));
}

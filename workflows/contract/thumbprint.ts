import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { base64urlnopad } from '@scure/base';
import type { PublicDeviceKey } from './messages.ts';

/** RFC 7638, section 3, of an elliptic-curve key: its required members in the order of their names. */
export function thumbprint({ crv, kty, x, y }: PublicDeviceKey): string {
  return base64urlnopad.encode(sha256(utf8ToBytes(JSON.stringify({ crv, kty, x, y }))));
}

import { randomBytes } from 'node:crypto';

/** A fresh file content for `MFA_WORKER_KEYS_FILE`. */
export function newWorkerKeysJson(kid = 'test'): string {
  const k = randomBytes(32).toString('base64url');
  return JSON.stringify({ keys: [{ kty: 'oct', alg: 'A256GCM', kid, k }] });
}

/**
 * The workflow id of an enrollment: one per tenant and user, so that Temporal itself refuses a
 * second one beside a running one. Ids are not encrypted and appear in every list, so a user id that
 * may carry an address or a name (`google-oauth2|…` is fine, `ad|acme|jane@acme.example` is not)
 * is hashed. Test vectors: README.md beside this file.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { base64urlnopad } from '@scure/base';
import { pasted } from './typed.ts';

const OPAQUE_USER_ID = /^[a-z0-9-]+\|[A-Za-z0-9]{1,64}$/;

export function enrollMfaWorkflowId(tenant: string, userId: string): string {
  const user = OPAQUE_USER_ID.test(userId)
    ? encodeURIComponent(userId)
    : `h-${base64urlnopad.encode(sha256(utf8ToBytes(`${tenant}\n${userId}`)))}`;
  return `enroll-mfa/${tenant}/${user}`;
}

/** Why it is not as Auth0 has it: an enrollment under it could never be logged in to. */
export function userIdProblem(userId: string): string | undefined {
  if (!userId.includes('|') && /%(25)*7c/i.test(userId)) {
    return 'is percent-encoded; give it as Auth0 shows it, with | in place of %7C';
  }
  return pasted(userId) === userId
    ? undefined
    : 'begins or ends with white space or an invisible mark; give it without';
}

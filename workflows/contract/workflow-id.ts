/**
 * The workflow id of an enrollment: one per tenant and user, so that Temporal itself refuses a
 * second one beside a running one. Ids are not encrypted and appear in every list, so a user id
 * stands in it only where a machine surely made it; one that may carry a name, a number or an address
 * (`auth0|janedoe`, `github|4155550123`) is hashed. Test vectors: README.md beside this file.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { base64urlnopad } from '@scure/base';
import { pasted } from './typed.ts';

/**
 * Auth0's own ids: those of its databases and of passwordless users. A database of the tenant's own
 * may choose others (auth0-docs "Identify Users").
 */
const AUTH0_MADE = /^(auth0|email|sms)\|[0-9a-f]{24}$/;

/**
 * Ids that these providers number (auth0-docs "Sample User Profiles" and "Identify Users"; X's API calls its ids
 * integers), where they have more digits than a phone number can have, fifteen by ITU-T E.164, and no zero in
 * front, which would lead abroad. Google's have 21 as a rule; GitHub's never have as many. A connection of the
 * tenant's own never has these prefixes.
 */
const NUMBERED = /^(google-oauth2|facebook|twitter)\|[1-9][0-9]{15,31}$/;

/** A bar as it stands in addresses, in HTML and in JSON, and characters that look like one. */
const ENCODED_BAR = /%(25)*7c/i;
const OTHER_BAR =
  /&(amp;)*(#0*124|#x0*7c|vert|verbar|verticalline);|\\(u00|x)7c|[\u00a6\u01c0\u2223\u23d0\u2502\u2503\u2758\uff5c\uffe4\uffe8]/i;

export function enrollMfaWorkflowId(tenant: string, userId: string): string {
  const user =
    AUTH0_MADE.test(userId) || NUMBERED.test(userId)
      ? encodeURIComponent(userId)
      : `h-${base64urlnopad.encode(sha256(utf8ToBytes(`${tenant}\n${userId}`)))}`;
  return `enroll-mfa/${tenant}/${user}`;
}

/** Why it is not as Auth0 has it: an enrollment under it could never be logged in to. */
export function userIdProblem(userId: string): string | undefined {
  const hasBar = userId.includes('|');
  if (!hasBar && ENCODED_BAR.test(userId)) {
    return 'is percent-encoded; give it as Auth0 shows it, with | in place of %7C';
  }
  if (!hasBar && OTHER_BAR.test(userId)) {
    return 'has another mark in place of its bar; give it as Auth0 shows it, with | (U+007C)';
  }
  return pasted(userId) === userId
    ? undefined
    : 'begins or ends with white space or an invisible mark; give it without';
}

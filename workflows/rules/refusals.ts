/** What a person is told with each refusal: the rule and the way out. */
import type { Refusal } from '../contract/enroll-mfa.ts';
import type { DeadEnd } from './admission.ts';

export const HINTS: Record<Refusal, string> = {
  malformed: 'The message has the wrong shape. Send it as docs/plain-clients.md says.',
  'unknown-message': 'No message of this name exists. docs/plain-clients.md lists the names.',
  ended: 'The enrollment has ended. Start a new one.',
  'too-many-requests':
    'Several requests wait for an answer. Wait for one of them, then send this again.',
  'needs-mfa-api-token':
    'An mfa_token does not say whose it is. Log in with the MFA API as audience and send the code.',
  'token-proof-by-update-only':
    'Tokens are not taken by signal. Send the authorization code, or use the update completeLogin.',
  'device-key-missing':
    'The set-up is sealed to a public P-256 key. Log in on the page, or send sealTo.',
  'device-key-mismatch':
    'The key is not the one that the login began with: nonce ends in its thumbprint. Log in again.',
  'proof-seen-before': 'This login was used already. Log in again.',
  'too-many-logins': 'Too many logins in the last hour. Wait until the time given.',
  'login-code-refused': 'Auth0 did not take the authorization code. Log in again.',
  'login-unfinished': 'The login could not be completed. Log in again.',
  'invalid-id-token': 'The ID token does not belong to this login. Log in again.',
  'invalid-access-token': 'The access token is not one of this tenant. Log in again.',
  'wrong-user': 'Another user logged in. Log in as the user who is being enrolled.',
  'wrong-audience': 'The login was not for the MFA API. Log in with its audience.',
  'missing-scope':
    'The login lacks a scope. Ask for enroll, read:authenticators and remove:authenticators.',
  'stale-login': 'The login is too old. Log in again (prompt=login, max_age=0).',
  'mfa-not-challenged': 'The login was not challenged with the active factor. Log in again.',
  'token-expired': 'The login has less than two minutes left. Log in again.',
  'no-code-expected': 'No code is expected now. Look at the next action.',
  superseded: 'A newer message has replaced it. Look at the next action.',
  'wrong-code': 'The code is wrong. Type the one that was sent last, or that the app shows now.',
  'code-expired': 'The code has expired. Look at the next action for a new one.',
  'code-unresolved': 'Auth0 did not say whether the code is right. Type the code again.',
  'no-attempts-left': 'No attempts are left for this code. Look at the next action for a new one.',
  'too-many-wrong-codes': 'Too many codes were wrong in the last hour. Wait until the time given.',
  'cooling-down': 'A text was sent a moment ago. Wait until the time given.',
  'no-sends-left': 'No texts are left in this enrollment. Cancel it and start a new one.',
  'association-unresolved':
    "Auth0's answer was lost. A code that arrives cannot be used. Look at the next action.",
  'nothing-to-resend': 'Nothing was sent that could be sent again. Look at the next action.',
  'no-sms-step': 'This enrollment has no SMS step.',
  'already-confirmed': 'The SMS factor is confirmed already.',
  'no-number-changes-left':
    'The phone number cannot be changed again. Cancel the enrollment and start a new one.',
  'same-phone-number': 'This is the present number. Ask for a new text instead.',
  'phone-number-refused': 'Auth0 does not take this phone number. Give another one.',
  'sms-quota-spent': 'Auth0 sends this user no more texts for now. Wait until the time given.',
  'deadline-not-later': 'The new deadline is not later than the present one.',
  'deadline-too-late': 'A deadline may be at most seven days after the start.',
  'nothing-to-retry': 'No call waits to be tried again. Look at the next action.',
  'rate-limited': 'Auth0 limits requests. The service tries again at the time given.',
  unavailable: 'Auth0 cannot be reached. The service tries again at the time given.',
  'awaiting-operator':
    'The operators of this service must fix a fault first. The service then tries again by itself.',
};

/** What an operator is told where the SMS step cannot be finished any more. */
export const DEAD_ENDS: Record<DeadEnd, string> = {
  'no-sends-left':
    'The last text that this enrollment may send cannot be answered any more. Start a new enrollment.',
  'no-number-changes-left':
    'Auth0 does not take the phone number, and it cannot be changed again. Start a new enrollment.',
};

/** Each part ends with a full stop, whoever wrote it. */
export function inSentences(...parts: readonly string[]): string {
  return parts.map((part) => (part.endsWith('.') ? part : `${part}.`)).join(' ');
}

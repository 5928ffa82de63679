/** What a call to Auth0 can end in besides success; the outcome table below is the only judge (I9). */
export type FailureType =
  // ask again
  | 'wrong-code'
  // new code
  | 'code-expired'
  // new login
  | 'login-code-refused'
  | 'login-unfinished'
  | 'invalid-id-token'
  | 'invalid-access-token'
  | 'wrong-user'
  | 'wrong-audience'
  | 'missing-scope'
  | 'stale-login'
  | 'mfa-not-challenged'
  | 'token-expired'
  | 'sealing-key-missing'
  | 'needs-mfa-api-token'
  // ask the person for another number
  | 'phone-number-refused'
  // wait
  | 'rate-limited'
  | 'sms-quota-spent'
  | 'too-many-wrong-codes'
  // the request was certainly not processed
  | 'unavailable'
  // the request may or may not have been processed
  | 'ambiguous'
  // an operator's fault: nobody's waiting mends it
  | 'configuration-fault'
  // a reply that this release does not know
  | 'unexpected-response';

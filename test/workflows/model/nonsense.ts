/** Messages that no client of ours would send, and what each is refused as. */
import type { Refusal } from '../../../workflows/contract/enroll-mfa.ts';

export interface Nonsense {
  readonly way: 'signal' | 'update';
  readonly name: string;
  readonly input: unknown;
  readonly refusal: Refusal;
}

const signal = (name: string, input: unknown, refusal: Refusal = 'malformed'): Nonsense => ({
  ...{ way: 'signal', name, input, refusal },
});
const update = (name: string, input: unknown, refusal: Refusal = 'malformed'): Nonsense => ({
  ...{ way: 'update', name, input, refusal },
});

export const NONSENSE: readonly Nonsense[] = [
  signal('loginCompleted', { mfaToken: 'Fe26.2*SERVER_1*x' }, 'needs-mfa-api-token'),
  signal('loginCompleted', { accessToken: 'a', idToken: 'i' }, 'token-proof-by-update-only'),
  signal('loginCompleted', null),
  signal('smsCode', 12345),
  signal('otpCode', { code: '123456', chalenge: 1 }),
  signal('resendCode', { challenge: 0 }),
  signal('changePhoneNumber', '415 555 0199'),
  signal('cancel', { by: 'nobody' }),
  signal('extendDeadline', { deadlineMs: '1h', by: 'a', reason: 'b' }),
  signal('noSuchMessage', 'x', 'unknown-message'),
  update('completeLogin', { code: 'c' }),
  update('completeLogin', { accessToken: 'Fe26.2*x', idToken: 'i' }, 'needs-mfa-api-token'),
  update('submitCode', { code: '123456' }),
  update('resendCode', {}),
  update('changePhoneNumber', { phoneNumber: '0199' }),
];

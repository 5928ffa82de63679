/** Messages that no client of ours would send. */
import type { Way } from './plan.ts';

export interface Nonsense {
  readonly way: Way;
  readonly name: string;
  readonly input: unknown;
}

const KEYS_MAX = 2_000;
const CHARACTERS_MAX = 20_000;
const LONG = 'x'.repeat(CHARACTERS_MAX);

const signal = (name: string, input: unknown): Nonsense => ({ way: 'signal', name, input });
const update = (name: string, input: unknown): Nonsense => ({ way: 'update', name, input });

export const NONSENSE: readonly Nonsense[] = [
  signal('loginCompleted', { mfaToken: 'Fe26.2*SERVER_1*x' }),
  signal('loginCompleted', { accessToken: 'a', idToken: 'i' }),
  signal('loginCompleted', null),
  signal('smsCode', 12345),
  signal('smsCode', LONG),
  signal('otpCode', { code: '123456', chalenge: 1 }),
  signal('resendCode', { challenge: 0 }),
  signal('changePhoneNumber', '415 555 0199'),
  signal('cancel', { by: 'nobody' }),
  signal('cancel', keys()),
  signal('extendDeadline', { deadlineMs: '1h', by: 'a', reason: 'b' }),
  signal('extendDeadline', { deadlineMs: 30 * 86_400_000, by: 'a', reason: 'b' }),
  signal('recoveryCodeSaved', [LONG]),
  signal('noSuchMessage', 'x'),
  signal(LONG.slice(0, 900), { a: 1 }),
  signal('constructor', 7),
  update('completeLogin', { code: 'c' }),
  update('completeLogin', { accessToken: 'Fe26.2*x', idToken: 'i' }),
  update('submitCode', { code: '123456' }),
  update('submitCode', { code: '123456', challenge: 99 }),
  update('resendCode', {}),
  update('changePhoneNumber', { phoneNumber: '0199' }),
  update('noSuchUpdate', {}),
];

function keys(): Record<string, number> {
  return Object.fromEntries(Array.from({ length: KEYS_MAX }, (_, index) => [`key${index}`, 1]));
}

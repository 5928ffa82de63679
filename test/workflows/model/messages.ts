/** What really is sent, once a step has been decided: the same to the model and to the server. */

export type Way = 'signal' | 'update';
export type Device = 'A' | 'B';

/**
 * `old-text`: what the text before the newest one held. `again`: what was typed last, unless time
 * has passed since then.
 */
export type Digits = 'right' | 'wrong' | 'again' | 'old-text';

export type CodeName = 'smsCode' | 'otpCode' | 'submitCode';

export type Message =
  | { readonly is: 'time'; readonly ms: number }
  /** Logs in anew and delivers the proof. */
  | { readonly is: 'login'; readonly on: Device | 'no-device'; readonly way: Way }
  /** Delivers the proof of the last login once more. */
  | { readonly is: 'old-login'; readonly way: Way }
  | {
      readonly is: 'code';
      readonly name: CodeName;
      readonly digits: Digits;
      readonly challenge?: number;
    }
  | { readonly is: 'resend'; readonly way: Way; readonly challenge?: number }
  | { readonly is: 'number'; readonly way: Way; readonly phoneNumber: string }
  | { readonly is: 'extension'; readonly deadlineMs: number }
  | { readonly is: 'recovery-code-saved' }
  | { readonly is: 'cancel' }
  | { readonly is: 'nonsense'; readonly index: number };

/** All that differs between the factors, once: another one is an entry here and one in `activities/factors.ts`. */

/** No field is optional: a factor does not compile until each is decided. */
export interface FactorDefinition {
  /** `MfaPhase` while its code is awaited. */
  readonly phase: string;
  /** The next action then. */
  readonly action: string;
  /** The signal that brings its code. */
  readonly signal: string;
  /** That code, in the description of the signal. */
  readonly code: string;
  /** What is awaited, in words for an administrator; the masked number follows, where one is needed. */
  readonly awaited: string;
  /** What Auth0 is asked to do, in the summary of the call. */
  readonly request: string;
  /** That it has done so, in the timeline. */
  readonly made: string;
  /** A number is needed: its codes go there, and its entries in Auth0's list end in the number's last digits. */
  readonly phoneNumber: boolean;
  /** What one challenge takes of the enrollment's sends; each send starts the cool-down (`LIMITS`). */
  readonly sends: 0 | 1;
  /** How long its code is good for; the session's end may come first. */
  readonly codeLifeMs: number;
  /** Whether its set-up is sealed to the user's device, so that a login has to bring the device's key. */
  readonly deviceKey: 'required' | 'optional';
  /** What becomes of its challenge when the user logs in again. */
  readonly onNewLogin: 'keep' | 'replace';
  /** What gives a new one when its challenge takes no more codes. */
  readonly whenSpent: 'resend' | 'new-login';
  /** What the activities call its entries in Auth0's list. */
  readonly listedAs: string;
}

export const FACTOR_DEFINITIONS = {
  sms: {
    phase: 'awaiting-sms-code',
    action: 'enter-sms-code',
    signal: 'smsCode',
    code: 'The code that was texted',
    awaited: 'the code that was texted',
    request: 'text a code',
    made: 'text sent',
    phoneNumber: true,
    sends: 1,
    // Auth0's.
    codeLifeMs: 5 * 60_000,
    // A recovery code may come with it, and is lost without a key.
    deviceKey: 'optional',
    // The text that is under way stays good.
    onNewLogin: 'keep',
    whenSpent: 'resend',
    listedAs: 'sms',
  },
  totp: {
    phase: 'awaiting-otp',
    action: 'scan-and-enter-otp',
    signal: 'otpCode',
    code: 'The code that the app shows',
    awaited: 'the user to scan the QR code and type what the app shows',
    request: 'make a TOTP set-up',
    made: 'TOTP set-up made',
    phoneNumber: false,
    sends: 0,
    codeLifeMs: Infinity,
    deviceKey: 'required',
    // The set-up is sealed to the device that logged in before.
    onNewLogin: 'replace',
    whenSpent: 'new-login',
    listedAs: 'totp',
  },
} as const satisfies Readonly<Record<string, FactorDefinition>>;

export type Factor = keyof typeof FACTOR_DEFINITIONS;

/** What a plan may hold. */
export const FACTORS = Object.keys(FACTOR_DEFINITIONS) as readonly Factor[];

/** Of a start that names none; it stays as it is when another factor is known. */
export const DEFAULT_PLAN: readonly Factor[] = ['sms', 'totp'];

type Definition = (typeof FACTOR_DEFINITIONS)[Factor];

export type CodePhase = Definition['phase'];
/** The next action while a code is awaited, of the factors that take so many sends. */
export type CodeAction<Sends extends 0 | 1> = Extract<Definition, { sends: Sends }>['action'];
export type CodeSignal = Definition['signal'];

export const CODE_SIGNALS = Object.fromEntries(
  Object.values(FACTOR_DEFINITIONS).map(({ signal }) => [signal, signal]),
) as { readonly [Signal in CodeSignal]: Signal };

/** Of a step or a challenge. */
export function definitionOf(of: { readonly factor: Factor } | undefined): Definition | undefined {
  return of && FACTOR_DEFINITIONS[of.factor];
}

export function needsNumber(plan: readonly unknown[]): boolean {
  return FACTORS.some((factor) => FACTOR_DEFINITIONS[factor].phoneNumber && plan.includes(factor));
}

/** What a person or a program does once, whatever the enrollment waits for. */
import type { CodeProof, Progress } from '../../workflows/contract/enroll-mfa.ts';
import { otpPeriod, otpShown } from './devices.ts';
import { NONSENSE } from './nonsense.ts';
import { NUMBERS, readable, REFUSED_NUMBER } from './phones.ts';
import type { Deed, Device, Intention, LoginFlaw, Naming, Way } from './plan.ts';
import type { Sender } from './story.ts';
import type { Surroundings } from './surroundings.ts';

type Deeds<Is extends Deed['is']> = Extract<Deed, { readonly is: Is }>;

export class Person {
  readonly #around: Surroundings;
  #lastProof: CodeProof | undefined;
  #lastTyped: string | undefined;
  #wrongCodes = 0;
  #numbers = 0;
  /** The set-up that the app has stored. */
  setUp: string | undefined;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  does({ who, does }: Intention): void {
    const { tenant, send } = bound(this.#around);
    const signal = (name: string, input?: unknown) => send({ by: who, way: 'signal', name, input });
    switch (does.is) {
      case 'log-in':
        return void this.logIn(who, does.way, does.on, { flaw: does.flaw });
      case 'give-old-login':
        if (this.#lastProof !== undefined) this.#giveLogin(who, does.way, this.#lastProof);
        return;
      case 'start-again':
        return void this.logIn(who, 'signal', does.with, {});
      case 'type-code':
        return this.#typeCode(who, does);
      case 'ask-again':
        return this.#askAgain(who, does);
      case 'change-number':
        return this.#changeNumber(who, does);
      case 'save-recovery-code':
        return void signal('recoveryCodeSaved');
      case 'cancel':
        return void send({ by: who, way: does.way, name: 'cancel', input: byPlan(does) });
      case 'cancel-through-temporal':
        return void send({ by: who, way: 'temporal', name: 'cancel' });
      case 'extend': {
        const { way, deadlineMs } = does;
        const input = { deadlineMs, ...byPlan(does) };
        return void send({ by: who, way, name: 'extendDeadline', input });
      }
      case 'retry':
        return void signal('retry', byPlan(does));
      case 'talk-nonsense': {
        const nonsense = NONSENSE[does.index % NONSENSE.length];
        if (nonsense !== undefined) send({ by: who, ...nonsense });
        return;
      }
      case 'enroll-elsewhere':
        return tenant.enrollElsewhere(does.factor, does.active);
    }
  }

  /** @returns whether a login was to be had */
  logIn(
    by: Sender,
    way: Way,
    on: Device,
    { flaw, saw }: { readonly flaw?: LoginFlaw | undefined; readonly saw?: Progress },
  ): boolean {
    const { tenant, now, story } = this.#around;
    const proof = tenant.logIn(now, on, flaw);
    if (proof === undefined) {
      story.note(now, 'no text is left for the challenge of a login');
      return false;
    }
    this.#lastProof = proof;
    this.#giveLogin(by, way, proof, saw);
    return true;
  }

  typeCode(by: Sender, way: Way, code: string, challenge: number | undefined, saw?: Progress) {
    this.#lastTyped = code;
    const input = { code, ...(challenge !== undefined && { challenge }) };
    const totp = saw?.next.type === 'scan-and-enter-otp';
    const name = way === 'update' ? 'submitCode' : totp ? 'otpCode' : 'smsCode';
    return this.#around.send({ by, way, name, input, ...(saw !== undefined && { saw }) });
  }

  /** What the phone or the app shows now. */
  shown(factor: 'sms' | 'totp'): string | undefined {
    const { tenant, plan, now } = this.#around;
    if (factor === 'totp') {
      return this.setUp === undefined ? undefined : otpShown(this.setUp, otpPeriod(now));
    }
    const { texts } = tenant.journal;
    return readable(texts, plan.seed, plan.setting.mood, now).at(-1)?.code;
  }

  anotherNumber(): string {
    this.#numbers += 1;
    return NUMBERS[this.#numbers % NUMBERS.length] ?? NUMBERS[0];
  }

  #giveLogin(by: Sender, way: Way, proof: CodeProof, saw?: Progress): void {
    const name = way === 'update' ? 'completeLogin' : 'loginCompleted';
    this.#around.send({ by, way, name, input: proof, ...(saw !== undefined && { saw }) });
  }

  #typeCode(by: Sender, { way, digits, names }: Deeds<'type-code'>): void {
    const saw = this.#around.see();
    const factor = saw?.next.type === 'scan-and-enter-otp' ? 'totp' : 'sms';
    const { texts } = this.#around.tenant.journal;
    const choices = {
      right: this.shown(factor),
      old: factor === 'sms' ? texts.filter(({ code }) => code !== '').at(-2)?.code : undefined,
      again: this.#lastTyped,
      wrong: undefined,
    };
    this.typeCode(by, way, choices[digits] ?? this.#wrong(), naming(names, saw));
  }

  #askAgain(by: Sender, { way, names }: Deeds<'ask-again'>): void {
    const challenge = naming(names, this.#around.see());
    const input = challenge === undefined ? {} : { challenge };
    this.#around.send({ by, way, name: 'resendCode', input });
  }

  #changeNumber(by: Sender, { way, to }: Deeds<'change-number'>): void {
    const choices = {
      another: () => this.anotherNumber(),
      'the-same': () => NUMBERS[0],
      'a-refused-one': () => REFUSED_NUMBER,
    };
    const phoneNumber = choices[to]();
    this.#around.send({ by, way, name: 'changePhoneNumber', input: { phoneNumber } });
  }

  /** Never what a text or an app shows: those begin with another digit. */
  #wrong(): string {
    this.#wrongCodes += 1;
    return String(this.#wrongCodes).padStart(6, '0');
  }
}

/** Challenges count from 1; before there is one, the first is named. */
function naming(names: Naming, saw: Progress | undefined): number | undefined {
  if (names === 'none') return undefined;
  const offset = { earlier: -1, current: 0, later: 1 }[names];
  return Math.max(1, (saw?.challenge ?? 0) + offset);
}

function bound(around: Surroundings): Pick<Surroundings, 'tenant' | 'send'> {
  return { tenant: around.tenant, send: (message) => around.send(message) };
}

function byPlan({ by }: { readonly by: string }): { readonly by: string; readonly reason: string } {
  return { by, reason: 'planned' };
}

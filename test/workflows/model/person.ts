/** Turns steps into messages, as somebody would who sees the progress and nothing else. */
import type { LoginProof, Progress } from '../../../workflows/contract/enroll-mfa.ts';
import { pass, work } from './model-flow.ts';
import {
  cancelArrives,
  codeArrives,
  extensionArrives,
  loginArrives,
  nonsenseArrives,
  numberArrives,
  recoveryCodeSavedArrives,
  resendArrives,
  type Tell,
} from './model-handlers.ts';
import type { Digits, Message, Way } from './messages.ts';
import { type ModelRun, PHONE_FIRST, type Told } from './model-run.ts';
import { queried } from './seen.ts';
import { type Naming, OFF_THE_BOUNDS_MS, type Step, type Together } from './steps.ts';

const GRID_MS = 30_000;
/** Numbers to change to; the last ones are never taken, for two changes are allowed. */
const OTHER_NUMBERS = ['+14155550124', '+14155550125', '+14155550126', '+14155550127'];
const PREMIUM_NUMBER = '+19005550123';

export interface Sent {
  readonly message: Message;
  told?: Told;
}

export class ModelPerson {
  readonly run: ModelRun;
  /** What was sent, in order, and what its sender was told. */
  readonly sent: Sent[] = [];
  #lastProof: { readonly proof: LoginProof; readonly confirmations: number } | undefined;
  #lastTyped: string | undefined;
  #wrongCodes = 0;
  #numbers = 0;

  constructor(run: ModelRun) {
    this.run = run;
  }

  /** Does the step, lets the enrollment come to rest, and says what was sent. */
  take(step: Step | Together): readonly Sent[] {
    const before = this.sent.length;
    if (step.does === 'all-together') this.#together(step);
    else for (const message of this.decide(step)) this.send(message);
    return this.sent.slice(before);
  }

  #together({ steps, withFirstCall, callMs }: Together): void {
    const [first, ...rest] = steps;
    if (first === undefined) return;
    this.run.arriving = rest.map((step) => () => {
      for (const message of this.decide(step)) if (message.is !== 'time') this.#arrive(message);
    });
    this.run.arrivingPerCall = withFirstCall ? rest.length : 1;
    this.run.callMs = callMs;
    this.take(first);
    for (const arrive of this.run.arriving.splice(0)) {
      arrive();
      work(this.run);
    }
    this.run.callMs = 0;
  }

  send(message: Message): void {
    if (message.is === 'time') {
      this.sent.push({ message });
      this.#lastTyped = undefined;
      pass(this.run, message.ms);
      return;
    }
    this.#arrive(message);
    work(this.run);
  }

  decide(step: Step): readonly Message[] {
    const { next, challenge = 0 } = queried(this.run.state);
    switch (step.does) {
      case 'go-on':
        return this.#goOn(next, step);
      case 'log-in':
        return this.#logIn({ is: 'login', on: step.on, way: step.way });
      case 'give-old-login':
        return this.#oldLoginIsWorthTrying() ? [{ is: 'old-login', way: step.way }] : [];
      case 'type-code': {
        const { digits, as: name, names } = step;
        return [{ is: 'code', name, digits, ...naming(names, challenge) }];
      }
      case 'ask-again':
        return [
          ...(step.patient && 'resendAt' in next ? this.#until(next.resendAt) : []),
          { is: 'resend', way: step.way, ...naming(step.names, challenge) },
        ];
      case 'change-number':
        return [{ is: 'number', way: step.way, phoneNumber: this.#number(step.to) }];
      case 'extend':
        return [{ is: 'extension', deadlineMs: step.deadlineMs }];
      case 'save-recovery-code':
        return [{ is: 'recovery-code-saved' }];
      case 'cancel':
        return [{ is: 'cancel' }];
      case 'talk-nonsense':
        return [{ is: 'nonsense', index: step.index }];
      case 'wait':
        return [{ is: 'time', ms: step.ms }];
    }
  }

  #goOn(next: Progress['next'], { way, digits }: Step & { does: 'go-on' }): readonly Message[] {
    switch (next.type) {
      case 'log-in':
        return [...this.#until(next.notBefore), ...this.#logIn({ is: 'login', on: 'A', way })];
      case 'enter-sms-code':
        if (this.run.now >= Date.parse(next.until)) {
          return [...this.#until(next.resendAt), { is: 'resend', way, challenge: next.challenge }];
        }
        return [typed(way, 'smsCode', digits, next.challenge)];
      case 'scan-and-enter-otp':
        return [typed(way, 'otpCode', digits, next.challenge)];
      case 'request-resend':
        return [...this.#until(next.resendAt), { is: 'resend', way, challenge: next.challenge }];
      case 'change-phone-number':
        return [{ is: 'number', way, phoneNumber: this.#number('another') }];
      case 'wait':
        return this.#until(next.until);
      case 'nothing':
        return [];
    }
  }

  #logIn(login: Message & { is: 'login' }): readonly Message[] {
    if (!this.run.tenant.canLogIn) return [];
    // The app's code counts once; the next one comes in half a minute.
    const fresh = { is: 'time', ms: GRID_MS + OFF_THE_BOUNDS_MS } as const;
    return this.run.tenant.challenging === 'totp' ? [fresh, login] : [login];
  }

  /** One that is older than a confirmation is stale, but as what depends on the second. */
  #oldLoginIsWorthTrying(): boolean {
    const last = this.#lastProof;
    if (last === undefined || !('code' in last.proof)) return false;
    return (
      this.run.tenant.exchanged(last.proof.code) || last.confirmations === this.#confirmations()
    );
  }

  #confirmations(): number {
    return this.run.tenant.entries.filter(({ active }) => active).length;
  }

  #number(to: 'another' | 'the-same' | 'premium'): string {
    if (to === 'the-same') return this.run.state.phoneNumber ?? PHONE_FIRST;
    if (to === 'premium') return PREMIUM_NUMBER;
    this.#numbers += 1;
    return OTHER_NUMBERS[this.#numbers % OTHER_NUMBERS.length] ?? PHONE_FIRST;
  }

  #until(time: string | undefined): readonly Message[] {
    const left = time === undefined ? 0 : Date.parse(time) - this.run.now;
    if (left <= 0) return [];
    return [{ is: 'time', ms: Math.ceil(left / GRID_MS) * GRID_MS + OFF_THE_BOUNDS_MS }];
  }

  #arrive(message: Exclude<Message, { is: 'time' }>): void {
    const sent: Sent = { message };
    this.sent.push(sent);
    this.#deliver(message, (told) => {
      sent.told = told;
    });
  }

  #deliver(message: Exclude<Message, { is: 'time' }>, tell: Tell): void {
    const { run } = this;
    switch (message.is) {
      case 'login': {
        const proof = run.tenant.logIn(message.on);
        this.#lastProof = { proof, confirmations: this.#confirmations() };
        return loginArrives(run, message.way, proof, tell);
      }
      case 'old-login':
        if (this.#lastProof === undefined) return;
        return loginArrives(run, message.way, this.#lastProof.proof, tell);
      case 'code': {
        const { challenge } = message;
        const code = this.#digits(message);
        return codeArrives(
          run,
          message.name,
          { code, ...(challenge !== undefined && { challenge }) },
          tell,
        );
      }
      case 'resend': {
        const { challenge } = message;
        return resendArrives(run, message.way, challenge === undefined ? {} : { challenge }, tell);
      }
      case 'number':
        return numberArrives(run, message.way, message.phoneNumber, tell);
      case 'extension':
        return extensionArrives(run, message.deadlineMs);
      case 'recovery-code-saved':
        return recoveryCodeSavedArrives(run);
      case 'cancel':
        return cancelArrives(run);
      case 'nonsense':
        return nonsenseArrives(run, message.index, tell);
    }
  }

  #digits({ digits }: Message & { is: 'code' }): string {
    const { state, tenant } = this.run;
    const totp = state.challenge?.factor === 'totp';
    const choices = {
      right: totp ? tenant.otp : tenant.texts.at(-1)?.code,
      'old-text': totp ? undefined : tenant.texts.at(-2)?.code,
      again: this.#lastTyped,
      wrong: undefined,
    };
    const code = choices[digits] ?? this.#wrong();
    this.#lastTyped = code;
    return code;
  }

  #wrong(): string {
    this.#wrongCodes += 1;
    return String(900_000 + this.#wrongCodes);
  }
}

function typed(
  way: Way,
  signal: 'smsCode' | 'otpCode',
  digits: Digits,
  challenge: number,
): Message {
  return { is: 'code', name: way === 'signal' ? signal : 'submitCode', digits, challenge };
}

/** Challenges count from 1; before there is one, the first is named. */
function naming(names: Naming, current: number): { readonly challenge?: number } {
  if (names === 'none') return {};
  const offset = { earlier: -1, current: 0, later: 1 }[names];
  return { challenge: Math.max(1, current + offset) };
}

/** The person who is being enrolled, with a phone and devices: what they do, and what they are shown. */
import {
  type CodeAnswer,
  type CodeProof,
  type DetailedProgress,
  type EnrollMfaResult,
  type LoginAnswer,
  type Phase,
  type Progress,
  type Refusal,
  type ResendAnswer,
  type SetUp,
  UPDATES,
} from '../../workflows/contract/enroll-mfa.ts';
import { kidOf, otpPeriod, otpShown } from '../simulation/devices.ts';
import { NUMBERS } from '../simulation/phones.ts';
import type { Device, LoginFlaw } from '../simulation/plan.ts';
import type { Delivery } from '../simulation/story.ts';
import type { Stage } from './stage.ts';

export interface LoginOptions {
  /** Default `A`. */
  readonly on?: Device;
  readonly flaw?: LoginFlaw;
}

/** A message that is in the enrollment's hands; its answer is still to come. */
export interface Given<Answer> {
  result(): Promise<Answer>;
}

export class Enrollee {
  readonly phoneNumber = NUMBERS[0];
  readonly #stage: Stage;
  #setUp = '';
  #mistakes = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Logs in on the tenant's pages; nothing is delivered. */
  proof({ on = 'A', flaw }: LoginOptions = {}): CodeProof {
    const { world } = this.#stage;
    const proof = world.tenant.logIn(world.now, on, flaw);
    if (proof === undefined) throw new Error('No text is left for the challenge of a login.');
    return proof;
  }

  logIn(options: LoginOptions = {}): Promise<LoginAnswer> {
    return this.deliver(this.proof(options));
  }

  deliver(proof: unknown): Promise<LoginAnswer> {
    return this.#asked(UPDATES.completeLogin, proof);
  }

  delivering(proof: unknown): Promise<Given<LoginAnswer>> {
    return this.#given(UPDATES.completeLogin, proof);
  }

  /** The code of the newest text. */
  texted(phoneNumber?: string): string {
    const codes = this.#stage.auth0.texts(phoneNumber).filter(({ code }) => code !== '');
    const newest = codes.at(-1);
    if (newest === undefined) throw new Error('No text has arrived.');
    return newest.code;
  }

  /** Six digits that no text and no app shows, each time others. */
  wrong(): string {
    this.#mistakes += 1;
    return String(this.#mistakes).padStart(6, '0');
  }

  submit(code: unknown = this.texted(), challenge = this.challenge): Promise<CodeAnswer> {
    return this.#asked(UPDATES.submitCode, { code, challenge });
  }

  submitting(code = this.texted(), challenge = this.challenge): Promise<Given<CodeAnswer>> {
    return this.#given(UPDATES.submitCode, { code, challenge });
  }

  mistype(): Promise<CodeAnswer> {
    return this.submit(this.wrong());
  }

  resend(challenge = this.challenge): Promise<ResendAnswer> {
    return this.#asked(UPDATES.resendCode, { challenge });
  }

  resending(challenge = this.challenge): Promise<Given<ResendAnswer>> {
    return this.#given(UPDATES.resendCode, { challenge });
  }

  changePhoneNumber(phoneNumber: string): Promise<ResendAnswer> {
    return this.#asked(UPDATES.changePhoneNumber, { phoneNumber });
  }

  changingPhoneNumber(phoneNumber: string): Promise<Given<ResendAnswer>> {
    return this.#given(UPDATES.changePhoneNumber, { phoneNumber });
  }

  /** Opens the set-up as the page does, and remembers it as the app does. */
  scan(on: Device = 'A'): void {
    const { totp } = this.setUp(on);
    if (totp === undefined) throw new Error('There is no TOTP set-up for this device.');
    this.#setUp = totp.jwe;
  }

  /** What the app shows. */
  otp(): string {
    return otpShown(this.#setUp, otpPeriod(this.#stage.world.now));
  }

  /** What is sealed to this device. */
  setUp(on: Device = 'A'): SetUp {
    const { totp, recoveryCode } = this.#stage.world.seeSetUp() ?? {};
    const kid = kidOf(on);
    return {
      ...(totp?.kid === kid && { totp }),
      ...(recoveryCode?.kid === kid && { recoveryCode }),
    };
  }

  /** As the run's description has it. */
  progress(): Progress {
    const progress = this.#stage.world.see();
    if (progress === undefined) throw new Error('Nothing is shown.');
    return progress;
  }

  get challenge(): number {
    return this.progress().challenge ?? 0;
  }

  /** What has happened so far, newest last; by query, as at a terminal. */
  async timeline(): Promise<readonly string[]> {
    const { run, now } = this.#stage.world;
    const { timeline } = (await run.query(now, 'progress')) as DetailedProgress;
    return timeline.map(({ what }) => what);
  }

  async until(matches: (progress: Progress) => boolean): Promise<Progress> {
    await this.#stage.until(() => {
      const progress = this.#stage.world.see();
      return progress !== undefined && matches(progress);
    });
    return this.progress();
  }

  /** The last thing that was refused, once it is this. */
  untilRefused(refusal: Refusal): Promise<Progress> {
    return this.until(({ lastRefusal }) => lastRefusal?.refusal === refusal);
  }

  untilPhase(phase: Phase): Promise<Progress> {
    return this.until((progress) => progress.phase === phase);
  }

  /** @throws where the run Failed, with the failure as the error's cause */
  async result(): Promise<EnrollMfaResult> {
    const { world } = this.#stage;
    await this.#stage.until(() => world.run.closing !== undefined);
    const { closing } = world.run;
    if (closing?.status === 'completed') return closing.result as EnrollMfaResult;
    const { type = 'cancelled', detail } = closing?.status === 'failed' ? closing : {};
    throw new Error(`It ${type}.`, { cause: { type, details: [detail] } });
  }

  /** Everything up to a confirmed SMS factor. */
  async enrollSms(): Promise<void> {
    await this.logIn();
    const answer = await this.submit();
    if (answer.status !== 'confirmed') throw new Error(`SMS: ${answer.status}`);
  }

  /** Everything from the login to a confirmed TOTP factor. */
  async enrollTotp(): Promise<void> {
    await this.logIn();
    this.scan();
    const answer = await this.submit(this.otp());
    if (answer.status !== 'confirmed') throw new Error(`TOTP: ${answer.status}`);
  }

  /** Fire and forget; resolves when it was taken. Those that are sent together arrive together. */
  signal(name: string, input?: unknown): Promise<void> {
    return this.#stage.signal('person', name, input);
  }

  /** As a client of somebody's own sends it. */
  update(name: string, input: unknown): Promise<unknown> {
    return this.#asked(name, input);
  }

  async #asked<Answer>(name: string, input: unknown): Promise<Answer> {
    const delivery = this.#send(name, input);
    await this.#stage.until(() => delivery.update?.answeredAt !== undefined);
    return answerOf(delivery) as Answer;
  }

  async #given<Answer>(name: string, input: unknown): Promise<Given<Answer>> {
    const delivery = this.#send(name, input);
    await this.#stage.until(() => delivery.at !== undefined);
    return {
      result: async () => {
        await this.#stage.until(() => delivery.update?.answeredAt !== undefined);
        return answerOf(delivery) as Answer;
      },
    };
  }

  #send(name: string, input: unknown): Delivery {
    return this.#stage.send({ by: 'person', way: 'update', name, input });
  }
}

/** @throws what a client throws whose update is rejected */
function answerOf({ name, update }: Delivery): unknown {
  if (update?.failure === undefined) return update?.answer;
  throw new Error(`${name} is refused: ${update.failure}`, { cause: { type: update.failure } });
}

import type { Client } from '@temporalio/client';
import { Secret, TOTP, URI } from 'otpauth';
import { renderUnicodeCompact } from 'uqr';
import { type Enrollment, EnrollmentClient } from '@durable-mfa/client';
import { beginLogin, DeviceKey, finishLogin } from '@durable-mfa/client/login';
import type { CodeAnswer, CodeProof, NextAction } from '../workflows/contract/enroll-mfa.ts';
import { logInByBrowser } from './browser-login.ts';
import { EmulatorPhone } from './emulator-inbox.ts';
import type { Narrator } from './narrator.ts';
import type { Stack } from './stack.ts';

const RESULT_DEADLINE_MS = 20_000;

/** The service did something else than the demo is there to show. */
export class DemoError extends Error {
  override readonly name = 'DemoError';
}

/** The person of the demo: a phone, a device with a key, and later an authenticator app. */
export class DemoEnrollment {
  readonly #stack: Stack;
  readonly #tell: Narrator;
  readonly #client: EnrollmentClient;
  readonly #phone: EmulatorPhone;
  readonly #device: DeviceKey;

  private constructor(stack: Stack, tell: Narrator, client: Client, device: DeviceKey) {
    const { domain, taskQueue, inbox, phoneNumber } = stack.description;
    this.#stack = stack;
    this.#tell = tell;
    this.#client = new EnrollmentClient({ client, tenant: domain, taskQueue });
    this.#phone = new EmulatorPhone(inbox, phoneNumber);
    this.#device = device;
  }

  /** Everything from nothing to two confirmed factors, told step by step. */
  static async run(stack: Stack, tell: Narrator, client: Client): Promise<Enrollment> {
    const demo = new DemoEnrollment(stack, tell, client, await DeviceKey.generate());
    const enrollment = await demo.#start();
    await demo.#enrollSms(enrollment);
    await demo.#loseTheWorker();
    await demo.#enrollTotp(enrollment);
    await demo.#end(enrollment);
    return enrollment;
  }

  async #start(): Promise<Enrollment> {
    const { user, phoneNumber } = this.#stack.description;
    const { enrollment } = await this.#tell.step(
      'Start the enrollment',
      () => this.#client.start({ userId: user.userId, phoneNumber, requestedBy: 'demo' }),
      ({ enrollment: { workflowId } }) => `Enrollment started: ${workflowId}`,
    );
    return enrollment;
  }

  async #enrollSms(enrollment: Enrollment): Promise<void> {
    const next = await this.#logIn(enrollment, []);
    if (next.type !== 'enter-sms-code') throw unexpected('the login', next);
    const { code } = await this.#tell.step(
      'Read the SMS',
      () => this.#phone.nextText(),
      ({ text }) => `SMS to ${next.maskedPhoneNumber} arrived: "${text}"`,
    );
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    await this.#tell.step(
      `Enter a wrong code, ${wrong}`,
      () => submit(enrollment, next.challenge, wrong, 'wrong-code'),
      (answer) => `Wrong code ${wrong} refused; ${answer.attemptsLeft} attempts left`,
    );
    await this.#tell.step(
      `Enter the right code, ${code}`,
      () => submit(enrollment, next.challenge, code, 'confirmed'),
      () => `Right code ${code} accepted: SMS is confirmed`,
    );
  }

  async #loseTheWorker(): Promise<void> {
    const before = this.#stack.workerPid();
    await this.#tell.step(
      'Kill the worker with SIGKILL',
      () => this.#stack.killWorker(),
      () => `Worker (process ${before}) killed with SIGKILL; Temporal keeps the enrollment`,
    );
    await this.#tell.step(
      'Start a new worker',
      () => this.#stack.startWorker(),
      () => `New worker (process ${this.#stack.workerPid()}) is running`,
    );
  }

  async #enrollTotp(enrollment: Enrollment): Promise<void> {
    const next = await this.#logIn(enrollment, ['sms']);
    if (next.type !== 'scan-and-enter-otp') throw unexpected('the second login', next);
    const { barcodeUri, secret } = await this.#tell.step(
      'Open the set-up',
      async () => {
        const { totp } = await enrollment.setUp(next.kid);
        if (totp === undefined) throw new DemoError('There is no set-up for this device.');
        return this.#device.openTotp(totp);
      },
      () => "TOTP set-up opened with this device's key; scan it with any authenticator app:",
    );
    this.#tell.line(indented(renderUnicodeCompact(barcodeUri)));
    const otp = otpOf(barcodeUri, secret);
    await this.#tell.step(
      `Enter the code that the app shows, ${otp}`,
      () => submit(enrollment, next.challenge, otp, 'confirmed'),
      () => `Code ${otp}, computed from the QR code, accepted: TOTP is confirmed`,
    );
  }

  async #end(enrollment: Enrollment): Promise<void> {
    const { outcome } = await this.#tell.step(
      'Wait for the end',
      () => enrollment.result({ timeoutMs: RESULT_DEADLINE_MS }),
      (result) => `The enrollment's outcome: ${result.outcome}`,
    );
    if (outcome !== 'enrolled') throw new DemoError(`It ended ${outcome} instead of enrolled.`);
  }

  /** Logs in on the tenant's pages and delivers the proof. */
  async #logIn(enrollment: Enrollment, challenges: readonly string[]): Promise<NextAction> {
    const { user } = this.#stack.description;
    const proof = await this.#tell.step(
      `Log in as ${user.email} on the tenant's page`,
      () => this.#browse(),
      ({ challenged }) =>
        `${user.email} logged in on the tenant's page ` +
        (challenged.length === 0
          ? 'with a password'
          : `and was challenged by ${challenged.join()}`),
    );
    if (proof.challenged.join() !== challenges.join()) {
      throw new DemoError(`The login asked for: ${proof.challenged.join() || 'no second factor'}.`);
    }
    const answer = await this.#tell.step(
      'Deliver the login',
      () => enrollment.completeLogin(proof.proof),
      () => 'Login delivered and checked; the next factor is associated',
    );
    if (answer.status !== 'accepted') throw unexpected('the login', answer);
    return answer.next;
  }

  async #browse(): Promise<{ proof: CodeProof; challenged: readonly string[] }> {
    const { issuer, audience, clientId, redirectUri, user } = this.#stack.description;
    const { url, pending } = await beginLogin(
      { issuer, audience, clientId, redirectUri },
      this.#device.publicKey,
    );
    const { callbackUrl, challenged } = await logInByBrowser({
      authorizeUrl: url,
      username: user.email,
      password: user.password,
      answerChallenge: async () => (await this.#phone.nextText()).code,
    });
    return { proof: finishLogin(pending, callbackUrl), challenged };
  }
}

async function submit<Status extends CodeAnswer['status']>(
  enrollment: Enrollment,
  challenge: number,
  code: string,
  expected: Status,
): Promise<Extract<CodeAnswer, { status: Status }>> {
  const answer = await enrollment.submitCode({ challenge, code });
  if (!hasStatus(answer, expected)) throw unexpected('the code', answer);
  return answer;
}

function hasStatus<Status extends CodeAnswer['status']>(
  answer: CodeAnswer,
  status: Status,
): answer is Extract<CodeAnswer, { status: Status }> {
  return answer.status === status;
}

function unexpected(what: string, answer: object): DemoError {
  return new DemoError(`The answer to ${what} was not as expected: ${JSON.stringify(answer)}`);
}

/** What an authenticator app shows that has scanned the code. */
function otpOf(barcodeUri: string, secret: string): string {
  const scanned = URI.parse(barcodeUri);
  const totp = scanned instanceof TOTP ? scanned : new TOTP({ secret: Secret.fromBase32(secret) });
  return totp.generate();
}

function indented(text: string): string {
  return text.replace(/^/gm, '          ');
}

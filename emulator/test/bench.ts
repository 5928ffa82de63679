/** A tenant over real HTTP with one user, and the requests that the conformance cases send. */
import { createHash, randomBytes } from 'node:crypto';
import { type Emulator, type EmulatorOptions, startEmulator } from '@durable-mfa/tenant-emulator';
import { tenantKey } from './support/tenant-key.ts';

export const CLIENT = { client_id: 'mfa-enrollment', client_secret: 'mfa-enrollment-secret' };
export const REDIRECT_URI = 'http://127.0.0.1:4747/callback';
export const PHONE = '+15551234567';
export const SCOPE = 'openid enroll read:authenticators remove:authenticators';
export const OOB = 'http://auth0.com/oauth/grant-type/mfa-oob';
export const OTP = 'http://auth0.com/oauth/grant-type/mfa-otp';
export const SMS = { authenticator_types: ['oob'], oob_channels: ['sms'], phone_number: PHONE };
export const TOTP = { authenticator_types: ['otp'] };
const PASSWORD = 'correct horse battery';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
}

export class Bench implements AsyncDisposable {
  readonly emulator: Emulator;
  readonly userId: string;
  readonly email = 'ada@example.com';
  readonly password = PASSWORD;

  constructor(emulator: Emulator) {
    this.emulator = emulator;
    this.userId = emulator.addUser({ email: this.email, password: PASSWORD }).userId;
  }

  static async open(options: EmulatorOptions = {}): Promise<Bench> {
    // The middle of a TOTP step, and a clock that moves only by `advance`.
    const now = () => 1_800_000_015_000;
    // Keys from a seed are what a seed is for.
    const key = options.seed === undefined ? tenantKey() : {};
    return new Bench(await startEmulator({ now, ...key, ...options }));
  }

  url(path: string): string {
    return new URL(path, this.emulator.issuer).href;
  }

  async send(path: string, init: RequestInit = {}): Promise<Reply> {
    return replyOf(await fetch(this.url(path), { redirect: 'manual', ...init }));
  }

  post(path: string, body: unknown, bearer?: string): Promise<Reply> {
    return this.send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization(bearer) },
      body: JSON.stringify(body),
    });
  }

  token(body: Readonly<Record<string, unknown>>): Promise<Reply> {
    return this.post('/oauth/token', { ...CLIENT, ...body });
  }

  get(path: string, bearer?: string): Promise<Reply> {
    return this.send(path, { headers: authorization(bearer) });
  }

  remove(id: string, bearer?: string): Promise<Reply> {
    const path = `/mfa/authenticators/${encodeURIComponent(id)}`;
    return this.send(path, { method: 'DELETE', headers: authorization(bearer) });
  }

  passwordGrant(more: Readonly<Record<string, unknown>> = {}): Promise<Reply> {
    const { email: username, password } = this;
    const { audience } = this.emulator;
    const grant = { grant_type: 'password', username, password, audience, scope: SCOPE };
    return this.token({ ...grant, ...more });
  }

  /** T2: an access token for the MFA API, of a user without an active factor. */
  async accessToken(scope = SCOPE): Promise<string> {
    return string(await this.passwordGrant({ scope }), 'access_token');
  }

  /** T1: the `mfa_token` of a user who has an active factor. */
  async mfaToken(): Promise<string> {
    return string(await this.passwordGrant(), 'mfa_token');
  }

  async associateSms(bearer: string) {
    const reply = await this.post('/mfa/associate', SMS, bearer);
    return { oobCode: string(reply, 'oob_code'), code: this.lastCode() };
  }

  /** A user with a confirmed SMS factor; the token that confirmed it. */
  async confirmSms(): Promise<string> {
    const mfaToken = await this.accessToken();
    const { oobCode, code } = await this.associateSms(mfaToken);
    const reply = await this.confirm(mfaToken, oobCode, code);
    return string(reply, 'access_token');
  }

  confirm(mfaToken: string, oobCode: string, code: string): Promise<Reply> {
    const fields = { mfa_token: mfaToken, oob_code: oobCode, binding_code: code };
    return this.token({ grant_type: OOB, ...fields });
  }

  confirmOtp(mfaToken: string, otp: string): Promise<Reply> {
    return this.token({ grant_type: OTP, mfa_token: mfaToken, otp });
  }

  lastCode(): string {
    return this.emulator.inbox.messages().at(-1)?.code ?? '';
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.emulator.close();
  }
}

export function pkce() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  const json = (response.headers.get('content-type') ?? '').startsWith('application/json');
  return {
    ...{ status: response.status, headers: response.headers, text },
    body: json ? record(JSON.parse(text)) : {},
  };
}

/** A code that is not this one. */
export function otherThan(code: string): string {
  return code === '000000' ? '111111' : '000000';
}

export function string({ body, status, text }: Reply, name: string): string {
  const value = body[name];
  if (typeof value !== 'string') throw new Error(`${String(status)}: no ${name} in ${text}`);
  return value;
}

export function refusal({ status, body }: Reply) {
  return [status, body['error'], body['error_description']];
}

function authorization(bearer: string | undefined): Record<string, string> {
  return bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

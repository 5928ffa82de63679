/**
 * Shapes of what arrives from outside, checked by hand: anybody who may write to the namespace may
 * send anything, and a schema library would double what each cached workflow costs. The contract's
 * zod schemas say the same for the edge; a test holds the two together.
 */
import {
  type CancelMessage,
  type ChangePhoneNumberMessage,
  type CodeMessage,
  type CodeProof,
  type ExtendDeadlineMessage,
  LIMITS,
  type LoginProof,
  type PublicSealingKey,
  type ResendMessage,
  type RetryMessage,
  type TokenProof,
} from './contract/enroll-mfa.ts';
import { readCode, readPhoneNumber, type Typed } from './contract/typed.ts';
import { toldNames } from './contract/unknown-fields.ts';

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Marks an argument that could not be decoded; the same as in `payload-converter.cjs`. */
const UNDECODABLE = Symbol.for('mfa.undecodable');

const COORDINATE = /^[A-Za-z0-9_-]{43}$/;

/**
 * Reads the fields of one object and collects every problem, each naming field, rule and way out.
 * A field that is `null` is absent: typed clients write one for whatever they leave out.
 */
export class Fields {
  readonly problems: string[] = [];
  readonly #fields: ReadonlyMap<string, unknown>;
  readonly #seen = new Set<string>();
  readonly #prefix: string;
  readonly #isObject: boolean;

  constructor(input: unknown, what: string, prefix = '') {
    this.#prefix = prefix;
    // An argument that is absent lacks its fields, which are told.
    const given = isUndecodable(input) ? undefined : entriesOf(input ?? {});
    this.#isObject = given !== undefined;
    this.#fields = new Map(given?.filter(([, value]) => value !== null));
    if (isUndecodable(input)) {
      this.problems.push(
        `${what} could not be read: send it as JSON, with the encoding json/plain`,
      );
    } else if (given === undefined) {
      this.problems.push(`${what} must be a JSON object`);
    }
  }

  get(name: string): unknown {
    this.#seen.add(name);
    return this.#fields.get(name);
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  /** Of what is no object, nothing is said but that. */
  problem(name: string, rule: string): void {
    if (!this.#isObject) return;
    this.problems.push(`${this.#prefix}${name}: ${rule}`);
  }

  text(name: string, charactersMax: number): string {
    const value = this.get(name);
    if (typeof value !== 'string' || value === '' || value.length > charactersMax) {
      this.problem(name, `must be a string of 1 to ${charactersMax} characters`);
      return '';
    }
    return value;
  }

  optionalText(name: string, charactersMax: number): string | undefined {
    return this.get(name) === undefined ? undefined : this.text(name, charactersMax);
  }

  wholeNumber(name: string, min: number, max: number): number {
    const value = this.get(name);
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
      this.problem(name, `must be a whole number from ${min} to ${max}`);
      return min;
    }
    return value;
  }

  code(name: string): string {
    return this.#typed(name, readCode);
  }

  phoneNumber(name: string): string {
    return this.#typed(name, readPhoneNumber);
  }

  #typed(name: string, read: (input: unknown) => Typed): string {
    const typed = read(this.get(name));
    if (typed.ok) return typed.value;
    this.problem(name, typed.problem);
    return '';
  }

  /** Call after the last `get`: a misspelt field must not be dropped in silence. */
  refuseUnknown(): void {
    const known = [...this.#seen];
    const unknown = [...this.#fields.keys()].filter((name) => !this.#seen.has(name));
    for (const name of toldNames(unknown, known)) {
      this.problem(name, `is not a field here; known are ${known.join(', ')}`);
    }
  }

  checked<T>(value: T): Checked<T> {
    if (this.problems.length > 0) return { ok: false, problems: this.problems };
    return { ok: true, value };
  }
}

function entriesOf(input: unknown): [string, unknown][] | undefined {
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  return isObject ? Object.entries(input) : undefined;
}

function isUndecodable(input: unknown): boolean {
  return typeof input === 'object' && input !== null && UNDECODABLE in input;
}

export function checkLoginProof(input: unknown): Checked<LoginProof> {
  const fields = new Fields(input, 'a login proof');
  const proof = fields.has('accessToken') || fields.has('idToken') ? tokens(fields) : code(fields);
  const sealTo = sealingKey(fields);
  fields.refuseUnknown();
  return fields.checked({ ...proof, ...(sealTo !== undefined && { sealTo }) });
}

/** An `mfa_token` (auth0-docs "Authenticate using ROPG with MFA") in whatever field it was put. */
export function isBareMfaToken(input: unknown): boolean {
  const texts = typeof input === 'object' && input !== null ? Object.values(input) : [input];
  return texts.some((text) => typeof text === 'string' && text.startsWith('Fe26.2*'));
}

function code(fields: Fields): CodeProof {
  const max = LIMITS.proofFieldCharacters;
  return {
    code: fields.text('code', max),
    codeVerifier: fields.text('codeVerifier', max),
    redirectUri: fields.text('redirectUri', max),
    nonce: fields.text('nonce', max),
  };
}

function tokens(fields: Fields): TokenProof {
  const max = LIMITS.tokenCharacters;
  return { accessToken: fields.text('accessToken', max), idToken: fields.text('idToken', max) };
}

function sealingKey(fields: Fields): PublicSealingKey | undefined {
  const input = fields.get('sealTo');
  if (input === undefined) return undefined;
  const key = new Fields(input, 'sealTo:', 'sealTo.');
  if (key.get('kty') !== 'EC' || key.get('crv') !== 'P-256') {
    key.problem('kty', 'must be a public P-256 key as JWK: {"kty":"EC","crv":"P-256","x":…,"y":…}');
  }
  const [x, y] = [coordinate(key, 'x'), coordinate(key, 'y')];
  if (key.has('d')) key.problem('d', 'is the private half; it must never leave the device');
  fields.problems.push(...key.problems);
  return { kty: 'EC', crv: 'P-256', x, y };
}

function coordinate(key: Fields, name: 'x' | 'y'): string {
  const value = key.get(name);
  if (typeof value === 'string' && COORDINATE.test(value)) return value;
  key.problem(name, 'must be base64url of 32 bytes');
  return '';
}

export function checkCode(input: unknown): Checked<CodeMessage> {
  const bare = typeof input === 'string' || typeof input === 'number';
  const fields = new Fields(bare ? { code: input } : input, 'a code message');
  const code = fields.code('code');
  const challenge = optionalChallenge(fields);
  fields.refuseUnknown();
  return fields.checked({ code, ...(challenge !== undefined && { challenge }) });
}

export function checkResend(input: unknown): Checked<ResendMessage> {
  const fields = new Fields(input ?? {}, 'a resend message');
  const challenge = optionalChallenge(fields);
  fields.refuseUnknown();
  return fields.checked({ ...(challenge !== undefined && { challenge }) });
}

function optionalChallenge(fields: Fields): number | undefined {
  return fields.get('challenge') === undefined
    ? undefined
    : fields.wholeNumber('challenge', 1, Number.MAX_SAFE_INTEGER);
}

export function checkChangePhoneNumber(input: unknown): Checked<ChangePhoneNumberMessage> {
  const message = typeof input === 'string' ? { phoneNumber: input } : input;
  const fields = new Fields(message, 'a change of number');
  const phoneNumber = fields.phoneNumber('phoneNumber');
  fields.refuseUnknown();
  return fields.checked({ phoneNumber });
}

export function checkCancel(input: unknown): Checked<CancelMessage> {
  const fields = new Fields(input, 'a cancel message');
  const by = fields.text('by', LIMITS.requestedByCharacters);
  const reason = fields.text('reason', LIMITS.reasonCharacters);
  fields.refuseUnknown();
  return fields.checked({ by, reason });
}

/** Who wants it, and why. */
export const checkRetry: (input: unknown) => Checked<RetryMessage> = checkCancel;

export function checkExtendDeadline(input: unknown): Checked<ExtendDeadlineMessage> {
  const fields = new Fields(input, 'an extension');
  const deadlineMs = fields.wholeNumber(
    'deadlineMs',
    LIMITS.deadlineMsMin,
    Number.MAX_SAFE_INTEGER,
  );
  const by = fields.text('by', LIMITS.requestedByCharacters);
  const reason = fields.text('reason', LIMITS.reasonCharacters);
  fields.refuseUnknown();
  return fields.checked({ deadlineMs, by, reason });
}

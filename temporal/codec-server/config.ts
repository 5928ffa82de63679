import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OwnerFileError, readOwnerFile } from '../owner-file.ts';
import { resolveTemporalConfig } from '../config.ts';

const HOST_DEFAULT = '127.0.0.1';
const PORT_DEFAULT = 8234;
const PORT_MAX = 65_535;
const LOOPBACK_HOSTS = ['127.0.0.1', '::1', 'localhost'];
const TOKENS_WAY_OUT = 'docs/encryption.md shows how to make one';
const TOKENS_BYTES_MAX = 64 * 1024;
const TOKENS_MAX = 200;
/** Long enough that nobody guesses it, so that a plain hash may stand in the file. */
export const TOKEN_CHARACTERS_MIN = 32;

/** Whoever may decode with a token, and how the token comes. */
export interface TokenHolder {
  /** For the audit line. */
  readonly name: string;
  /** SHA-256 of the token, hex. */
  readonly sha256: string;
  /** In the address instead of a header: for a Web UI without logins, on loopback alone. */
  readonly inPath: boolean;
}

/** Tokens that others issue: checked by signature, issuer, audience and end. */
export interface JwtRules {
  readonly jwksUrl: URL;
  readonly issuer: string;
  readonly audience: string;
}

export interface CodecServerConfig {
  readonly host: string;
  readonly port: number;
  /** The one page that browsers may call from; without it none may. */
  readonly origin?: string;
  readonly namespace: string;
  readonly keysFile: string;
  readonly tokens: readonly TokenHolder[];
  readonly jwt?: JwtRules;
}

/** Everything that is wrong with the settings, with remedies. Repeats no value. */
export class CodecServerConfigError extends Error {
  override readonly name = 'CodecServerConfigError';

  constructor(problems: readonly string[]) {
    super(['The codec server cannot start:', ...problems.map((text) => `  - ${text}`)].join('\n'));
  }
}

const tokensSchema = z.strictObject({
  tokens: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[\w.@-]{1,64}$/),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        inPath: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(TOKENS_MAX),
});

export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** @throws CodecServerConfigError, TemporalConfigError */
export async function resolveCodecServerConfig(env: NodeJS.ProcessEnv): Promise<CodecServerConfig> {
  const problems: string[] = [];
  const { namespace, encryption } = resolveTemporalConfig(env);
  if (encryption === undefined) {
    problems.push(
      'MFA_PAYLOAD_KEYS_FILE must name the keyring. Make one: npm run -s mfa -- keys new.',
    );
  }
  const host = text(env, 'MFA_CODEC_HOST') ?? HOST_DEFAULT;
  const port = readPort(env, problems);
  const origin = readOrigin(env, problems);
  const tokens = await readTokens(env, problems);
  const jwt = readJwtRules(env, problems);
  if (tokens.length === 0 && jwt === undefined) {
    problems.push(
      'MFA_CODEC_TOKENS_FILE or MFA_CODEC_JWKS_URL must be set: nobody decodes without a token; ' +
        `${TOKENS_WAY_OUT}.`,
    );
  }
  if (tokens.some(({ inPath }) => inPath) && !LOOPBACK_HOSTS.includes(host)) {
    problems.push(
      'MFA_CODEC_TOKENS_FILE may hold "inPath" tokens only where MFA_CODEC_HOST is loopback: leave the ' +
        'host out, or take them out.',
    );
  }
  if (problems.length > 0 || encryption === undefined) throw new CodecServerConfigError(problems);
  return {
    ...{ host, port, namespace, keysFile: encryption.keysFile, tokens },
    ...(origin === undefined ? {} : { origin }),
    ...(jwt === undefined ? {} : { jwt }),
  };
}

function text(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

function readPort(env: NodeJS.ProcessEnv, problems: string[]): number {
  const given = text(env, 'MFA_CODEC_PORT') ?? String(PORT_DEFAULT);
  const port = /^\d{1,5}$/.test(given) ? Number(given) : PORT_MAX + 1;
  if (port > PORT_MAX) {
    problems.push('MFA_CODEC_PORT must be a number from 0 (any free port) to 65535; default 8234.');
  }
  return port;
}

function readOrigin(env: NodeJS.ProcessEnv, problems: string[]): string | undefined {
  const origin = text(env, 'MFA_CODEC_ORIGIN');
  if (origin === undefined) return undefined;
  if (URL.canParse(origin)) {
    const { protocol, origin: itself } = new URL(origin);
    if (/^https?:$/.test(protocol) && itself === origin) return origin;
  }
  problems.push(
    'MFA_CODEC_ORIGIN must be the Web UI’s origin, scheme://host:port without a slash at the end; ' +
      'copy it from the browser’s address bar.',
  );
  return undefined;
}

async function readTokens(env: NodeJS.ProcessEnv, problems: string[]): Promise<TokenHolder[]> {
  const file = text(env, 'MFA_CODEC_TOKENS_FILE');
  if (file === undefined) return [];
  try {
    const content = await readOwnerFile(file, TOKENS_BYTES_MAX, TOKENS_WAY_OUT);
    const { tokens } = tokensSchema.parse(JSON.parse(content));
    return tokens.map(({ name, sha256, inPath = false }) => ({ name, sha256, inPath }));
  } catch (error) {
    problems.push(
      error instanceof OwnerFileError
        ? `MFA_CODEC_TOKENS_FILE: ${error.message}`
        : `MFA_CODEC_TOKENS_FILE must hold {"tokens":[{"name":"…","sha256":"…"}]}; ${TOKENS_WAY_OUT}.`,
    );
    return [];
  }
}

function readJwtRules(env: NodeJS.ProcessEnv, problems: string[]): JwtRules | undefined {
  const url = text(env, 'MFA_CODEC_JWKS_URL');
  const issuer = text(env, 'MFA_CODEC_JWT_ISSUER');
  const audience = text(env, 'MFA_CODEC_JWT_AUDIENCE');
  if (url === undefined && issuer === undefined && audience === undefined) return undefined;
  if (url === undefined || issuer === undefined || audience === undefined) {
    problems.push(
      'MFA_CODEC_JWKS_URL, MFA_CODEC_JWT_ISSUER and MFA_CODEC_JWT_AUDIENCE go together: set all three, ' +
        'or none.',
    );
    return undefined;
  }
  const jwksUrl = URL.canParse(url) ? new URL(url) : undefined;
  if (jwksUrl !== undefined && isSecure(jwksUrl) && !/[@#]/.test(url)) {
    return { jwksUrl, issuer, audience };
  }
  problems.push(
    'MFA_CODEC_JWKS_URL must be an https: URL (http: only on loopback) without user and fragment; copy ' +
      'jwks_uri from the issuer’s discovery document.',
  );
  return undefined;
}

/** Without TLS only what does not leave the machine. */
function isSecure({ protocol, hostname }: URL): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK_HOSTS.includes(host));
}

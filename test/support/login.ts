import * as oauth from 'oauth4webapi';
import { logInByBrowser } from '../../dev/browser-login.ts';
import type { CodeProof, PublicSealingKey } from '../../workflows/contract/enroll-mfa.ts';
import { CLIENT_ID, PHONE_NUMBER, REDIRECT_URI, type World, type WorldUser } from './world.ts';

export const SCOPE = 'openid enroll read:authenticators remove:authenticators';

export interface LoginOptions {
  readonly sealTo?: PublicSealingKey;
  /** Answers a TOTP challenge. An SMS challenge is answered from the emulator's inbox. */
  readonly otp?: () => Promise<string>;
  /** Where this user's texts go. Default the world's number. */
  readonly phoneNumber?: string;
  /** Changes to the authorization request, for logins that must be refused. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Logs in on the emulator's pages as a browser would; the code is not exchanged. */
export async function login(
  world: World,
  user: WorldUser = world.user,
  options: LoginOptions = {},
): Promise<CodeProof> {
  const codeVerifier = oauth.generateRandomCodeVerifier();
  const nonce = oauth.generateRandomNonce();
  const state = oauth.generateRandomState();
  const authorizeUrl = new URL('authorize', world.emulator.issuer);
  authorizeUrl.search = new URLSearchParams({
    response_type: 'code',
    client_id: CLIENT_ID,
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    audience: world.emulator.audience,
    prompt: 'login',
    max_age: '0',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...options.parameters,
  }).toString();
  const to = options.phoneNumber ?? PHONE_NUMBER;
  const after = world.emulator.inbox.messages(to).at(-1)?.id;
  const { callbackUrl } = await logInByBrowser({
    authorizeUrl: authorizeUrl.href,
    username: user.email,
    password: user.password,
    answerChallenge: async (factor) => {
      if (factor === 'sms') {
        const message = await world.emulator.inbox.next(to, after === undefined ? {} : { after });
        return message.code;
      }
      if (options.otp === undefined) throw new Error('The login asks for a TOTP code.');
      return options.otp();
    },
  });
  const answer = new URL(callbackUrl).searchParams;
  const code = answer.get('code');
  if (code === null || answer.get('state') !== state) {
    throw new Error(`The login came back without a code: ${answer.get('error') ?? 'no error'}`);
  }
  return {
    code,
    codeVerifier,
    redirectUri: REDIRECT_URI,
    nonce,
    ...(options.sealTo === undefined ? {} : { sealTo: options.sealTo }),
  };
}

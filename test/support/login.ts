import { beginLogin, finishLogin } from '@durable-mfa/client/login';
import { logInByBrowser } from '../../dev/browser-login.ts';
import type { CodeProof, PublicDeviceKey } from '../../workflows/contract/enroll-mfa.ts';
import { fetchTrusting } from './fetch-trusting.ts';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  PHONE_NUMBER,
  REDIRECT_URI,
  type World,
  type WorldUser,
} from './world.ts';

export interface LoginOptions {
  readonly sealTo?: PublicDeviceKey;
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
  const { issuer, audience } = world.emulator;
  const settings = { issuer, audience, clientId: CLIENT_ID, redirectUri: REDIRECT_URI };
  const { url, pending } = await beginLogin(settings, options.sealTo);
  const authorizeUrl = new URL(url);
  for (const [name, value] of Object.entries(options.parameters ?? {})) {
    authorizeUrl.searchParams.set(name, value);
  }
  const to = options.phoneNumber ?? PHONE_NUMBER;
  const after = world.emulator.inbox.messages(to).at(-1)?.id;
  const { caFile } = world.emulator;
  const { callbackUrl } = await logInByBrowser({
    ...(caFile !== undefined && { fetch: fetchTrusting(caFile) }),
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
  return finishLogin(pending, callbackUrl);
}

/** The tokens of a login, exchanged as a backend of its own would do it. */
export async function exchangedTokens(
  world: World,
  { code, codeVerifier, redirectUri }: CodeProof,
): Promise<{ readonly accessToken: string; readonly idToken: string }> {
  const response = await fetch(new URL('oauth/token', world.emulator.issuer), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      code_verifier: codeVerifier,
      redirect_uri: redirectUri,
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
    }),
  });
  const tokens = (await response.json()) as { access_token: string; id_token: string };
  return { accessToken: tokens.access_token, idToken: tokens.id_token };
}

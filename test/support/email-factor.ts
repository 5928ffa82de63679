import { exchangedTokens, login } from './login.ts';
import { CLIENT_ID, CLIENT_SECRET, type World } from './world.ts';

/**
 * The person's e-mail address becomes a factor, and then the only one that every login is challenged with;
 * such logins are answered with `login(…, { phoneNumber: world.user.email })`.
 */
export async function enrollEmail(world: World): Promise<void> {
  const { accessToken } = await exchangedTokens(world, await login(world));
  const send = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const response = await fetch(new URL(path, world.emulator.issuer), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, unknown>;
  };
  const associated = await send('mfa/associate', {
    authenticator_types: ['oob'],
    oob_channels: ['email'],
  });
  await send('oauth/token', {
    ...{ grant_type: 'http://auth0.com/oauth/grant-type/mfa-oob', mfa_token: accessToken },
    ...{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, oob_code: associated['oob_code'] },
    binding_code: world.emulator.inbox.messages(world.user.email).at(-1)?.code,
  });
  world.emulator.configure({ factors: ['sms'], mfaPolicies: ['all-applications'] });
}

import { describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT } from 'jose';
import { activityBench, openSession } from '../support/activity-bench.ts';
import { LIST } from '../support/auth0-record.ts';
import { exchangedTokens, login } from '../support/login.ts';
import { CLIENT_SECRET, createWorld } from '../support/world.ts';

describe('a token whose signature is not Auth0’s', () => {
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const forgeries: readonly (readonly [how: string, forge: (token: string) => Promise<string>])[] =
    [
      ['is altered', (token) => Promise.resolve(`${token.slice(0, -8)}AAAAAAAA`)],
      [
        'is cut off, under the algorithm none',
        (token) => Promise.resolve(`${encoded({ alg: 'none' })}.${token.split('.')[1] ?? ''}.`),
      ],
      [
        'is made with another key',
        async (token) => {
          const { privateKey } = await generateKeyPair('RS256');
          return new SignJWT(decodeJwt(token))
            .setProtectedHeader(decodeProtectedHeader(token) as { alg: string })
            .sign(privateKey);
        },
      ],
      [
        'is made with the client’s secret',
        (token) =>
          new SignJWT(decodeJwt(token))
            .setProtectedHeader({ alg: 'HS256' })
            .sign(Buffer.from(CLIENT_SECRET)),
      ],
    ];

  it.each(forgeries)('%s is refused, and nothing is listed', async (_how, forge) => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world);
    const good = await exchangedTokens(world, await login(world));
    await expect(
      openSession(world, bench, { proof: { ...good, idToken: await forge(good.idToken) } }),
    ).rejects.toMatchObject({ type: 'invalid-id-token' });
    await expect(
      openSession(world, bench, { proof: { ...good, accessToken: await forge(good.accessToken) } }),
    ).rejects.toMatchObject({ type: 'invalid-access-token' });
    expect(world.emulator.journal.count(LIST)).toBe(0);
    expect(await openSession(world, bench, { proof: good })).toHaveProperty('expiresAt');
  });
});

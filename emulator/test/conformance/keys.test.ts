import { describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { Bench, CLIENT, string } from '../bench.ts';

async function jwks(bench: Bench): Promise<JSONWebKeySet> {
  return (await bench.get('/.well-known/jwks.json')).body as unknown as JSONWebKeySet;
}

describe('§11 discovery', () => {
  it('§6 C: issuer, endpoints, and the four ways to authenticate a client', async () => {
    await using bench = await Bench.open();
    const { issuer } = bench.emulator;
    const { body } = await bench.get('/.well-known/openid-configuration');
    expect(body).toMatchObject({
      ...{ issuer, mfa_challenge_endpoint: `${issuer}mfa/challenge` },
      ...{ userinfo_endpoint: `${issuer}userinfo`, end_session_endpoint: `${issuer}oidc/logout` },
      token_endpoint_auth_methods_supported: [
        ...['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
      ],
    });
  });
});

describe('§6 the algorithm of ID tokens', () => {
  it.each(['RS256', 'RS512', 'PS256', 'HS256'] as const)(
    '§6 A: %s is the application’s choice; keys that say RS256 check no other',
    async (idTokenAlgorithm) => {
      for (const keyAlgorithm of [true, false]) {
        await using bench = await Bench.open({ settings: { keyAlgorithm } });
        const { client_id: clientId, client_secret: clientSecret } = CLIENT;
        bench.emulator.addClient({
          ...{ clientId, clientSecret, redirectUris: [], idTokenAlgorithm },
        });
        const idToken = string(await bench.passwordGrant(), 'id_token');
        expect(decodeProtectedHeader(idToken).alg).toBe(idTokenAlgorithm);
        const set = createLocalJWKSet(await jwks(bench));
        const check = { currentDate: new Date(bench.emulator.clock.now()) };
        const checked = await (
          idTokenAlgorithm === 'HS256'
            ? jwtVerify(idToken, Buffer.from(clientSecret), check)
            : jwtVerify(idToken, set, check)
        ).then(
          () => true,
          () => false,
        );
        const marked = keyAlgorithm && !['RS256', 'HS256'].includes(idTokenAlgorithm);
        expect(checked).toBe(!marked);
      }
    },
  );
});

describe('§11 JWKS', () => {
  it('§11 D: after a rotation the new key signs, and the one before is still believed', async () => {
    await using bench = await Bench.open();
    const before = await bench.accessToken();
    const [first] = (await jwks(bench)).keys;
    await bench.emulator.rotateKeys();
    const after = await bench.accessToken();
    const { keys } = await jwks(bench);
    expect([keys.length, keys[1]?.kid]).toEqual([2, first?.kid]);
    const check = { currentDate: new Date(bench.emulator.clock.now()) };
    for (const [token, kid] of [
      [before, first?.kid],
      [after, keys[0]?.kid],
    ] as const) {
      const { protectedHeader } = await jwtVerify(token, createLocalJWKSet({ keys }), check);
      expect(protectedHeader.kid).toBe(kid);
      expect((await bench.get('/mfa/authenticators', token)).status).toBe(200);
    }
  });

  it('§11 D: after two rotations what the first key has signed is no longer believed', async () => {
    await using bench = await Bench.open();
    const token = await bench.accessToken();
    const [first] = (await jwks(bench)).keys;
    await bench.emulator.rotateKeys();
    await bench.emulator.rotateKeys();
    const { keys } = await jwks(bench);
    expect(keys).toHaveLength(2);
    expect(keys.map(({ kid }) => kid)).not.toContain(first?.kid);
    expect((await bench.get('/mfa/authenticators', token)).status).toBe(401);
  });

  it('§11 D: a seed gives the same keys, and another seed others', async () => {
    const keysOf = async (seed: string) => {
      await using bench = await Bench.open({ seed });
      await bench.emulator.rotateKeys();
      return await jwks(bench);
    };
    const one = await keysOf('one');
    expect(await keysOf('one')).toEqual(one);
    expect(await keysOf('two')).not.toEqual(one);
  });

  it('§11 D: no private half is shown', async () => {
    await using bench = await Bench.open();
    for (const key of (await jwks(bench)).keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    }
    expect(string(await bench.passwordGrant(), 'access_token')).not.toBe('');
  });
});

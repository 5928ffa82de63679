/** The first question of `activities/outcomes.ts`: the sender of a message provokes no operator's fault. */
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { decodeJwt, generateKeyPair, SignJWT } from 'jose';
import type { CodeProof, TokenProof } from '../../activities/enrollment-activities.ts';
import { CLASSES } from '../../activities/failures.ts';
import { activityBench, openSession } from '../support/activity-bench.ts';
import { ASSOCIATE, LIST, TOKEN } from '../support/auth0-record.ts';
import { exchangedTokens, login } from '../support/login.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createWorld, PHONE_NUMBER, REDIRECT_URI } from '../support/world.ts';
import { failureOf, signerOf, staged } from './fault-stage.ts';
import type { FailureType } from '../../activities/failure-types.ts';

const TEXTS = [
  'x',
  ' ',
  'x'.repeat(8_000),
  'line\r\nend\u0000',
  '\u{1f600}\ud800',
  '%00%ff',
  "Grant type 'authorization_code' not allowed for the client.",
  'Unauthorized',
  'client_secret',
  '{"error":"invalid_client"}',
];

describe('a proof by code, whatever its sender wrote', () => {
  const written = (['code', 'codeVerifier', 'redirectUri', 'nonce'] as const).flatMap((field) =>
    TEXTS.map((text) => [field, text] as const),
  );

  it.each([401, 403] as const)('is the sender’s: the redirect URI is told by %i', (status) =>
    staged({ settings: { redirectUriStatus: status } }, async ({ world, bench }) => {
      for (const [field, text] of written) {
        const proof: CodeProof = { ...(await login(world)), [field]: text };
        const { type } = await failureOf(openSession(world, bench, { proof }));
        const expected = field === 'nonce' ? 'invalid-id-token' : 'login-code-refused';
        expect([field, text, type]).toEqual([field, text, expected]);
      }
      expect(world.emulator.journal.count(LIST)).toBe(0);
    }),
  );

  it.each<[FailureType, string, Readonly<Record<string, string>>]>([
    ['wrong-audience', 'an opaque access token', { audience: '' }],
    ['wrong-audience', 'that of another API', { audience: 'https://api.example/' }],
    ['missing-scope', 'too few scopes', { scope: 'openid enroll' }],
    [
      'invalid-id-token',
      'no ID token',
      { scope: 'enroll read:authenticators remove:authenticators' },
    ],
  ])('is refused as %s where the login asked for %s', (type, _what, parameters) =>
    staged({}, async ({ world, bench }) => {
      const proof = await login(world, world.user, { parameters });
      expect(await failureOf(openSession(world, bench, { proof }))).toMatchObject({ type });
      expect(world.emulator.journal.count(LIST)).toBe(0);
    }),
  );

  it('is refused where the code was made for another application', () =>
    staged({}, async ({ world, bench }) => {
      world.emulator.addClient({ clientId: 'other', redirectUris: [REDIRECT_URI] });
      const proof = await login(world, world.user, { parameters: { client_id: 'other' } });
      expect(await failureOf(openSession(world, bench, { proof }))).toMatchObject({
        type: 'login-code-refused',
      });
    }));

  it('is refused where the login began at the tenant’s other domain, by whose name Auth0 then signs', async () => {
    await using folder = await temporaryFolder();
    const stateFile = join(folder.path, 'tenant.json');
    await using world = await createWorld({ worker: false, emulator: { stateFile } });
    await using bench = activityBench(world);
    const proof = await login(world);
    const { accessToken, idToken } = await exchangedTokens(world, await login(world));
    const sign = await signerOf(stateFile);
    const change = { iss: 'https://canonical.example/', nonce: proof.nonce };
    const body = {
      access_token: await sign(accessToken, change),
      id_token: await sign(idToken, change),
    };
    world.emulator.faults.add({ endpoint: TOKEN, when: 'before', action: { status: 200, body } });
    expect(await failureOf(openSession(world, bench, { proof }))).toMatchObject({
      type: 'invalid-id-token',
    });
    expect(world.emulator.journal.count(LIST)).toBe(0);
  });
});

type Forge = (token: string) => Promise<string>;

async function forged(token: string, alg: string, claims: object = {}): Promise<string> {
  const key =
    alg === 'HS256'
      ? Buffer.from('a secret of 32 bytes at the least')
      : (await generateKeyPair(alg)).privateKey;
  return new SignJWT({ ...decodeJwt(token), ...claims })
    .setProtectedHeader({ alg, typ: 'JWT', kid: 'made-up' })
    .sign(key);
}

describe('tokens that a sender brought', () => {
  const FORGERIES: readonly (readonly [string, Forge])[] = [
    ['HS256', (token) => forged(token, 'HS256')],
    ['PS256', (token) => forged(token, 'PS256')],
    ['another issuer', (token) => forged(token, 'RS256', { iss: 'https://other.example/' })],
    ['another audience', (token) => forged(token, 'RS256', { aud: 'https://other.example/' })],
    ['an old date', (token) => forged(token, 'RS256', { exp: 1 })],
    ['five parts', () => Promise.resolve('a.b.c.d.e')],
    ['no parts', () => Promise.resolve('garbage')],
  ];

  it.each(FORGERIES)('are the sender’s fault, with %s', (_how, forge) =>
    staged({}, async ({ world, bench }) => {
      const good = await exchangedTokens(world, await login(world));
      for (const [field, types] of [
        ['idToken', ['invalid-id-token', 'token-expired']],
        ['accessToken', ['invalid-access-token', 'wrong-audience', 'token-expired']],
      ] as const) {
        const proof: TokenProof = { ...good, [field]: await forge(good[field]) };
        const { type } = await failureOf(openSession(world, bench, { proof }));
        expect(types).toContain(type);
        expect(CLASSES[type].benign).toBe(true);
      }
      expect(world.emulator.journal.count(LIST)).toBe(0);
    }),
  );

  it('are refused where the access token is another application’s: it could confirm nothing', async () => {
    await using folder = await temporaryFolder();
    const stateFile = join(folder.path, 'tenant.json');
    await using world = await createWorld({ worker: false, emulator: { stateFile } });
    await using bench = activityBench(world);
    const good = await exchangedTokens(world, await login(world));
    const sign = await signerOf(stateFile);
    const proof = { ...good, accessToken: await sign(good.accessToken, { azp: 'another' }) };
    expect(await failureOf(openSession(world, bench, { proof }))).toMatchObject({
      type: 'invalid-access-token',
    });
    expect(world.emulator.journal.count(LIST)).toBe(0);
  });
});

describe('a number that Auth0 does not take', () => {
  it.each([
    { statusCode: 400, error: 'Bad Request', message: 'x', errorCode: 'invalid_phone_number' },
    { error: 'invalid_request', error_description: 'Invalid phone number' },
  ])('is the person’s to change, by %j', (body) =>
    staged({}, async ({ world, bench }) => {
      const { accessToken } = await openSession(world, bench);
      const action = { status: 400, body };
      world.emulator.faults.add({ endpoint: ASSOCIATE, when: 'before', action });
      const associating = bench.run(bench.activities.associate, {
        ...{ tenant: world.tenant, accessToken, factor: 'sms' as const, notAfter: Infinity },
        phoneNumber: PHONE_NUMBER,
      });
      expect(await failureOf(associating)).toMatchObject({ type: 'phone-number-refused' });
      expect(world.emulator.inbox.messages()).toEqual([]);
    }),
  );
});

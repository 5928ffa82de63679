/** The second question of `activities/outcomes.ts`: an operator's fault is never told to the person as theirs. */
import { describe, expect, it } from '@jest/globals';
import type { ClientConfig } from '@durable-mfa/tenant-emulator';
import { activityBench, openSession } from '../support/activity-bench.ts';
import { LIST } from '../support/auth0-record.ts';
import { login } from '../support/login.ts';
import { PHONE_NUMBER, type World } from '../support/world.ts';
import { CLIENT, failureOf, type Setting, staged } from './fault-stage.ts';

describe('a setting', () => {
  const AT_LOGIN: readonly (readonly [string, Setting, RegExp])[] = [
    ['a wrong secret', { worker: () => ({ clientSecret: 'wrong' }) }, /AUTH0_CLIENT_SECRET/],
    [
      'a wrong secret, in the documented words',
      {
        settings: { clientRefusedError: 'invalid_client' },
        worker: () => ({ clientSecret: 'wrong' }),
      },
      /AUTH0_CLIENT_SECRET/,
    ],
    ['an unknown client', { worker: () => ({ clientId: 'other' }) }, /AUTH0_CLIENT_ID/],
    [
      'an application that authenticates by header',
      { client: { tokenEndpointAuthMethod: 'client_secret_basic' } },
      /Client Secret \(Post\)/,
    ],
    [
      'an application that authenticates by nothing',
      { client: { tokenEndpointAuthMethod: 'none' } },
      /None where no secret is set/,
    ],
    [
      'ID tokens by HS256',
      { client: { idTokenAlgorithm: 'HS256' } },
      /signature algorithm to RS256/,
    ],
    ['ID tokens by PS256, keys for RS256', { client: { idTokenAlgorithm: 'PS256' } }, /to RS256/],
    [
      'another issuer',
      {
        worker: ({ emulator }) => ({ issuer: new URL(`http://localhost:${emulator.port}/`) }),
      },
      /AUTH0_ISSUER/,
    ],
    ['a clock that is an hour ahead', { worker: () => ({}) }, /clock of this worker/],
  ];

  it.each(AT_LOGIN)('is told to an operator at a login: %s', (what, setting, remedy) =>
    staged(setting, async ({ world, bench }) => {
      const late = () => world.clock.now() + 3_600_000;
      await using other = activityBench(world, setting.worker?.(world), late);
      const running = what.includes('clock') ? other : bench;
      expect(await failureOf(openSession(world, running))).toMatchObject({
        type: 'configuration-fault',
        message: expect.stringMatching(remedy),
        nonRetryable: true,
      });
      expect(world.emulator.journal.count(LIST)).toBe(0);
    }),
  );

  it('is told to an operator where the application has lost the code grant', () =>
    staged({}, async ({ world, bench }) => {
      const proof = await login(world);
      world.emulator.addClient({ ...CLIENT, grantTypes: ['refresh_token'] });
      expect(await failureOf(openSession(world, bench, { proof }))).toMatchObject({
        type: 'configuration-fault',
        message: expect.stringContaining('authorization_code'),
      });
    }));

  it('is told to an operator where the audience is not the MFA API’s', async () => {
    const mfaAudience = 'https://tenant.example/mfa/';
    const worker = ({ emulator }: World) => ({ audience: `${emulator.issuer}mfa/` });
    await staged({ settings: { mfaAudience }, worker }, async ({ world, bench }) => {
      const parameters = { audience: `${world.emulator.issuer}mfa/` };
      const proof = await login(world, world.user, { parameters });
      expect(await failureOf(openSession(world, bench, { proof }))).toMatchObject({
        type: 'configuration-fault',
        message: expect.stringContaining('AUTH0_AUDIENCE'),
      });
    });
  });

  it.each<[string, Partial<ClientConfig>, RegExp]>([
    ['the secret was changed', { clientSecret: 'another' }, /AUTH0_CLIENT_SECRET/],
    ['it authenticates by header', { tokenEndpointAuthMethod: 'client_secret_basic' }, /\(Post\)/],
    ['it lost the MFA grants', { grantTypes: ['authorization_code'] }, /MFA grant/],
  ])('is told to an operator at a code: %s', (_what, change, remedy) =>
    staged({}, async ({ world, bench }) => {
      const { accessToken } = await openSession(world, bench);
      const session = {
        tenant: world.tenant,
        accessToken,
        factor: 'sms' as const,
        notAfter: Infinity,
      };
      const phoneNumber = PHONE_NUMBER;
      const { oobCode = '' } = await bench.run(bench.activities.associate, {
        ...{ ...session, phoneNumber },
      });
      world.emulator.addClient({ ...CLIENT, ...change });
      const code = world.emulator.inbox.messages(PHONE_NUMBER).at(-1)?.code ?? '';
      const confirming = bench.run(bench.activities.confirm, { ...session, code, oobCode });
      expect(await failureOf(confirming)).toMatchObject({
        type: 'configuration-fault',
        message: expect.stringMatching(remedy),
      });
      const listed = world.emulator.authenticators(world.user.userId);
      expect(listed.map(({ active }) => active)).toEqual([false]);
    }),
  );

  it.each(['RS256', 'RS512', 'PS256'] as const)('is no hindrance: ID tokens by %s', (alg) =>
    staged(
      { client: { idTokenAlgorithm: alg }, settings: { keyAlgorithm: false } },
      async ({ world, bench }) => {
        expect(await openSession(world, bench)).toMatchObject({ authenticators: [] });
      },
    ),
  );
});

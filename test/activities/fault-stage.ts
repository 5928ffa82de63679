/** A tenant and a worker whose settings do, or do not, go together. */
import { readFile } from 'node:fs/promises';
import {
  decodeJwt,
  decodeProtectedHeader,
  importJWK,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';
import type { Auth0Config } from '../../activities/index.ts';
import type { ClientConfig, TenantSettings } from '@durable-mfa/tenant-emulator';
import { type ActivityBench, activityBench } from '../support/activity-bench.ts';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  createWorld,
  REDIRECT_URI,
  type World,
} from '../support/world.ts';
import type { FailureType } from '../../activities/failure-types.ts';

export const CLIENT: ClientConfig = {
  ...{ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET },
  redirectUris: [REDIRECT_URI],
};

export interface Stage {
  readonly world: World;
  readonly bench: ActivityBench;
}

export interface Setting {
  readonly settings?: Partial<TenantSettings>;
  readonly client?: Partial<ClientConfig>;
  readonly worker?: (world: World) => Partial<Auth0Config>;
}

export async function staged(
  { settings = {}, client = {}, worker }: Setting,
  use: (stage: Stage) => Promise<void>,
): Promise<void> {
  const emulator = {
    settings: { requestsPerSecond: 'off' as const, ...settings },
    clients: [{ ...CLIENT, ...client }],
  };
  await using world = await createWorld({ worker: false, emulator });
  await using bench = activityBench(world, worker?.(world));
  await use({ world, bench });
}

/** What it failed with, as Temporal sees it. */
export async function failureOf(
  calling: Promise<unknown>,
): Promise<{ type: FailureType; message: string }> {
  const failure: unknown = await calling.then(
    () => 'it did not fail',
    (error: unknown) => error,
  );
  return failure as { type: FailureType; message: string };
}

/** Signs as the tenant does: its state file holds its keys. */
export async function signerOf(stateFile: string) {
  const { keys } = JSON.parse(await readFile(stateFile, 'utf8')) as { keys: JWK[] };
  const [key = {}] = keys;
  const privateKey = await importJWK(key, 'RS256');
  return (token: string, change: JWTPayload) =>
    new SignJWT({ ...decodeJwt(token), ...change })
      .setProtectedHeader({ ...decodeProtectedHeader(token), alg: 'RS256' })
      .sign(privateKey);
}

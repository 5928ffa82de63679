/** The activities, bound to one tenant and to the workers' keys. */
import { ApplicationFailure } from '@temporalio/common';
import { associate } from './associate.ts';
import { type Auth0Config, TenantClient } from './auth0/tenant-client.ts';
import { deleteAuthenticator, listAuthenticators } from './authenticators.ts';
import { confirm } from './confirm.ts';
import type { EnrollmentActivities } from './enrollment-activities.ts';
import { openSession } from './session.ts';
import type { WorkerKeyring } from './seal.ts';

export type { Auth0Config } from './auth0/tenant-client.ts';
export type { EnrollmentActivities } from './enrollment-activities.ts';

export interface ActivityDependencies {
  readonly config: Auth0Config;
  readonly workerKeys: WorkerKeyring;
  /** Epoch ms. Default `Date.now`. */
  readonly clock?: () => number;
}

export interface ClosableActivities extends EnrollmentActivities {
  /** Waits for running calls, then closes the connections to the tenant. */
  close(): Promise<void>;
}

export function createActivities(deps: ActivityDependencies): ClosableActivities {
  const { workerKeys } = deps;
  const tenant = new TenantClient(deps.config, deps.clock ?? Date.now);
  return {
    servesTenant: ({ tenant: wanted }) =>
      classified(() => {
        tenant.checkTenant(wanted, 'none');
        return Promise.resolve();
      }),
    openSession: (input) => classified(() => openSession(tenant, workerKeys, input)),
    associate: (input) => classified(() => associate(tenant, workerKeys, input)),
    confirm: (input) => classified(() => confirm(tenant, workerKeys, input)),
    listAuthenticators: (input) => classified(() => listAuthenticators(tenant, workerKeys, input)),
    deleteAuthenticator: (input) =>
      classified(() => deleteAuthenticator(tenant, workerKeys, input)),
    close: () => tenant.close(),
  };
}

/**
 * An error that nobody has classified must never be repeated by Temporal's retry policy: it may have
 * come after an SMS went out (I2, I9). Its text stays here, for it may hold anything.
 */
async function classified<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof ApplicationFailure) throw error;
    const name = typeof error === 'object' && error !== null && 'name' in error ? error.name : '';
    throw ApplicationFailure.create({
      type: 'unexpected-response',
      message: `An activity failed in a way that it does not know: ${String(name)}`,
      nonRetryable: true,
      details: [{ type: 'unexpected-response', endpoint: 'none' }],
    });
  }
}

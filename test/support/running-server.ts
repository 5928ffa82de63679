import type { TemporalServer } from '../../dev/temporal-server.ts';

/** Of the shared server. A worker program with a keyring marks its namespace, for everybody in it. */
export const ENCRYPTED_NAMESPACE = 'encrypted';

interface Running {
  readonly server: TemporalServer;
  /** Folder of this run's log and bundle. */
  readonly cache: string;
}

interface Holder {
  mfaTestServer?: Running;
}

const holder: typeof globalThis & Holder = globalThis;

/** Jest loads set-up and teardown apart: what one starts and the other stops is kept globally. */
export function keepRunning(running: Running): void {
  holder.mfaTestServer = running;
}

export function takeRunning(): Running | undefined {
  const running = holder.mfaTestServer;
  delete holder.mfaTestServer;
  return running;
}

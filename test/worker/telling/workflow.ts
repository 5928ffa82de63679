/** Says aloud what it must not. */
import { ApplicationFailure, log, proxyActivities } from '@temporalio/workflow';

export const NUMBER = '+14155550123';

export interface TellingActivities {
  tell(): Promise<void>;
}

const { tell } = proxyActivities<TellingActivities>({
  startToCloseTimeout: '10s',
  retry: { maximumAttempts: 1 },
});

export async function telling(): Promise<void> {
  log.info(`the workflow texts ${NUMBER}`, { codeVerifier: 'marker-4711' });
  await tell().catch((error: unknown) => {
    log.warn('the activity failed', { error });
  });
  throw ApplicationFailure.nonRetryable(`no route to ${NUMBER}`, 'told', ['marker-4711']);
}

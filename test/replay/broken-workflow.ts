/** What a change without `patched` does to running enrollments: replay must refuse it. */
import { sleep } from '@temporalio/workflow';
import type { EnrollMfaInput, EnrollMfaResult } from '../../workflows/contract/enroll-mfa.ts';
import { enrollMfa as enrollMfaOfToday } from '../../workflows/index.ts';

export async function enrollMfa(input: EnrollMfaInput): Promise<EnrollMfaResult> {
  await sleep(1);
  return enrollMfaOfToday(input);
}

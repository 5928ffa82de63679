/** The next build with the same command more, patched: runs of the build before go on without it. */
import { patched, upsertMemo } from '@temporalio/workflow';
import type { EnrollMfaInput, EnrollMfaResult } from '../../../workflows/contract/enroll-mfa.ts';
import { enrollMfa as enrollMfaOfToday } from '../../../workflows/index.ts';

export function enrollMfa(input: EnrollMfaInput): Promise<EnrollMfaResult> {
  if (patched('memo-says-build')) upsertMemo({ build: 'patched' });
  return enrollMfaOfToday(input);
}

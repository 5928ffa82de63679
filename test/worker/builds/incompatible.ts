/**
 * The next build with one command more at the beginning, not patched: it can run new enrollments, and
 * a run of the build before can only get stuck on it. The memo shows who ran it.
 */
import { upsertMemo } from '@temporalio/workflow';
import type { EnrollMfaInput, EnrollMfaResult } from '../../../workflows/contract/enroll-mfa.ts';
import { enrollMfa as enrollMfaOfToday } from '../../../workflows/index.ts';

export function enrollMfa(input: EnrollMfaInput): Promise<EnrollMfaResult> {
  upsertMemo({ build: 'incompatible' });
  return enrollMfaOfToday(input);
}

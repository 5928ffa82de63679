/** How a run has closed, by the command that closed it. */
import type { Command } from './sandbox.ts';
import { valueOf } from './wire-values.ts';

export type Closing =
  | { readonly status: 'completed'; readonly result: unknown; readonly at: number }
  | {
      readonly status: 'failed';
      readonly type: string;
      readonly detail: unknown;
      readonly at: number;
    }
  | { readonly status: 'cancelled'; readonly at: number };

export function closingOf(at: number, command: Command): Closing | undefined {
  const { completeWorkflowExecution, failWorkflowExecution, cancelWorkflowExecution } = command;
  if (completeWorkflowExecution) {
    const { result } = completeWorkflowExecution;
    return { status: 'completed', result: result ? valueOf(result) : undefined, at };
  }
  if (failWorkflowExecution) {
    const { applicationFailureInfo } = failWorkflowExecution.failure ?? {};
    const [detail] = applicationFailureInfo?.details?.payloads ?? [];
    const type = applicationFailureInfo?.type ?? 'unknown';
    return {
      ...{ status: 'failed', type, at },
      detail: detail === undefined ? undefined : valueOf(detail),
    };
  }
  return cancelWorkflowExecution ? { status: 'cancelled', at } : undefined;
}

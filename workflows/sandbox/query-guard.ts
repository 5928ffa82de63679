/**
 * A query can poison a cached run (SDK Core, seen in @temporalio/core-bridge 1.24.0). One that comes while
 * no workflow task is pending is answered by whichever worker has it, and a worker that has not cached the
 * run replays the history for it: what has come since the last completed task is applied too, and the
 * commands that this makes are kept, unsent, for the next task. They then stand in another order than a
 * replay makes them, so that no worker can replay the history any more, or a waiting update is lost.
 *
 * An instance that began by replay may be such a one, and cannot know. So the first task after a query
 * fails on it: Core drops the instance, and the next attempt replays afresh. From a worker's restart on, each
 * query that a task follows costs one failed task, which is why no program of ours asks by query.
 *
 * Needed while `test/worker/query-guard` sees the fault without it; docs/upstream/ has the report.
 */
import type { WorkflowInterceptors, WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** How Core names a query that comes outside a workflow task. */
const LEGACY_QUERY = 'legacy_query';

/** Not a Temporal failure: that would end the run, where this fails its task. */
class QueriedBeforeTask extends Error {
  override readonly name = 'QueriedBeforeTask';
}

export const interceptors: WorkflowInterceptorsFactory = (): WorkflowInterceptors => {
  /** It began by replay, and something has happened to it that was none. */
  let doubtful = false;
  /** Whether its first activation was a replay. */
  let replayed: boolean | undefined;
  let asked = false;
  return {
    internals: [
      {
        activate(input, next) {
          const { jobs, isReplaying } = input.activation;
          const queries = (jobs ?? []).filter(({ queryWorkflow }) => Boolean(queryWorkflow));
          replayed ??= isReplaying === true;
          if (queries.length < (jobs ?? []).length) {
            if (asked)
              throw new QueriedBeforeTask('A query came before this task: it is replayed.');
            doubtful ||= replayed && isReplaying !== true;
          } else if (queries.some((job) => job.queryWorkflow?.queryId === LEGACY_QUERY)) {
            asked ||= doubtful;
          }
          return next(input);
        },
      },
    ],
  };
};

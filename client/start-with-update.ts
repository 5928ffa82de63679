import {
  type Client,
  type WorkflowClient,
  WithStartWorkflowOperation,
  type WorkflowStartOptions,
} from '@temporalio/client';

export interface FirstUpdate {
  readonly name: string;
  readonly argument: unknown;
  readonly updateId: string;
}

/**
 * One request that starts a run and delivers an update to it. It returns once a worker has taken the update;
 * the run has started before that.
 *
 * Where the newest run under the workflow id knows the update's id, Temporal starts nothing, whatever the
 * conflict policy is, and answers as if it had: also where that run has ended. What the answer says of it is
 * not among what the SDK returns, so it is read from the answer itself.
 *
 * @returns the new run's id; `undefined` where nothing was started
 * @throws WorkflowExecutionAlreadyStartedError where another run is open
 */
export async function startWithUpdate(
  { workflow }: Client,
  workflowType: string,
  options: WorkflowStartOptions,
  { name, argument, updateId }: FirstUpdate,
): Promise<string | undefined> {
  let started: boolean | undefined;
  const { workflowService } = workflow;
  type Service = typeof workflowService;
  type Request = Parameters<Service['executeMultiOperation']>[0];
  const executeMultiOperation = async (request: Request) => {
    const response = await workflowService.executeMultiOperation(request);
    // Until a worker comes the SDK sends the same again, which starts no second run.
    started ??= response.responses[0]?.startWorkflow?.started === true;
    return response;
  };
  const service = Object.create(workflowService, {
    executeMultiOperation: { value: executeMultiOperation },
  }) as Service;
  const client = Object.create(workflow, { workflowService: { value: service } }) as WorkflowClient;
  const handle = await client.startUpdateWithStart(name, {
    args: [argument],
    updateId,
    waitForStage: 'ACCEPTED',
    startWorkflowOperation: new WithStartWorkflowOperation(workflowType, {
      ...options,
      workflowIdConflictPolicy: 'FAIL',
    }),
  });
  return started === true ? handle.workflowRunId : undefined;
}

/** What of a task the history keeps, and how much room it takes there. */
import proto from '@temporalio/proto';
import type { Command, Job } from './sandbox.ts';

/** How long the history was when a task began. */
export interface Recorded {
  readonly events: number;
  readonly bytes: number;
}

const { workflow_activation: activation, workflow_commands: commands } = proto.coresdk;

/** Answers to queries and rejected updates are no events. */
export function isRecorded(command: Command): boolean {
  return !command.respondToQuery && !command.updateResponse?.rejected;
}

export function sizeOf(job: Job): number {
  return activation.WorkflowActivationJob.encode(job).finish().length;
}

export function bytesOf(command: Command): string {
  return Buffer.from(commands.WorkflowCommand.encode(command).finish()).toString('hex');
}

import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { callServer } from '../../client/temporal-call.ts';

// A CommonJS package whose names Node does not see.
const { ArchivalState } = proto.temporal.api.enums.v1;

/** What a deletion in Temporal does not reach: where it is, what it is, and what to do. */
export interface Remainder {
  readonly where: string;
  readonly what: string;
  readonly todo: string;
}

/** Whether ended executions of the client's namespace are archived. @throws EnrollmentError */
export async function isArchiving(client: Client, workflowId: string): Promise<boolean> {
  const { namespace } = client.options;
  const { config } = await callServer({ client, workflowId, what: 'describe namespace' }, () =>
    client.workflowService.describeNamespace({ namespace }),
  );
  const enabled = ArchivalState.ARCHIVAL_STATE_ENABLED;
  return config?.historyArchivalState === enabled || config?.visibilityArchivalState === enabled;
}

export function remainders(archiving: boolean): readonly Remainder[] {
  return [
    {
      where: 'Auth0',
      what: 'the user, factors and authenticators, and the tenant’s own logs',
      todo: 'delete the user there; its logs end by your plan’s retention',
    },
    {
      where: 'Temporal’s archive',
      what: archiving
        ? 'histories of ended executions: archival is ON in this namespace'
        : 'nothing now: archival is off in this namespace',
      todo: archiving ? 'delete them where it archives to' : 'nothing, unless it was on before',
    },
    {
      where: 'Temporal’s database',
      what: 'backups, and pages and logs of the database that are not overwritten yet',
      todo: 'let backups rotate; VACUUM where it must be at once',
    },
    {
      where: 'logs',
      what: 'workflow ids, in lines of workers, the codec server and Temporal itself',
      todo: 'let them rotate where you send them',
    },
    {
      where: 'your own systems',
      what: 'what started the enrollment and what was told of its result',
      todo: 'erase it there',
    },
  ];
}

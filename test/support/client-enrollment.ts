import {
  type Enrollment,
  EnrollmentClient,
  type EnrollmentClientOptions,
} from '@durable-mfa/client';
import type { Factor } from '../../workflows/contract/enroll-mfa.ts';
import { PHONE_NUMBER, type World } from './world.ts';

/** The client of this world's tenant. */
export function clientOf(
  { client, tenant, taskQueue }: World,
  options: Partial<EnrollmentClientOptions> = {},
): EnrollmentClient {
  return new EnrollmentClient({ client, tenant, taskQueue, ...options });
}

/** What starts an enrollment of the world's user. */
export function inputOf({ user }: World) {
  return { userId: user.userId, phoneNumber: PHONE_NUMBER, requestedBy: 'test' };
}

/** An enrollment of the world's user as an application sees it. */
export async function startEnrollment(
  world: World,
  factors?: readonly Factor[],
): Promise<Enrollment> {
  const input = { ...inputOf(world), ...(factors !== undefined && { factors }) };
  return (await clientOf(world).start(input)).enrollment;
}

/** The code of the newest text to the world's number. */
export function newestCode({ emulator }: World): string {
  const message = emulator.inbox.messages(PHONE_NUMBER).at(-1);
  if (message === undefined) throw new Error('No text has arrived.');
  return message.code;
}

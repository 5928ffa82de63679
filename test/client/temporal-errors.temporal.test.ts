import { describe, expect, it } from '@jest/globals';
import * as sdkClient from '@temporalio/client';
import * as sdkCommon from '@temporalio/common';
import { Enrollment, EnrollmentError, type EnrollmentErrorCode } from '@durable-mfa/client';
import { clientOf, inputOf } from '../support/client-enrollment.ts';
import { createWorld, PHONE_NUMBER, type World } from '../support/world.ts';

/**
 * Every error class that the SDK exports, and what a caller gets where a description meets it. A class that a
 * new SDK brings fails here until somebody has decided what it means.
 */
const BY_CLASS: Readonly<Record<string, EnrollmentErrorCode>> = {
  // A description shows that the run is open.
  WorkflowNotFoundError: 'not-taken',
  QueryRejectedError: 'unexpected',
  NamespaceNotFoundError: 'temporal-refused',
  QueryNotRegisteredError: 'unexpected',
  WorkflowUpdateFailedError: 'unexpected-answer',
  WorkflowUpdateRPCTimeoutOrCancelledError: 'no-answer-yet',
  CancelledFailure: 'temporal-unavailable',
  IllegalStateError: 'connection-closed',
  ValueError: 'unreadable-answer',
  PayloadConverterError: 'unreadable-answer',
  ExternalStorageNotConfiguredError: 'unreadable-answer',
  // With a status or another cause it is what that is.
  ServiceError: 'unexpected',
  // `start` and `result` know these two before anybody else does.
  WorkflowExecutionAlreadyStartedError: 'unexpected',
  WorkflowFailedError: 'unexpected',
  // Of what this library does not use.
  WorkflowContinuedAsNewError: 'unexpected',
  TemporalFailure: 'unexpected',
  ServerFailure: 'unexpected',
  ApplicationFailure: 'unexpected',
  TerminatedFailure: 'unexpected',
  TimeoutFailure: 'unexpected',
  ActivityFailure: 'unexpected',
  ChildWorkflowFailure: 'unexpected',
  NexusOperationFailure: 'unexpected',
  CompleteAsyncError: 'unexpected',
  ActivityCancelledError: 'unexpected',
  ActivityCompletionError: 'unexpected',
  ActivityExecutionAlreadyStartedError: 'unexpected',
  ActivityExecutionFailedError: 'unexpected',
  ActivityNotFoundError: 'unexpected',
  ActivityPausedError: 'unexpected',
  ActivityResetError: 'unexpected',
  BuildIdNotFoundError: 'unexpected',
  NexusOperationAlreadyStartedError: 'unexpected',
  NexusOperationFailureError: 'unexpected',
  NexusOperationNotFoundError: 'unexpected',
  ScheduleAlreadyRunning: 'unexpected',
  ScheduleNotFoundError: 'unexpected',
};

type ErrorClass = new (...given: never[]) => Error;

function isErrorClass(exported: unknown): exported is ErrorClass {
  return typeof exported === 'function' && exported.prototype instanceof Error;
}

const CLASSES: ReadonlyMap<string, ErrorClass> = new Map(
  [...Object.entries(sdkClient), ...Object.entries(sdkCommon)].flatMap(([name, exported]) =>
    isErrorClass(exported) ? [[name, exported]] : [],
  ),
);

/** What an SDK error may quote, and ours may not. */
const PERSONAL = `no such thing: ${PHONE_NUMBER}`;

/** Made without its constructor, for each wants something else. */
function errorOf(found: ErrorClass): Error {
  return Reflect.construct(Error, [PERSONAL], found);
}

/** gRPC's own shape of an error. */
function grpcError(code: number, details = 'said by the server'): Error {
  return Object.assign(new Error(`${code}: ${details}`), { code, details, metadata: {} });
}

/** The enrollment of a world, through a client in which every call of the SDK ends like this. */
function failing({ client, namespace }: World, workflowId: string, error: Error): Enrollment {
  const fail = () => Promise.reject(error);
  const calls = { signal: fail, describe: fail, startUpdate: fail };
  const { connection } = client;
  const broken = new sdkClient.Client({
    ...{ connection, namespace, interceptors: { workflow: [calls] } },
  });
  return new Enrollment({ client: broken, workflowId });
}

async function thrown(call: Promise<unknown>): Promise<EnrollmentError> {
  const error: unknown = await call.then(
    () => 'nothing',
    (reason: unknown) => reason,
  );
  if (!(error instanceof EnrollmentError)) throw new Error(`It threw ${String(error)}.`);
  expect(error.message).not.toContain(PHONE_NUMBER);
  expect(error.message).toMatch(/\.$/);
  return error;
}

const CODE = { challenge: 1, code: '123456' };
const KEY = { idempotencyKey: 'request-1' };

/** By gRPC's numbers: of a description, an update and a signal. */
const BY_STATUS: readonly (readonly [number, string, string, string, string])[] = [
  [1, 'CANCELLED', 'temporal-unavailable', 'no-answer-yet', 'temporal-unavailable'],
  [2, 'UNKNOWN', 'temporal-unavailable', 'temporal-unavailable', 'temporal-unavailable'],
  [3, 'INVALID_ARGUMENT', 'temporal-refused', 'temporal-refused', 'temporal-refused'],
  [4, 'DEADLINE_EXCEEDED', 'temporal-unavailable', 'no-answer-yet', 'temporal-unavailable'],
  [5, 'NOT_FOUND', 'temporal-refused', 'temporal-refused', 'temporal-refused'],
  [6, 'ALREADY_EXISTS', 'temporal-refused', 'temporal-refused', 'temporal-refused'],
  [7, 'PERMISSION_DENIED', 'temporal-refused', 'temporal-refused', 'temporal-refused'],
  [8, 'RESOURCE_EXHAUSTED', 'temporal-unavailable', 'temporal-unavailable', 'temporal-unavailable'],
  [9, 'FAILED_PRECONDITION', 'temporal-refused', 'not-taken', 'temporal-refused'],
  [10, 'ABORTED', 'temporal-unavailable', 'temporal-unavailable', 'temporal-unavailable'],
  [11, 'OUT_OF_RANGE', 'temporal-refused', 'temporal-refused', 'temporal-refused'],
  [12, 'UNIMPLEMENTED', 'temporal-refused', 'temporal-refused', 'temporal-refused'],
  [13, 'INTERNAL', 'temporal-unavailable', 'temporal-unavailable', 'temporal-unavailable'],
  [14, 'UNAVAILABLE', 'temporal-unavailable', 'temporal-unavailable', 'temporal-unavailable'],
  [15, 'DATA_LOSS', 'temporal-unavailable', 'temporal-unavailable', 'temporal-unavailable'],
  [16, 'UNAUTHENTICATED', 'temporal-refused', 'temporal-refused', 'temporal-refused'],
  // One that gRPC does not have yet.
  [17, 'UNKNOWN', 'temporal-unavailable', 'temporal-unavailable', 'temporal-unavailable'],
];

describe('what the SDK throws', () => {
  it('is decided class by class', () => {
    expect([...CLASSES.keys()].toSorted()).toEqual(Object.keys(BY_CLASS).toSorted());
  });

  it('becomes an error of ours, whichever class it is of', async () => {
    await using world = await createWorld({ worker: false });
    const { workflowId } = (await clientOf(world).start(inputOf(world))).enrollment;
    for (const [name, found] of CLASSES) {
      const enrollment = failing(world, workflowId, errorOf(found));
      const { code } = await thrown(enrollment.progress());
      expect({ name, code }).toEqual({ name, code: BY_CLASS[name] });
      await thrown(enrollment.submitCode(CODE));
      await thrown(enrollment.recoveryCodeSaved());
    }
    for (const other of [new TypeError(PERSONAL), new SyntaxError(PERSONAL), new Error(PERSONAL)]) {
      await thrown(failing(world, workflowId, other).progress());
    }
  });

  it('becomes an error of ours by its status, wrapped or not, that says how to ask again', async () => {
    await using world = await createWorld({ worker: false });
    const { workflowId } = (await clientOf(world).start(inputOf(world))).enrollment;
    for (const [number, status, ofDescription, ofUpdate, ofSignal] of BY_STATUS) {
      const raw = grpcError(number);
      for (const error of [raw, new sdkClient.ServiceError('x', { cause: raw })]) {
        const enrollment = failing(world, workflowId, error);
        const update = await thrown(enrollment.submitCode(CODE, KEY));
        const codes = [
          (await thrown(enrollment.progress())).code,
          update.code,
          (await thrown(enrollment.recoveryCodeSaved())).code,
        ];
        expect({ status, codes }).toEqual({ status, codes: [ofDescription, ofUpdate, ofSignal] });
        if (update.code !== 'temporal-refused') expect(update).toMatchObject(KEY);
        else expect(update).toMatchObject({ status });
      }
    }
  });

  it('of an update that its worker has not run is told as not taken', async () => {
    await using world = await createWorld({ worker: false });
    const { workflowId } = (await clientOf(world).start(inputOf(world))).enrollment;
    for (const type of ['UnprocessedUpdate', 'PayloadKeyMissing']) {
      const cause = sdkCommon.ApplicationFailure.nonRetryable(PERSONAL, type);
      const error = new sdkClient.WorkflowUpdateFailedError('x', cause);
      const { code, message } = await thrown(
        failing(world, workflowId, error).submitCode(CODE, KEY),
      );
      expect({ code, message }).toMatchObject({
        code: 'not-taken',
        message: expect.stringContaining('ask again with idempotencyKey request-1'),
      });
    }
  });

  it('of a closed connection is told as that', async () => {
    await using world = await createWorld({ worker: false });
    const enrollments = clientOf(world);
    const { enrollment } = await enrollments.start(inputOf(world));
    await world.client.connection.close();
    for (const call of [
      enrollment.progress(),
      enrollment.submitCode(CODE),
      enrollment.recoveryCodeSaved(),
      enrollment.result(),
      enrollments.start(inputOf(world)),
    ]) {
      expect(await thrown(call)).toMatchObject({ code: 'connection-closed' });
    }
  });
});

import { isGrpcServiceError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';

/** By gRPC's numbers, from 0 on (grpc.io, "Status codes and their use in gRPC"). */
const NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

export type GrpcStatusName = (typeof NAMES)[number];

const BY_NUMBER: readonly (GrpcStatusName | undefined)[] = NAMES;

/** What Temporal, or the channel to it, answered in place of a result. */
export interface GrpcStatus {
  readonly name: GrpcStatusName;
  readonly details: string;
}

/** Of an error, or of the one that the SDK has wrapped; `undefined`: it is none of gRPC's. */
export function grpcStatus(error: unknown): GrpcStatus | undefined {
  for (const candidate of [error, causeOf(error)]) {
    // How the SDK says it of a call from within an activity.
    if (candidate instanceof CancelledFailure) return { name: 'CANCELLED', details: '' };
    if (!isGrpcServiceError(candidate)) continue;
    const name = BY_NUMBER[candidate.code] ?? 'UNKNOWN';
    return { name, details: candidate.details };
  }
  return undefined;
}

export function causeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
}

import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import {
  ApplicationFailure,
  defaultPayloadConverter,
  type FailureConverter,
} from '@temporalio/common';
import { FAILURE_CONVERTER_PATH } from '../../../temporal/encryption/encryption-plugin.ts';
import type { FailureReason, FaultReason } from '../../../workflows/contract/enroll-mfa.ts';

/** As the SDK loads it: by path, with `require`. */
const { failureConverter, READABLE_TYPES } = createRequire(import.meta.url)(
  FAILURE_CONVERTER_PATH,
) as { failureConverter: FailureConverter; READABLE_TYPES: readonly string[] };

const REASONS: Record<FailureReason | FaultReason, true> = {
  'invalid-input': true,
  'configuration-fault': true,
  'unexpected-response': true,
  'too-many-messages': true,
  'no-sends-left': true,
  'no-number-changes-left': true,
};

function sent(type: string) {
  const error = ApplicationFailure.nonRetryable('what it says', type, { a: 'detail' });
  return failureConverter.errorToFailure(error, defaultPayloadConverter);
}

describe('failure converter', () => {
  it('leaves the message of a failure that ends or parks an enrollment readable, without its stack', () => {
    expect([...READABLE_TYPES].sort()).toEqual(Object.keys(REASONS).sort());
    for (const type of READABLE_TYPES) {
      expect(sent(type)).toMatchObject({ message: 'what it says', stackTrace: '' });
      expect(sent(type).encodedAttributes).toBeUndefined();
    }
  });

  it('leaves readable why the guard against queries has failed a task', () => {
    expect(sent('QueriedBeforeTask')).toMatchObject({ message: 'what it says', stackTrace: '' });
  });

  it('leaves nothing readable of one that another error caused', () => {
    const cause = new Error('a number');
    const error = ApplicationFailure.create({ type: 'invalid-input', message: 'a name', cause });
    const failure = failureConverter.errorToFailure(error, defaultPayloadConverter);
    expect(failure).toMatchObject({
      message: 'Encoded failure',
      cause: { message: 'Encoded failure' },
    });
  });

  it.each(['malformed', 'wrong-code', 'Error', ''])('puts any other into a payload: %s', (type) => {
    const failure = sent(type);
    expect(failure).toMatchObject({ message: 'Encoded failure', stackTrace: '' });
    const read = failureConverter.failureToError(failure, defaultPayloadConverter);
    expect(read.message).toBe('what it says');
  });
});

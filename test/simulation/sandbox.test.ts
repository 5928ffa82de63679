import { describe, expect, it } from '@jest/globals';
import { internals } from './sandbox.ts';

const sentence = (what: string) =>
  `This release of @temporalio/worker has moved ${what}: mend test/simulation/sandbox.ts.`;

describe('the sandbox of the SDK', () => {
  it('is where this release of the SDK keeps it', () => {
    expect(Object.keys(internals())).toHaveLength(3);
  });

  it('says in a sentence that a release has moved a module of it', () => {
    const moved = () => {
      throw new Error('not found');
    };
    expect(() => internals(moved)).toThrow(sentence('lib/workflow/reusable-vm.js'));
  });

  it.each([
    ['ReusableVMWorkflowCreator', {}],
    ['parseWorkflowCode', { ReusableVMWorkflowCreator: { create: () => undefined } }],
    [
      'globalHandlers',
      {
        ReusableVMWorkflowCreator: { create: () => undefined },
        parseWorkflowCode: () => undefined,
      },
    ],
  ])('says in a sentence that a release has moved %s', (name, module) => {
    expect(() => internals(() => module)).toThrow(sentence(name));
  });
});

import { describe, expect, it } from '@jest/globals';
import { FACTOR_CALLS } from '../../activities/factors.ts';
import {
  DEFAULT_PLAN,
  FACTOR_DEFINITIONS,
  type FactorDefinition,
  FACTORS,
} from '../../workflows/contract/factors.ts';

/** Fields without which a definition would still be one. */
type Undecided = {
  [Field in keyof FactorDefinition]: Omit<FactorDefinition, Field> extends FactorDefinition
    ? Field
    : never;
}[keyof FactorDefinition];

describe('a factor', () => {
  it('does not compile before each of its fields is decided', () => {
    // Held by tsc: a field that may be left out has a name, and no name is a `never`.
    const nothingIsUndecided: [Undecided] extends [never] ? true : false = true;
    expect(nothingIsUndecided).toBe(true);
  });

  it.each(['phase', 'action', 'signal'] as const)('has a %s of its own', (word) => {
    const words = FACTORS.map((factor) => FACTOR_DEFINITIONS[factor][word]);
    expect(new Set<string>(words).size).toBe(FACTORS.length);
  });

  it('is the same to the flow and to the activities', () => {
    expect(Object.keys(FACTOR_CALLS).sort()).toEqual([...FACTORS].sort());
  });

  it('comes into a plan that names none only by a decision', () => {
    expect(DEFAULT_PLAN).toEqual(['sms', 'totp']);
  });
});

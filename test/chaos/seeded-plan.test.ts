import { describe, expect, it } from '@jest/globals';
import type { Plan } from './plan.ts';
import { seededPlan } from './seeded-plan.ts';

const PLANS = Array.from({ length: 500 }, (_, seed) => seededPlan(seed));

function drawn(what: (plan: Plan) => readonly string[]): readonly string[] {
  return [...new Set(PLANS.flatMap(what))].sort();
}

describe('a seed', () => {
  it('gives the same plan each time, and another one than its neighbour', () => {
    const texts = PLANS.map((plan) => JSON.stringify(plan));
    expect(PLANS.map((_plan, seed) => JSON.stringify(seededPlan(seed)))).toEqual(texts);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('gives a plan that says how it is played again', () => {
    expect(seededPlan(123)).toMatchObject({ name: 'seed 123', replay: '--seed 123' });
  });

  it('can draw everything that is known to go wrong', () => {
    expect(drawn(({ kills }) => kills.map(({ what }) => what))).toEqual(['server', 'worker']);
    expect(drawn(({ asides }) => asides.map(({ send }) => send))).toHaveLength(13);
    expect(drawn(({ quirks }) => quirks.map(({ how }) => how))).toHaveLength(6);
    const kinds = ({ action, when }: Plan['faults'][number]) =>
      `${when} ${typeof action === 'string' ? action : Object.keys(action).join()}`;
    expect(drawn(({ faults }) => faults.map(kinds))).toEqual([
      'after delayMs',
      'after drop',
      'after status',
      'before delayMs',
      'before drop',
      'before status',
      'before status,body,headers',
    ]);
  });

  it('has Auth0 turn away only what it does not do', () => {
    const limited = PLANS.flatMap(({ faults }) => faults).filter(
      ({ action }) => typeof action === 'object' && 'status' in action && action.status === 429,
    );
    expect(limited.length).toBeGreaterThan(0);
    expect(limited.filter(({ when }) => when !== 'before')).toEqual([]);
  });
});

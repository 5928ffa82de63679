/** Faults put into the service's own code, one at a time: each must be noticed (`main.ts`). */
export interface Mutant {
  readonly name: string;
  /** The invariant that it breaks. */
  readonly breaks: `I${number}`;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Tests that notice it where chaos cannot. */
  readonly tests: readonly string[];
}

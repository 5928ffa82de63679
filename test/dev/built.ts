import { requiredVariable } from '../support/required-variable.ts';

/** Each worker of a stack would build the same bundle; that it does is shown by one demo. */
export function built(): Readonly<Record<string, string>> {
  return { MFA_WORKFLOW_BUNDLE: requiredVariable('WORKFLOW_BUNDLE') };
}

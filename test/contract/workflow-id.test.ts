import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';

const README = new URL('../../workflows/contract/README.md', import.meta.url);

/** The rows `| tenant | user id | workflow id |` of the README's table. */
function vectors(): [tenant: string, userId: string, workflowId: string][] {
  const row = /^\| `([^`]+)` +\| `([^`]+)` +\| `(enroll-mfa\/[^`]+)` +\|$/gm;
  return [...readFileSync(README, 'utf8').matchAll(row)].map(
    ([, tenant = '', userId = '', workflowId = '']) => [
      tenant,
      userId.replaceAll('\\|', '|'),
      workflowId,
    ],
  );
}

describe('the workflow id', () => {
  it('has test vectors of both kinds in the README', () => {
    const ids = vectors().map(([, , workflowId]) => workflowId);
    expect(ids.filter((id) => id.includes('%7C')).length).toBeGreaterThanOrEqual(3);
    expect(ids.filter((id) => id.includes('/h-')).length).toBeGreaterThanOrEqual(3);
  });

  it.each(vectors())('of %s and %s is %s', (tenant, userId, workflowId) => {
    expect(enrollMfaWorkflowId(tenant, userId)).toBe(workflowId);
  });

  it.each([
    ['an address', 'ad|acme|jane@acme.example'],
    ['a name', 'samlp|acme|Jane Doe'],
    ['a long id', `auth0|${'a'.repeat(65)}`],
    ['a slash', 'auth0|a/b'],
    ['no connection', 'jane'],
  ])('shows nothing of a user id with %s', (_what, userId) => {
    const user = enrollMfaWorkflowId('example.eu.auth0.com', userId).split('/').at(-1);
    expect(user).toMatch(/^h-[A-Za-z0-9_-]{43}$/);
  });
});

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
    ['a name in a database of the tenant’s own', 'auth0|janedoe'],
    ['a number in one', 'auth0|4155550123'],
    ['a number, without a password', 'sms|4155550123'],
    ['a number with its plus', 'sms|+14155550123'],
    ['an address, without a password', 'email|jane@acme.example'],
    ['a name at GitHub', 'github|janedoe'],
    ['a name at Google', 'google-oauth2|jane.doe'],
    ['digits at a connection that numbers nobody', 'linkedin|4155550123'],
    ['digits at a connection of the tenant’s own', 'oauth2|phones|4155550123'],
    ['23 hex digits', 'auth0|5f7c8ec7c33c6c004bbafe8'],
    ['25 hex digits', 'auth0|5f7c8ec7c33c6c004bbafe821'],
    ['hex digits in capitals', 'auth0|5F7C8EC7C33C6C004BBAFE82'],
    ['24 letters', 'auth0|janedoejanedoejanedoejan'],
    ['something after the digits', 'auth0|5f7c8ec7c33c6c004bbafe82\n'],
    ['something before the connection', 'x\nauth0|5f7c8ec7c33c6c004bbafe82'],
    ['other digits', `google-oauth2|${'١'.repeat(21)}`],
  ])('shows nothing of a user id with %s: %j', (_what, userId) => {
    const user = enrollMfaWorkflowId('example.eu.auth0.com', userId).split('/').at(-1);
    expect(user).toMatch(/^h-[A-Za-z0-9_-]{43}$/);
  });
});

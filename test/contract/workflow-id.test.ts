import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { enrollMfaWorkflowId, userIdProblem } from '../../workflows/contract/workflow-id.ts';

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
    ['a number at GitHub', 'github|4155550123'],
    ['more digits than GitHub has', 'github|115015401343387192604'],
    ['a number at Google', 'google-oauth2|14155550123'],
    ['a number at X', 'twitter|447400123456'],
    ['as many digits as a number can have', 'facebook|123456789012345'],
    ['a number after the way abroad', 'google-oauth2|00441234567890123'],
    ['a number after another way abroad', 'google-oauth2|011441234567890123'],
    ['more digits than any provider has', `google-oauth2|${'1'.repeat(33)}`],
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

describe('what is given as a user id', () => {
  it.each([...['auth0%7Cx', 'auth0%7cx', 'auth0%257Cx', 'google-oauth2%7C115015401343387192604']])(
    'is told to be percent-encoded: %s',
    (text) => {
      expect(userIdProblem(text)).toMatch(
        /^is percent-encoded; give it as Auth0 shows it, with \|/,
      );
    },
  );

  it.each([
    ...['auth0&#124;x', 'auth0&#0124;x', 'auth0&#x7C;x', 'auth0&#x7c;x', 'auth0&amp;#124;x'],
    ...['auth0&vert;x', 'auth0&verbar;x', 'auth0&VerticalLine;x', 'auth0\\u007cx', 'auth0\\x7Cx'],
    ...['auth0｜x', 'auth0¦x', 'auth0∣x', 'auth0│x', 'auth0ǀx', 'auth0￨x', 'auth0❘x'],
  ])('is told to have another bar: %s', (text) => {
    expect(userIdProblem(text)).toBe(
      'has another mark in place of its bar; give it as Auth0 shows it, with | (U+007C)',
    );
  });

  it.each([
    ...[
      'auth0|5f7c8ec7c33c6c004bbafe82',
      'x',
      'auth0|a&#124;b',
      'auth0|50%7C',
      'samlp|acme|Jane ¦ Doe',
    ],
    ...['auth0|!@£$%^&*()+}{:;|P9', 'ad|acme|a\\u007cb'],
  ])('is taken where it is one: %s', (text) => {
    expect(userIdProblem(text)).toBeUndefined();
  });

  it.each([' auth0|x', 'auth0|x\u200b', '\u0000auth0|x', 'auth0|x\u2800'])(
    'is told to have something around it: %j',
    (text) => {
      expect(userIdProblem(text)).toMatch(/^begins or ends with white space or an invisible mark/);
    },
  );
});

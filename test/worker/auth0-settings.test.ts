import { describe, expect, it } from '@jest/globals';
import { readAuth0 } from '../../worker/auth0-settings.ts';
import { Environment } from '../../worker/environment.ts';

const DOMAIN = 'example.eu.auth0.com';

/** What is read, and each problem as a line. */
async function read(env: Readonly<Record<string, string>>) {
  const environment = new Environment({ AUTH0_DOMAIN: DOMAIN, AUTH0_CLIENT_ID: 'client', ...env });
  const { domain, issuer, audience } = await readAuth0(environment);
  const problems = environment.problems.map(
    ({ variable, rule, remedy }) => `${variable} ${rule}. ${remedy}.`,
  );
  return { read: [domain, issuer.href, audience], problems };
}

describe('the worker’s settings of Auth0', () => {
  it.each([
    [{}, [DOMAIN, `https://${DOMAIN}/`, `https://${DOMAIN}/mfa/`]],
    [
      { AUTH0_ISSUER: 'https://login.example.com/' },
      [DOMAIN, 'https://login.example.com/', 'https://login.example.com/mfa/'],
    ],
    [
      { AUTH0_DOMAIN: 'login.example.com', AUTH0_AUDIENCE: `https://${DOMAIN}/mfa/` },
      ['login.example.com', 'https://login.example.com/', `https://${DOMAIN}/mfa/`],
    ],
    [
      { AUTH0_DOMAIN: '127.0.0.1:4700', AUTH0_ISSUER: 'http://127.0.0.1:4700/' },
      ['127.0.0.1:4700', 'http://127.0.0.1:4700/', 'http://127.0.0.1:4700/mfa/'],
    ],
  ])('take %j', async (env, expected) => {
    expect(await read(env)).toEqual({ read: expected, problems: [] });
  });

  it.each([
    ...[`https://${DOMAIN}/mfa`, `https://${DOMAIN}/`, `https://${DOMAIN}/api/v2/`, 'urn:mfa'],
    ...[`http://${DOMAIN}/mfa/`, `https://${DOMAIN}/mfa/?a`, `https://a@${DOMAIN}/mfa/`, DOMAIN],
    `https://${DOMAIN}/mfa/#`,
  ])(
    'refuse the audience %s, with which every login would be for another API',
    async (audience) => {
      expect((await read({ AUTH0_AUDIENCE: audience })).problems).toEqual([
        'AUTH0_AUDIENCE must be an https: URL (http: only on loopback) of a host in lower case, without user, ' +
          'query and fragment, whose path is /mfa/ to the letter, the slash at its end included. Leave it out for ' +
          '{AUTH0_ISSUER}mfa/; behind a custom domain it is https://{the tenant’s own domain}/mfa/.',
      ]);
    },
  );

  it.each([
    ...[`https://${DOMAIN}/?a=b`, `https://${DOMAIN}/#a`, `https://user:password@${DOMAIN}/`],
    ...[`https://${DOMAIN}`, `https://${DOMAIN}/oauth/`, `http://${DOMAIN}/`, 'https://a..b/', 'x'],
  ])('refuse the issuer %s', async (issuer) => {
    expect((await read({ AUTH0_ISSUER: issuer })).problems).toEqual([
      'AUTH0_ISSUER must be an https: URL (http: only on loopback) of a host in lower case, without user, query ' +
        'and fragment, whose path is / alone. Leave it out for https://{AUTH0_DOMAIN}/.',
    ]);
  });

  it.each([
    ...['x:99999', '.a.auth0.com', 'a..b', '-a.b', 'a.auth0.com.', 'a'.repeat(400)],
    ...[`https://${DOMAIN}/`, 'Example.eu.auth0.com', '1.2.3.999'],
  ])('refuse the domain %s', async (domain) => {
    const { read: instead, problems } = await read({ AUTH0_DOMAIN: domain });
    expect(problems).toEqual([
      'AUTH0_DOMAIN must be the Auth0 domain in lower case, without https:// and slashes, such as ' +
        'example.eu.auth0.com. Copy it from the application in the dashboard; an emulator’s is host:port.',
    ]);
    expect(instead).toEqual([
      ...['unset.invalid', 'https://unset.invalid/', 'https://unset.invalid/mfa/'],
    ]);
  });
});

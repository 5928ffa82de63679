import { beforeAll, describe, expect, it } from '@jest/globals';
import { beginLogin } from '@durable-mfa/client/login';
import { HINTS } from '../../workflows/rules/refusals.ts';
import { contentOf } from './markdown.ts';

const LOGIN =
  contentOf('docs/plain-clients.md').split('\n## A login\n')[1]?.split('\n## ')[0] ?? '';
const SESSION = contentOf('activities/session.ts');
const BOT = contentOf('docs/guides/bot.py').split('parameters = {')[1]?.split('}\n')[0] ?? '';

/** `name → value` of the guide's rows, each of which may name several. */
function documented(): ReadonlyMap<string, string> {
  const rows = [...LOGIN.matchAll(/^\| (`[^|]+`) \| (.+) \|$/gm)];
  return new Map(
    rows.flatMap(([, names = '', values = '']) => {
      const spans = [...values.matchAll(/`([^`]+)`/g)].map(([, value = '']) => value);
      return [...names.matchAll(/`(\w+)`/g)].map(([, name = ''], nth) => [name, spans[nth] ?? '']);
    }),
  );
}

let sent: URLSearchParams;
beforeAll(async () => {
  const { url } = await beginLogin({
    issuer: 'https://example.eu.auth0.com/',
    clientId: 'client',
    redirectUri: 'https://bot.example/callback',
  });
  sent = new URL(url).searchParams;
});

describe('the guide’s parameters of a login', () => {
  it('are those that our own client sends, and the bot', () => {
    const names = [...sent.keys()].sort();
    expect([...documented().keys()].sort()).toEqual(names);
    expect([...BOT.matchAll(/^ +"(\w+)":/gm)].map(([, name]) => name).sort()).toEqual(names);
  });

  it.each(['audience', 'response_type', 'code_challenge_method', 'prompt', 'max_age'])(
    'say the value of %s',
    (name) => {
      const value = documented().get(name)?.replace('{tenant}', 'example.eu.auth0.com');
      expect(value).toBe(sent.get(name));
    },
  );

  it('ask for the scopes that the worker needs and our own client asks for, and no more', () => {
    const [, needed = ''] = /^const SCOPES = \[(.+)\];$/m.exec(SESSION) ?? [];
    const mfa = [...needed.matchAll(/'([a-z:]+)'/g)].map(([, scope = '']) => scope);
    expect(mfa).toContain('enroll');
    const scope = ['openid', ...mfa].join(' ');
    expect(sent.get('scope')).toBe(scope);
    expect(documented().get('scope')).toBe(scope);
    expect(BOT).toContain(`"scope": "${scope}"`);
    for (const one of mfa) expect(HINTS['missing-scope']).toContain(one);
  });
});

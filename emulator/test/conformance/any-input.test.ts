/** Bad input to everything that answers: told to the client, never failed at. */
import { describe, expect, it } from '@jest/globals';
import { Bench, CLIENT } from '../bench.ts';
import { Management } from './management.ts';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const LINE_BREAK = 'a\r\nset-cookie: b=c';
const NAMES = [
  ...['grant_type', 'client_id', 'client_secret', 'client_assertion', 'client_assertion_type'],
  ...['mfa_token', 'oob_code', 'binding_code', 'otp', 'recovery_code', 'authenticator_types'],
  ...['oob_channels', 'phone_number', 'email', 'challenge_type', 'authenticator_id', 'state'],
  ...['username', 'password', 'code', 'redirect_uri', 'scope', 'audience', 'token', 'realm'],
  ...['enabled', 'message_types', 'provider', 'id_token_hint', 'refresh_token', 'endpoint', 'when'],
  ...['advanceMs', 'users', 'name', 'lost', 'minutes', 'fate', 'seconds', 'answer', 'id'],
];

function each(value: unknown): string {
  return JSON.stringify(Object.fromEntries(NAMES.map((name) => [name, value])));
}

const BODIES: readonly (readonly [string, string | undefined, string])[] = [
  ['nothing', undefined, ''],
  ['text', 'text/plain', 'hello'],
  ['half of a JSON object', JSON_TYPE, '{"grant_type":'],
  ['an array', JSON_TYPE, '[1]'],
  ['null', JSON_TYPE, 'null'],
  ['numbers', JSON_TYPE, each(1)],
  ['nulls', JSON_TYPE, each(null)],
  ['objects', JSON_TYPE, each({ a: [{}] })],
  ['empty arrays', JSON_TYPE, each([])],
  ['arrays of objects', JSON_TYPE, each([{}])],
  ['line breaks', JSON_TYPE, each(LINE_BREAK)],
  ['names of every object', JSON_TYPE, each('__proto__')],
  ['lone surrogates and zeros', JSON_TYPE, '{"grant_type":"\\ud800","mfa_token":"\\u0000"}'],
  ['long strings', JSON_TYPE, each('x'.repeat(2_000))],
  ['a form of odd signs', FORM_TYPE, '%=%&=&grant_type=%ff&__proto__=1&state=%0d%0aset-cookie:b=c'],
  ['a part of a form', 'multipart/form-data; boundary=x', '--x'],
  ['over 100 KB', JSON_TYPE, JSON.stringify({ pad: 'x'.repeat(100_001) })],
];

const QUERY = `?state=%0d%0aset-cookie:b=c&redirect_uri=%00&client_id=__proto__&returnTo=%ff&page=-1&per_page=x&from=%00&take=1e9&q=(((&sort=x&wait=x&after=x&fields=__proto__`;

/** Of who may do something, by the beginning of the route. */
async function bearersOf(bench: Bench): Promise<Readonly<Record<string, string>>> {
  const { token } = await Management.of(bench);
  return { '/api/v2': token, '/mfa': await bench.mfaToken() };
}

describe('whatever is sent', () => {
  it.each(BODIES)('§3.3 A: %s is never failed at, by any route', async (_what, type, body) => {
    const settings = { requestsPerSecond: 'off', mfaPolicies: ['all-applications'] } as const;
    await using bench = await Bench.open({ control: true, settings });
    const bearers = await bearersOf(bench);
    for (const endpoint of bench.emulator.endpoints) {
      const [method = '', route = ''] = endpoint.split(' ');
      const bearer = Object.entries(bearers).find(([start]) => route.startsWith(start))?.[1];
      const path = route.replaceAll(/:[a-z]+/g, '__proto__');
      const reads = method === 'GET';
      const reply = await bench.send(reads ? `${path}${QUERY}` : path, {
        method,
        headers: {
          ...(type !== undefined && { 'content-type': type }),
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        },
        ...(!reads && body !== '' && { body }),
      });
      expect([endpoint, reply.status < 500]).toEqual([endpoint, true]);
      expect([endpoint, reply.headers.get('set-cookie')]).not.toEqual([endpoint, 'b=c']);
    }
    expect(bench.emulator.inbox.messages()).toEqual([]);
    expect(bench.emulator.authenticators(bench.userId)).toEqual([]);
    expect((await bench.token({ ...CLIENT, grant_type: 'none' })).status).toBe(403);
  });
});

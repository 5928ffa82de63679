import { describe, expect, it } from '@jest/globals';
import { isIssuer, isMfaAudience, isTenant } from '../../workflows/contract/tenant.ts';

const LABEL = 'a'.repeat(63);
/** 253 characters, the most that a host's name has (RFC 1035, section 2.3.4). */
const LONGEST = [LABEL, LABEL, LABEL, 'b'.repeat(61)].join('.');

describe('a tenant', () => {
  it.each([
    ...['example.eu.auth0.com', 'login.example.com', 'xn--mnchen-3ya.example', 'a-b.1.example'],
    ...['127.0.0.1:4747', 'localhost:4747', 'emulator', 'x:1', 'x:65535', `${LABEL}.com`, LONGEST],
  ])('may be called %s', (name) => {
    expect(isTenant(name)).toBe(true);
  });

  it.each([
    ...['', 'https://example.eu.auth0.com', 'example.eu.auth0.com/', 'Example.eu.auth0.com'],
    ...['x:99999', 'x:65536', 'x:0', 'x:', 'x:080', ':4747', 'x:1:2'],
    ...['.a.auth0.com', 'a.auth0.com.', 'a..b', '-a.b', 'a-.b', 'a.-b', 'a.b-', 'a_b.example', '.'],
    ...['a b', 'a.b\n', 'jane@a.b', 'a.b?c', 'a.b#c', 'münchen.example', 'a'.repeat(400)],
    ...[`${LABEL}a.com`, `${LONGEST}c`, '256', '0x7f.1', '1.2.3.999', '127.1', 'xn--a.example'],
    ...['[::1]:4747', '*.example.com', '%61.example'],
  ])('may not be called %j', (name) => {
    expect(isTenant(name)).toBe(false);
  });
});

const HOSTS = ['https://example.eu.auth0.com', 'https://a.example:8443', 'http://127.0.0.1:4700'];
const FOREIGN = [
  ...['example.eu.auth0.com', '//example.eu.auth0.com', 'http://example.eu.auth0.com', 'urn:a.b'],
  ...['https://a..b', 'https://.a.b', 'https://a.b.', 'https://a.b:443', 'https://a.b:99999'],
  ...[
    'https://user@a.b',
    'https://user:password@a.b',
    'https://@a.b',
    'https://A.b',
    'HTTPS://a.b',
  ],
  ...['ftp://a.b', 'http://127.0.0.1.example', 'http://0.0.0.0', 'https:/a.b', 'https://0x7f.1'],
];
const AFTER = ['?', '?a=b', '#', '#a', 'x', '/', '%2F', ' ', '..', ';a'];

describe.each([
  ['an issuer', isIssuer, '/', ['', '/mfa/', '/oauth/', '/./']],
  [
    'an audience',
    isMfaAudience,
    '/mfa/',
    ['', '/', '/mfa', '/MFA/', '//mfa/', '/a/mfa/', '/mfa/x'],
  ],
])('%s', (_what, is, path, otherPaths) => {
  it.each([...HOSTS, 'http://localhost:4700', 'http://[::1]:4700'])(`may be %s${path}`, (host) => {
    expect(is(`${host}${path}`)).toBe(true);
  });

  it.each(otherPaths)('may not have the path %j', (other) => {
    expect(HOSTS.filter((host) => is(`${host}${other}`))).toEqual([]);
  });

  it.each(FOREIGN)(`may not be %s${path}`, (host) => {
    expect(is(`${host}${path}`)).toBe(false);
  });

  it.each(AFTER)(`may not go on after its path with %j`, (after) => {
    expect(HOSTS.filter((host) => is(`${host}${path}${after}`))).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { MarkerSearch } from './markers.ts';

const TEXT = `Fe26.2*a/b+c=d'<x>&"y`;
const search = new MarkerSearch([
  { kind: 'oob code', text: TEXT },
  { kind: 'SMS code', text: '123456' },
]);

const around = (text: string) => [0, 1, 2, 3].map((n) => `${'x'.repeat(n)}${text}${'y'.repeat(n)}`);

describe('the canary finds a marker', () => {
  it.each<[form: string, write: (text: string) => string]>([
    ['raw', (text) => text],
    ['URL-encoded', encodeURIComponent],
    [
      'URL-encoded in lower case',
      (text) => encodeURIComponent(text).replaceAll(/%../g, (code) => code.toLowerCase()),
    ],
    ['in a form', (text) => new URLSearchParams({ text }).toString()],
    ['in base64', (text) => Buffer.from(text).toString('base64')],
    ['in base64url', (text) => Buffer.from(text).toString('base64url')],
    ['in hex', (text) => Buffer.from(text).toString('hex')],
    ['in a buffer’s JSON', (text) => JSON.stringify(Buffer.from(text))],
    ['in a typed array’s JSON', (text) => JSON.stringify(new Uint8Array(Buffer.from(text)))],
    ['in JSON', (text) => JSON.stringify({ text })],
    [
      'in JSON as Go writes it',
      (text) =>
        JSON.stringify(text)
          .replaceAll('&', '\\u0026')
          .replaceAll('<', '\\u003c')
          .replaceAll('>', '\\u003e'),
    ],
  ])('%s, wherever it stands', (_form, write) => {
    for (const text of around(TEXT)) expect(search.kindsIn(write(text))).toEqual(['oob code']);
    for (const text of around('123456')) expect(search.kindsIn(write(text))).toEqual(['SMS code']);
  });

  it('and none in what only has the same digits in it', () => {
    expect(search.kindsIn('1234567 0123456 12345 Fe26.2*ae')).toEqual([]);
  });
});

/**
 * Messages that no client of ours sends, as bytes. Each is broken where it matters, so that the
 * enrollment must be none the worse for it.
 */
import fc from 'fast-check';
import { type RawPayload, type Spoiled, spoiled, type Way } from './sealing.ts';
import { QUERIES, SIGNALS, UPDATES } from '../../workflows/contract/enroll-mfa.ts';

/** Stands in texts of messages, never in a name: no log may have it. */
export const MARKER = 'fuzz-marker-4711';

export interface Message {
  readonly way: Way;
  /** Of the signal, update or query. */
  readonly name: string;
  readonly payloads: readonly (RawPayload | Spoiled)[];
}

const HUGE_CHARACTERS = 100_000;
const DEEP = 500;

const texts = fc.oneof(
  fc.constantFrom(
    '',
    MARKER,
    '１２３４５',
    '12345',
    '1234567',
    '12\u0000456',
    'eyJ.eyJ.x',
    'Fe26.2*x',
    '\ud800',
    '+',
    `\u202e${MARKER}`,
    `'; DROP TABLE x; -- ${MARKER}`,
    '${jndi:ldap://'.concat(MARKER, '}'),
  ),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => `${MARKER}${text}`),
);

const huge = fc.constantFrom('x'.repeat(HUGE_CHARACTERS), '\u{1f511}'.repeat(HUGE_CHARACTERS / 10));

/** JSON text, for an object literal cannot have a key `__proto__` of its own. */
const deep = fc.constantFrom(
  `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`,
  `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`,
);

const keys = fc.constantFrom(
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'toJSON'],
  ...['code', 'challenge', 'codeVerifier', 'redirectUri', 'nonce', 'sealTo', 'accessToken'],
  ...[
    'phoneNumber',
    'deadlineMs',
    'by',
    'reason',
    'tenant',
    'userId',
    'factors',
    'noSuchField',
    '',
  ],
);

/** A value as JSON text. Texts and numbers are never six digits, nor in E.164, nor whole messages. */
const { value } = fc.letrec<{ value: string; object: string; array: string; leaf: string }>(
  (tie) => ({
    leaf: fc.oneof(
      texts.map((text) => JSON.stringify(text)),
      fc.constantFrom('null', 'true', '0', '-0', '1e999', '12345', '9007199254740993', '0.1'),
    ),
    array: fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    object: fc
      .array(fc.tuple(keys, tie('value')), { maxLength: 6 })
      .map((fields) => fields.map(([key, item]) => `${JSON.stringify(key)}:${item}`))
      .map((fields) => `{${fields.join(',')}}`),
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      tie('leaf'),
      tie('object'),
      tie('array'),
    ),
  }),
);

const json = fc.oneof(
  { weight: 20, arbitrary: value },
  { weight: 1, arbitrary: huge.map((text) => JSON.stringify(text)) },
  { weight: 1, arbitrary: huge.map((text) => JSON.stringify({ code: text, challenge: text })) },
  { weight: 2, arbitrary: deep },
  { weight: 1, arbitrary: deep.map((text) => `{"code":${text},"sealTo":${text}}`) },
);

const clear = json.map((text) => ({ encoding: 'json/plain', data: Buffer.from(text) }));

/** A bit is turned, or the end is missing. */
const damaged = fc
  .tuple(json, fc.nat(), fc.nat({ max: 7 }), fc.boolean())
  .map(([text, at, bit, cut]) => {
    const data = Buffer.from(text);
    const place = at % data.length;
    if (cut) return { encoding: 'json/plain', data: data.subarray(0, place) };
    data[place] = (data[place] ?? 0) ^ (1 << bit);
    return { encoding: 'json/plain', data };
  });

const foreign = fc
  .tuple(
    fc.constantFrom(
      '',
      'binary/null',
      'binary/plain',
      'binary/encrypted',
      'binary/key-missing',
      'json/protobuf',
      'no/such',
    ),
    fc.uint8Array({ maxLength: 60 }),
  )
  .map(([encoding, data]) => ({ encoding, data }));

const payload = fc.oneof<fc.MaybeWeightedArbitrary<RawPayload | Spoiled>[]>(
  { weight: 6, arbitrary: clear },
  { weight: 2, arbitrary: damaged },
  { weight: 1, arbitrary: foreign },
  { weight: 6, arbitrary: spoiled(fc.oneof(clear, damaged)) },
);

const payloads = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(payload) },
  { weight: 1, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(payload, { minLength: 2, maxLength: 3 }) },
);

function named(way: Way, names: readonly string[], weight: number) {
  const name = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...names) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('noSuchName', '__proto__', 'constructor', '\u0000', '💥'),
    },
  );
  return { weight, arbitrary: fc.record({ way: fc.constant(way), name, payloads }) };
}

const messages: fc.Arbitrary<Message> = fc.oneof(
  named('signal', Object.values(SIGNALS), 5),
  named('update', Object.values(UPDATES), 3),
  named('query', Object.values(QUERIES), 2),
  {
    weight: 1,
    arbitrary: fc.record({
      way: fc.constant<Way>('start'),
      name: fc.constant('enrollMfa'),
      payloads,
    }),
  },
);

/** The same for the same seed. */
export function drawn(count: number, seed: number): readonly Message[] {
  return fc.sample(messages, { numRuns: count, seed });
}

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { staticDetails, staticSummary } from '../../../client/start-enrollment.ts';
import { messageName, verbatim } from '../../../workflows/contract/markdown.ts';
import { currentDetails, refusedStart } from '../../../workflows/rules/current-details.ts';
import type { EnrollmentEvent } from '../../../workflows/rules/enrollment-events.ts';
import { type EnrollmentState, initialState } from '../../../workflows/rules/enrollment-state.ts';
import { maskPhoneNumber, nextAction } from '../../../workflows/rules/progress-view.ts';
import { transition } from '../../../workflows/rules/transition.ts';

const T0 = Date.UTC(2026, 11, 1, 13, 54, 19, 365);
const HOUR = 3_600_000;
const PHONE_NUMBER = '+14155550123';

function played(...events: readonly EnrollmentEvent[]): EnrollmentState {
  const start = { startedAt: T0, deadlineMs: 24 * HOUR, phoneNumber: PHONE_NUMBER };
  return events.reduce(
    (state, event) => transition(state, event, T0),
    initialState({ ...start, factors: ['sms', 'totp'] }),
  );
}

const SESSION = { accessToken: 'sealed', expiresAt: T0 + 600_000 };
const TEXTED: readonly EnrollmentEvent[] = [
  { type: 'session-opened', session: SESSION },
  { type: 'list-read', foreign: [] },
  { type: 'associating' },
  { type: 'associated', oobCode: 'sealed' },
];
const refused = (message: string, hint = 'Look again.'): EnrollmentEvent => ({
  type: 'refused',
  refusal: { message, refusal: 'unknown-message', hint },
});

/** As the Temporal UI shows it: CommonMark with GitHub's extensions. */
function html(markdown: string): string {
  return micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()] });
}

/** The elements that it is made of, in order. */
function elements(markdown: string): readonly string[] {
  return html(markdown).match(/<[a-z0-9]+/g) ?? [];
}

describe('while it runs', () => {
  it('says what it waits for in words, with times to the second and whole durations', () => {
    const details = currentDetails(played(...TEXTED), T0);
    expect(details).toContain('**awaiting-sms-code** since 2026-12-01 13:54:19 UTC');
    expect(details).toContain('until 2026-12-01 13:59:19 UTC (5 min in all)');
    expect(details).toContain('Ends by 2026-12-02 13:54:19 UTC, 1 d after its start.');
    expect(details).toContain(`texted to ${maskPhoneNumber(PHONE_NUMBER)}`);
    expect(details).not.toMatch(/\d\.\d{3}Z|T\d\d:/);
    expect(details).not.toContain(PHONE_NUMBER);
  });

  it.each([
    [3, '1 attempt left'],
    [2, '2 attempts left'],
  ])('counts: after %s wrong codes %s', (wrong, words) => {
    const codes = Array.from({ length: wrong }, (): EnrollmentEvent => ({ type: 'wrong-code' }));
    expect(currentDetails(played(...TEXTED, ...codes), T0)).toContain(words);
  });

  it('gives a hint only as long as it can be followed', () => {
    const wrongCode: EnrollmentEvent = {
      type: 'refused',
      refusal: { message: 'submitCode', refusal: 'wrong-code', hint: 'Type the newest one.' },
    };
    expect(currentDetails(played(...TEXTED, wrongCode), T0)).toContain('Type the newest one.');
    const closed = played(...TEXTED, wrongCode, { type: 'session-given-up', why: 'test' });
    expect(currentDetails(closed, T0)).toContain('`wrong-code`');
    expect(currentDetails(closed, T0)).not.toContain('Type the newest one.');
  });

  it.each([
    ['smsCode', true],
    ['submitCode', true],
    ['extendDeadline', true],
    ['noSuchSignal', true],
    ['otpCode', false],
    ['loginCompleted', false],
  ])('gives what is wrong with %s only while that message can be sent', (message, given) => {
    const malformed: EnrollmentEvent = {
      type: 'refused',
      refusal: { message, refusal: 'malformed', hint: 'code: must be so.' },
    };
    const details = currentDetails(played(...TEXTED, malformed), T0);
    expect(details.includes('must be so')).toBe(given);
  });

  it('says how long it takes until another code may be asked for', () => {
    expect(currentDetails(played(...TEXTED), T0)).toContain(
      'from 2026-12-01 13:54:49 UTC (30 s later) on (4 left)',
    );
  });
});

describe('at the end', () => {
  const ending = (
    state: EnrollmentState,
    event: Omit<EnrollmentEvent & { type: 'ended' }, 'type'>,
  ) => currentDetails(transition(state, { type: 'ended', ...event }, T0 + HOUR), T0 + HOUR);

  it('of one that failed are reason and remedy, and nothing that can no longer be done', () => {
    const state = played(...TEXTED);
    const details = ending(state, {
      outcome: 'failed',
      ending: {
        reason: 'no-sends-left',
        awaited: nextAction(state, T0),
        message: 'Start a new enrollment.',
      },
    });
    expect(details).toContain('**failed**: `no-sends-left`, at 2026-12-01 14:54:19 UTC');
    expect(details).toContain('`Start a new enrollment.`');
    expect(details).toContain('start a new enrollment');
    for (const gone of ['Ends by', 'extendDeadline', 'cancel`', 'awaited any more']) {
      expect(details).not.toContain(gone);
    }
  });

  it('of one that expired are what it waited for, what is enrolled and what is left behind', () => {
    const state = played(
      ...TEXTED,
      { type: 'confirmed', confirmedAt: 1 },
      {
        type: 'orphans-left',
        orphans: [{ factor: 'totp', authenticatorId: 'totp|dev_1', why: 'deletion-refused' }],
      },
    );
    const details = ending(state, {
      outcome: 'expired',
      ending: { reason: 'awaiting-login', awaited: nextAction(state, T0) },
    });
    expect(details).toContain('**expired**: `awaiting-login`');
    expect(details).toContain('It was waiting for the user to log in, for totp.');
    expect(details).toContain('`sms` enrolled · `totp` not enrolled');
    expect(details).toContain(
      'Left behind at Auth0, unconfirmed: totp `totp|dev_1` (deletion-refused).',
    );
  });

  const cancelled = (...events: readonly EnrollmentEvent[]) =>
    ending(played(...events), {
      outcome: 'cancelled',
      ending: { reason: 'cancel-requested', awaited: { type: 'nothing' } },
    });

  it.each<[string, readonly EnrollmentEvent[], string]>([
    ['before the first login', [], '`sms` not looked at · `totp` not looked at'],
    [
      'while a text could be answered, perhaps with an answer that was lost',
      [...TEXTED, { type: 'code-attempt-unresolved' }],
      '`sms` not confirmed · `totp` not enrolled',
    ],
    [
      'after a login that showed one factor',
      [
        { type: 'session-opened', session: SESSION },
        {
          type: 'active-already',
          factor: 'totp',
          authenticator: { id: 'totp|dev_1', kind: 'totp' },
          ours: false,
        },
        { type: 'list-read', foreign: ['totp|dev_1'] },
      ],
      '`sms` not enrolled · `totp` was enrolled already',
    ],
  ])('says of factors only what was seen: %s', (_when, events, factors) => {
    expect(cancelled(...events)).toContain(`Factors: ${factors}`);
  });
});

const HOSTILE = [
  '[Session expired: sign in](https://evil.example/a)',
  '![x](https://evil.example/x.png)',
  '<img src=x onerror=alert(1)>',
  '`[a](https://evil.example)`',
  '``` \n# Heading\n[a](https://evil.example)\n```',
  '\n\n# Heading\n\n- [ ] task\n\nhttps://evil.example www.evil.example a@evil.example',
  'x\u2028[a](https://evil.example)\u202E',
  '|a|b|\n|-|-|\n|c|d|',
  '\\`[a](https://evil.example)\\`',
];

const fragment = fc.oneof(
  fc.constantFrom(
    ...HOSTILE,
    '`',
    '``',
    '\\',
    '\n',
    '\r\n',
    '\t',
    '*',
    '_',
    '[',
    '](',
    ')',
    '<',
    '>',
    '~~',
    '&lt;',
    '\u0000',
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);
const outside = fc.array(fragment, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(''));

/** Everything in which a text from outside is shown. */
const PLACES: Record<string, (text: string) => string> = {
  'the name of an unknown signal': (text) => currentDetails(played(refused(text)), T0),
  'a hint': (text) => currentDetails(played(refused('smsCode', text)), T0),
  'what ended it': (text) =>
    currentDetails(
      played({
        type: 'ended',
        outcome: 'cancelled',
        ending: { reason: 'cancel-requested', awaited: { type: 'nothing' }, message: text },
      }),
      T0,
    ),
  'what is left behind': (text) =>
    currentDetails(
      played(
        {
          type: 'orphans-left',
          orphans: [{ factor: 'sms', authenticatorId: text, why: 'deletion-refused' }],
        },
        {
          type: 'ended',
          outcome: 'failed',
          ending: { reason: 'too-many-messages', awaited: { type: 'nothing' } },
        },
      ),
      T0,
    ),
  'a refused start': (text) => refusedStart([text], T0),
  'who gave more time': (text) =>
    played({ type: 'deadline-extended', deadlineAt: T0 + HOUR, by: text }).timeline.at(-1)?.what ??
    '',
  'who asked for it': (text) =>
    staticDetails({ tenant: 'example.com', userId: 'u', requestedBy: text, reason: text }),
  'a tenant': (text) => staticDetails({ tenant: text, userId: 'u', requestedBy: 'crm' }),
};

describe('text from outside', () => {
  it.each(Object.keys(PLACES))('stays text: %s', (place) => {
    const show = PLACES[place] ?? String;
    const plain = elements(show('harmless'));
    expect(plain).not.toContain('<a');
    fc.assert(
      fc.property(outside, (text) => {
        expect(elements(show(text))).toEqual(plain);
      }),
      { numRuns: 500, examples: HOSTILE.map((text): [string] => [text]) },
    );
  });

  it('is bounded, and does not turn the direction of writing', () => {
    const details = currentDetails(played(refused(`\u202E${'x'.repeat(10_000)}`)), T0);
    expect(details.length).toBeLessThan(1_500);
    expect(details).not.toMatch(/\u202E/);
  });

  it.each([
    ['\u3164', '`(empty)`'],
    ['\u115F\u034F\u200B', '`(empty)`'],
    ['a\u200Bb\u202Ec\uFE0F\uD800', '`abc`'],
    ['a\n\n# b\u2029c', '`a # b c`'],
  ])('shows nothing that has no shape: %j', (text, shown) => {
    expect(verbatim(text)).toBe(shown);
  });

  it('ends in an ellipsis where it was cut, and not within a character', () => {
    expect(verbatim('𝒳'.repeat(512))).toBe(`\`${'𝒳'.repeat(512)}\``);
    expect(verbatim('𝒳'.repeat(513))).toBe(`\`${'𝒳'.repeat(512)}…\``);
    expect(verbatim(' '.repeat(10_000) + 'x')).toBe('`…`');
  });

  it('is no part of a message’s name', () => {
    fc.assert(
      fc.property(outside, (text) => {
        expect(elements(messageName(text))).toEqual(['<p']);
        expect(messageName(text)).not.toMatch(/[&@:/[.]/);
      }),
      { examples: HOSTILE.map((text): [string] => [text]) },
    );
  });

  it('is not in the summary', () => {
    const input = { tenant: 'example.com', userId: 'u', requestedBy: '[a](https://evil.example)' };
    expect(staticSummary(input)).toBe('MFA enrollment: sms, then totp');
  });
});

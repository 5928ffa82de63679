import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { enrollMfaWorkflowId } from '../../../workflows/contract/workflow-id.ts';
import { checkStartInput, type StartOptions } from '../../../workflows/rules/start-input.ts';

const INPUT = {
  tenant: 'example.eu.auth0.com',
  userId: 'auth0|5f7c8ec7c33c6c004bbafe82',
  phoneNumber: '+14155550123',
  requestedBy: 'hr-portal',
};
const ID = enrollMfaWorkflowId(INPUT.tenant, INPUT.userId);

const START = { workflowId: ID };
const HOUR = 3_600_000;

function problems(input: unknown, start: Partial<StartOptions> = {}): string {
  const checked = checkStartInput(input, { ...START, ...start });
  return checked.ok ? '' : checked.problems.join('; ');
}

describe('the input of an enrollment', () => {
  it('gets its defaults', () => {
    const deadlines = { deadlineMs: 24 * HOUR, deadlineMsMax: 7 * 24 * HOUR };
    expect(checkStartInput(INPUT, START)).toEqual({
      ok: true,
      value: { ...INPUT, factors: ['sms', 'totp'], ...deadlines },
    });
  });

  it('needs no number for TOTP alone', () => {
    const { phoneNumber: _phoneNumber, ...input } = INPUT;
    expect(problems({ ...input, factors: ['totp'] })).toBe('');
    expect(problems(input)).toContain('phoneNumber: must be an E.164 number');
  });

  it.each([
    ['factors: must list each wanted factor once', { factors: [] }],
    ['phoneNumber: must be an E.164 number', { phoneNumber: '415 555 1234' }],
    ['userId: must be a string of 1 to 1024 characters', { userId: 'x'.repeat(1025) }],
    ['tenant: must be the Auth0 domain', { tenant: 'https://example.eu.auth0.com/' }],
    ['requestedBy: must be a string', { requestedBy: '' }],
    ['deadlineMs: must be a whole number', { deadlineMs: 8 * 86_400_000 }],
    ['login: comes with the start by update or signal', { login: {} }],
    ['phone: is not a field here; known are tenant', { phone: '+14155550123' }],
  ])('is refused: %s', (problem, change) => {
    expect(problems({ ...INPUT, ...change })).toContain(problem);
  });

  it('reports every problem at once', () => {
    const all = problems({ factors: ['fax'], deadlineMs: 1 });
    for (const field of ['tenant', 'userId', 'factors', 'deadlineMs', 'requestedBy']) {
      expect(all).toContain(`${field}: `);
    }
  });

  it('must run under the id of its tenant and user, so that there is one at a time', () => {
    expect(problems(INPUT, { workflowId: 'my-enrollment' })).toBe(
      'workflow id: must be the one made of this tenant and userId; npm run -s mfa -- workflow-id prints ' +
        'it, and workflows/contract/README.md says how it is made',
    );
  });

  it.each([
    ['auth0%7C5f7c8ec7c33c6c004bbafe82', 'is percent-encoded; give it as Auth0 shows it, with |'],
    ['auth0%7c5f7c8ec7c33c6c004bbafe82', 'is percent-encoded; '],
    ['auth0%257C5f7c8ec7c33c6c004bbafe82', 'is percent-encoded; '],
    [ID, 'is percent-encoded; '],
    [' auth0|5f7c8ec7c33c6c004bbafe82', 'begins or ends with white space or an invisible mark'],
    ['auth0|5f7c8ec7c33c6c004bbafe82\n', 'begins or ends with white space'],
    ['auth0|5f7c8ec7c33c6c004bbafe82\u200b', 'begins or ends with white space'],
  ])('is refused where the user id is pasted: %j', (userId, problem) => {
    expect(problems({ ...INPUT, userId })).toContain(`userId: ${problem}`);
  });

  it('takes a user id that has %7C of its own', () => {
    const userId = 'samlp|acme|a%7Cb';
    const workflowId = enrollMfaWorkflowId(INPUT.tenant, userId);
    expect(problems({ ...INPUT, userId }, { workflowId })).toBe('');
  });

  it.each(['x', 5, [], [INPUT]])('%j is no input, and no more is said', (input) => {
    expect(problems(input)).toBe('the input of enrollMfa must be a JSON object');
  });

  it.each([undefined, null, {}])(
    'that is absent lacks its fields, each of which is told: %j',
    (input) => {
      for (const name of ['tenant', 'userId', 'phoneNumber', 'requestedBy']) {
        expect(problems(input)).toContain(`${name}: must be`);
      }
    },
  );

  it('that cannot be decoded is told as that, without a field that nobody sent', () => {
    expect(problems({ [Symbol.for('mfa.undecodable')]: true })).toBe(
      'the input of enrollMfa could not be read: send it as JSON, with the encoding json/plain',
    );
  });
});

const DATA = [
  '+12125550147',
  '2125550147',
  'janedoe',
  'Jane_Doe',
  'jane@acme.example',
  'auth0|janedoe',
];
const KNOWN = ['tenant', 'userId', 'phoneNumber', 'factors', 'deadlineMs', 'requestedBy', 'login'];

describe('the problems of an input, which stand in clear,', () => {
  const datum = fc.constantFrom(...DATA);
  const value = fc.oneof(
    datum,
    fc.array(datum, { maxLength: 3 }),
    fc.dictionary(datum, datum, { maxKeys: 3 }),
    fc.record({ code: datum, sealTo: fc.dictionary(datum, datum) }),
    fc.record({ accessToken: fc.constant(1), sealTo: datum }, { requiredKeys: [] }),
  );
  const field = fc.oneof(datum, fc.constantFrom(...KNOWN), fc.constantFrom('phone', 'user_id'));

  it('hold nothing that was sent, whichever field it stood in or was', () => {
    fc.assert(
      fc.property(fc.dictionary(field, value, { maxKeys: 8 }), (input) => {
        const said = problems(input, { workflowId: 'Jane_Doe' });
        expect(DATA.filter((text) => said.includes(text))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('do not hold the id that the run should have, for the user’s id is in it', () => {
    for (const userId of [INPUT.userId, 'auth0|janedoe']) {
      const said = problems({ ...INPUT, userId }, { workflowId: 'my-enrollment' });
      expect(said).toContain('workflow id: must be');
      expect(said).not.toContain(enrollMfaWorkflowId(INPUT.tenant, userId).split('/').at(-1));
    }
  });

  it('name a field that is misspelt', () => {
    const misspelt = [
      'phone',
      'phone_number',
      'phonenumber',
      'userid',
      'user',
      'fctors',
      'requestBy',
    ];
    for (const name of misspelt)
      expect(problems({ [name]: 1 })).toContain(`${name}: is not a field`);
  });
});

describe('the options of a start', () => {
  const enough = 24 * HOUR + 15 * 60_000;

  it.each(['executionTimeoutMs', 'runTimeoutMs'] as const)(
    '%s must outlast the deadline',
    (field) => {
      const name = field === 'runTimeoutMs' ? 'run time-out' : 'execution time-out';
      for (const ms of [1, 15_000, 24 * HOUR, enough - 1]) {
        expect(problems(INPUT, { [field]: ms })).toBe(
          `${name}: must be at least ${enough} ms, the deadline and 900000 ms for its clean-up; leave it out`,
        );
      }
      for (const ms of [undefined, 0, enough, 7 * 24 * HOUR]) {
        expect(problems(INPUT, { [field]: ms })).toBe('');
      }
      expect(problems({ ...INPUT, deadlineMs: 60_000 }, { [field]: 60_000 + 900_000 })).toBe('');
    },
  );

  it('leave no more for the deadline than the shorter time-out', () => {
    const latest = (start: Partial<StartOptions>) => checkStartInput(INPUT, { ...START, ...start });
    const timeouts = { executionTimeoutMs: enough + HOUR, runTimeoutMs: enough };
    expect(latest(timeouts)).toMatchObject({ value: { deadlineMsMax: 24 * HOUR } });
    expect(latest({ executionTimeoutMs: 30 * 24 * HOUR })).toMatchObject({
      value: { deadlineMsMax: 7 * 24 * HOUR },
    });
  });

  it.each(['* * * * *', '@every 1h', '@daily'])('may have no cron schedule: %s', (cronSchedule) => {
    expect(problems(INPUT, { cronSchedule })).toMatch(
      /^cron schedule: an enrollment is started once for a user; terminate this workflow id, or /,
    );
  });

  it('are told together with the problems of the input', () => {
    const all = problems(
      { ...INPUT, requestedBy: '' },
      { runTimeoutMs: 1, cronSchedule: '@daily' },
    );
    for (const field of ['requestedBy', 'run time-out', 'cron schedule']) {
      expect(all).toContain(`${field}: `);
    }
  });

  it('may have an empty cron schedule, which is none', () => {
    expect(problems(INPUT, { cronSchedule: '' })).toBe('');
  });
});

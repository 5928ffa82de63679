import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Emulator, startEmulator } from '@durable-mfa/tenant-emulator';
import { tenantKey } from '../support/tenant-key.ts';
import {
  CODE_SPELLINGS,
  NUMBER,
  NUMBER_SPELLINGS,
  NUMBERS_REFUSED,
  NUMBERS_WITH_ZERO,
} from '../support/typed-cases.ts';

const REDIRECT_URI = 'http://127.0.0.1:4747/callback';
const PASSWORD = 'correct horse battery';
const NUMBER_PAGE = '/u/mfa-sms-enrollment';
const CODE_PAGE = '/u/mfa-sms-enrollment-verify';

let emulator: Emulator;
let users = 0;

beforeAll(async () => {
  emulator = await startEmulator({
    ...tenantKey(),
    settings: { factors: ['sms'], mfaPolicies: ['all-applications'], requestsPerSecond: 'off' },
  });
});

afterAll(() => emulator.close());

/** Somebody new who has to enroll a phone; types a value into one of the pages. */
async function newcomer() {
  users += 1;
  const email = `user-${users}@example.com`;
  const { userId } = emulator.addUser({ email, password: PASSWORD });
  const query = new URLSearchParams({
    ...{ response_type: 'code', client_id: 'mfa-enrollment', redirect_uri: REDIRECT_URI },
  });
  const begun = await fetch(`${emulator.issuer}authorize?${query.toString()}`);
  const state = new URL(begun.url).searchParams.get('state') ?? '';
  const type = (page: string, fields: Readonly<Record<string, string>>) =>
    fetch(new URL(page, emulator.issuer), {
      ...{ method: 'POST', redirect: 'manual' },
      body: new URLSearchParams({ state, ...fields }),
    });
  await type('/u/login', { username: email, password: PASSWORD });
  return {
    typeNumber: (phone_number: string) => type(NUMBER_PAGE, { phone_number }),
    typeCode: (code: string) => type(CODE_PAGE, { code }),
    texts: () => emulator.inbox.messages().filter((text) => text.userId === userId),
  };
}

/** The emulator's pages and the project's readers share no code, so that both are held to one table. */
describe('the tenant’s pages', () => {
  it.each(CODE_SPELLINGS)('read a code that is typed %s', async (_how, spell) => {
    const person = await newcomer();
    await person.typeNumber(NUMBER);
    const answer = await person.typeCode(spell(person.texts()[0]?.code ?? ''));
    expect(answer.headers.get('location')).toContain(`${REDIRECT_URI}?code=`);
  });

  it.each([...NUMBER_SPELLINGS.map(([, typed]) => [typed, NUMBER] as const), ...NUMBERS_WITH_ZERO])(
    'read %j as %s',
    async (typed, e164) => {
      const person = await newcomer();
      expect((await person.typeNumber(typed)).status).toBe(302);
      expect(person.texts().map(({ to }) => to)).toEqual([e164]);
    },
  );

  it.each(NUMBERS_REFUSED)('read no number where there is %s', async (_why, typed) => {
    const person = await newcomer();
    expect((await person.typeNumber(typed)).status).toBe(400);
    expect(person.texts()).toEqual([]);
  });
});

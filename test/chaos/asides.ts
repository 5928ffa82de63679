/** What arrives besides what the person does: late, early, twice, from elsewhere, or not understood. */
import { login } from '../support/login.ts';
import { deviceKey } from '../support/enrollee.ts';
import { SIGNALS } from '../../workflows/contract/enroll-mfa.ts';
import { EndedError } from './persistence.ts';
import type { Person } from './person.ts';
import type { Aside } from './plan.ts';

const CODE_OF_NOBODY = '000000';
const CHALLENGE_OF_NOBODY = 99;

/** Sends it; that the run has ended meanwhile is fine. */
export async function sendAside(
  person: Person,
  aside: Aside['send'],
  deadlineMs: number,
): Promise<void> {
  try {
    await send(person, aside, deadlineMs);
  } catch (error) {
    if (!(error instanceof EndedError)) throw error;
  }
}

async function send(person: Person, aside: Aside['send'], deadlineMs: number): Promise<void> {
  const { outbox, enrollee } = person;
  switch (aside) {
    case 'unknown-signal':
      outbox.note('noise');
      return outbox.signal('noSuchSignal', { any: 'thing' });
    case 'malformed-code':
      outbox.note('noise');
      return outbox.signal(SIGNALS.smsCode, { code: 123456, challenge: -1 });
    case 'recovery-code-saved':
      outbox.note('noise');
      return outbox.signal(SIGNALS.recoveryCodeSaved);
    case 'early-code':
      outbox.note('code', 'later');
      return outbox.signal(SIGNALS.smsCode, CODE_OF_NOBODY);
    case 'future-code':
      outbox.note('code', 'never');
      return outbox.signal(SIGNALS.otpCode, {
        code: CODE_OF_NOBODY,
        challenge: CHALLENGE_OF_NOBODY,
      });
    case 'old-code':
      return oldCode(person);
    case 'last-code-again':
      return lastCodeAgain(person);
    case 'last-login-again':
      if (outbox.lastProof === undefined) return;
      outbox.note('noise');
      return outbox.signal(SIGNALS.loginCompleted, outbox.lastProof);
    case 'resend':
      outbox.note('resend');
      return outbox.signal(SIGNALS.resendCode);
    case 'login-on-another-device':
      return outbox.logIn('by-signal', await deviceKey());
    case 'login-of-somebody-else': {
      const { world } = enrollee;
      outbox.note('noise');
      return outbox.signal(SIGNALS.loginCompleted, await login(world, world.addUser()));
    }
    case 'cancel':
      outbox.note('cancel');
      return outbox.signal(SIGNALS.cancel, { by: 'chaos', reason: 'planned' });
    case 'deadline-passes':
      return person.skip(deadlineMs);
  }
}

async function lastCodeAgain(person: Person): Promise<void> {
  const { lastCode } = person.outbox;
  if (lastCode === undefined) return;
  const { challenge } = await person.progress();
  const applies = challenge === lastCode.challenge ? 'now' : 'never';
  return person.outbox.code(lastCode, applies, 'by-signal');
}

/** The first text's code, under its own number. */
async function oldCode(person: Person): Promise<void> {
  const { outbox, enrollee } = person;
  const { challenge = 0 } = await person.progress();
  const [text] = enrollee.world.emulator.inbox.messages(enrollee.phoneNumber);
  if (challenge < 2 || text === undefined) return;
  outbox.note('code', 'never');
  return outbox.signal(SIGNALS.smsCode, { code: text.code, challenge: 1 });
}

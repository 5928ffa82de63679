/** What the tenant saw, in the shape that the checker of chaos reads. */
import type { JournalEntry, Message } from '@durable-mfa/tenant-emulator';
import type { ActivityName } from './scheduled-activity.ts';

type Effect = JournalEntry['effect'];

const ENDPOINTS: Record<ActivityName, string> = {
  openSession: 'POST /oauth/token',
  associate: 'POST /mfa/associate',
  confirm: 'POST /oauth/token',
  listAuthenticators: 'GET /mfa/authenticators',
  deleteAuthenticator: 'DELETE /mfa/authenticators/{id}',
};
const GRANT = 'http://auth0.com/oauth/grant-type/mfa-';
const OK = 200;

export interface Told {
  readonly effect: Effect;
  readonly status?: number;
  readonly factor?: string;
  readonly userId?: string;
}

export class TenantJournal {
  readonly entries: JournalEntry[] = [];
  readonly texts: Message[] = [];
  readonly #userId: string;

  constructor(userId: string) {
    this.#userId = userId;
  }

  /** @param told - without a status the connection was cut before an answer */
  write(at: number, call: ActivityName, told: Told): void {
    const endpoint = ENDPOINTS[call];
    const [method = '', path = ''] = endpoint.split(' ');
    this.entries.push({
      ...{ id: String(this.entries.length + 1), at, method, path, endpoint },
      userId: told.userId ?? this.#userId,
      effect: told.effect,
      request:
        call === 'associate' ? { authenticator_types: told.factor === 'sms' ? 'oob' : 'otp' } : {},
      ...(told.status !== undefined && { status: told.status }),
      ...(call === 'openSession' && { grantType: 'authorization_code' }),
      ...(call === 'confirm' && { grantType: `${GRANT}${told.factor === 'sms' ? 'oob' : 'otp'}` }),
    });
  }

  /** A text of the challenge at a login, which no call of ours asks for. */
  writeLogin(at: number, texted: boolean): void {
    this.entries.push({
      ...{ id: String(this.entries.length + 1), at, method: 'POST', path: '/u/login' },
      ...{ endpoint: 'POST /u/login', status: OK, userId: this.#userId, request: {} },
      effect: texted ? 'sms-sent' : 'logged-in',
    });
  }

  text(at: number, to: string, code: string): void {
    this.texts.push({
      ...{ id: String(this.texts.length + 1), channel: 'sms', to, text: code, code, at },
      userId: this.#userId,
    });
  }
}

/** What can happen to an enrollment; `transition.ts` says what each changes. */
import type {
  Authenticator,
  DeviceSealed,
  WorkerSealed,
} from '../../activities/enrollment-activities.ts';
import type {
  Factor,
  FaultReason,
  LastRefusal,
  Orphan,
  Outcome,
  Settlement,
} from '../contract/enroll-mfa.ts';
import type { CallKind, Ending, EnrollmentState, OpenSession, Pause } from './enrollment-state.ts';

export type EnrollmentEvent =
  | {
      readonly type: 'call-started';
      readonly kind: CallKind;
      readonly until: number;
      readonly pause?: Pause;
    }
  | { readonly type: 'call-ended' }
  /** Auth0 has answered, with whatever is no operator's fault. */
  | { readonly type: 'answered'; readonly kind: CallKind }
  | {
      readonly type: 'parked';
      readonly kind: CallKind;
      readonly reason: FaultReason;
      readonly message: string;
    }
  | { readonly type: 'tenant-served' }
  /** A login has reached Auth0, whatever came of it. */
  | { readonly type: 'login-tried' }
  | { readonly type: 'session-opened'; readonly session: OpenSession }
  | { readonly type: 'session-given-up'; readonly why: string }
  | { readonly type: 'list-read'; readonly foreign: readonly string[] }
  | {
      readonly type: 'active-already';
      readonly factor: Factor;
      readonly authenticator: Authenticator;
      /** This enrollment has made it. */
      readonly ours: boolean;
    }
  | { readonly type: 'associating' }
  | { readonly type: 'send-refused' }
  /** Nothing is under way; it had no effect, unless the list has said otherwise before. */
  | { readonly type: 'not-sent' }
  | {
      readonly type: 'associated';
      readonly oobCode?: WorkerSealed;
      readonly setUp?: DeviceSealed;
      readonly recoveryCode?: DeviceSealed | 'lost';
    }
  | {
      readonly type: 'challenge-spent';
      readonly nextSendAt?: number;
      /** It certainly had no effect. */
      readonly unsent?: true;
    }
  | { readonly type: 'number-refused' }
  /** The list was read because an answer was lost. */
  | {
      readonly type: 'settled';
      readonly verdict: Settlement;
      readonly recoveryCodeLost?: boolean;
    }
  | { readonly type: 'wrong-code' }
  | { readonly type: 'code-attempt-unresolved' }
  /** Without the time, where the list alone has said so. */
  | { readonly type: 'confirmed'; readonly confirmedAt?: number }
  | { readonly type: 'number-changed'; readonly phoneNumber: string }
  | { readonly type: 'deadline-extended'; readonly deadlineAt: number; readonly by: string }
  | { readonly type: 'recovery-code-saved' }
  | {
      readonly type: 'unconfirmed-gone';
      readonly factor: Factor;
      readonly count: number;
      readonly id?: string;
    }
  | { readonly type: 'ours-seen'; readonly ours: EnrollmentState['ours'] }
  | { readonly type: 'orphans-left'; readonly orphans: readonly Orphan[] }
  | { readonly type: 'refused'; readonly refusal: Omit<LastRefusal, 'at'> }
  | { readonly type: 'ended'; readonly outcome: Outcome; readonly ending: Ending };

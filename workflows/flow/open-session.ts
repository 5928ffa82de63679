/** A login proof is taken: exchanged, checked, and turned into a session for the current step. */
import { proxyActivities } from '@temporalio/workflow';
import type { EnrollmentActivities, Session } from '../../activities/enrollment-activities.ts';
import type { Refusal } from '../contract/enroll-mfa.ts';
import { FACTOR_DEFINITIONS } from '../contract/factors.ts';
import { thumbprint } from '../contract/thumbprint.ts';
import { loginRefusal, proofKey } from '../rules/admission.ts';
import {
  abandonedFactors,
  foreignIn,
  newlyActive,
  oursIn,
  unconfirmedFactors,
} from '../rules/authenticator-list.ts';
import { currentStep, type OpenSession, SESSION_RESERVE_MS } from '../rules/enrollment-state.ts';
import { RESPONSES } from '../rules/failure-responses.ts';
import { ONCE } from './activity-policies.ts';
import { cleanUp, deleteOurs } from './clean-up.ts';
import type { EnrollmentRun } from './enrollment-run.ts';
import type { QueuedProof } from './inbox.ts';
import { answerAll } from './tickets.ts';

const { openSession } = proxyActivities<Pick<EnrollmentActivities, 'openSession'>>(ONCE);

/** An authorization code that has waited this long is not worth trying any more. */
const PROOF_LIFE_MS = 10 * 60_000;
/** Logins whose proofs are remembered as seen; older ones have long died at Auth0. */
const SEEN_PROOFS_MAX = 50;

export class Logins {
  #seen: string[] = [];

  async take(run: EnrollmentRun, queued: QueuedProof): Promise<void> {
    const refusal = loginRefusal(run.state, this.#seen, queued.proof, Date.now());
    if (refusal !== undefined) return refuse(run, queued, refusal);
    const factor = currentStep(run.state)?.factor;
    // Nothing is left to log in for; who waits is told the end.
    if (factor === undefined) return;
    const { proof } = queued;
    const { confirmedAt } = run.state;
    this.#seen = [...this.#seen, proofKey(proof)].slice(-SEEN_PROOFS_MAX);
    const opened = await run.calls.call({
      kind: 'opening-session',
      message: queued.message,
      giveUpAt: queued.since + PROOF_LIFE_MS,
      attempt: (notAfter) =>
        openSession.executeWithOptions({ summary: `log in for ${factor}: exchange and check` }, [
          {
            tenant: run.input.tenant,
            userId: run.input.userId,
            proof,
            ...(confirmedAt !== undefined && { confirmedAt }),
            deviceKeyRequired: FACTOR_DEFINITIONS[factor].deviceKey === 'required',
            notAfter,
          },
        ]),
    });
    if (opened.ok) return this.#opened(run, queued, opened.value);
    const response = RESPONSES[opened.failure.type];
    switch (response.action) {
      case 'try-later':
      case 'park':
        // Auth0 never saw it: the same proof may be given again.
        this.#seen = this.#seen.filter((key) => key !== proofKey(proof));
        // Who waits is told the end.
        if (run.over) return;
        return refuse(run, queued, run.inbox.proof === undefined ? response.refusal : 'superseded');
      case 'ask-the-person':
        return refuse(run, queued, 'login-unfinished');
      default:
        return refuse(run, queued, response.refusal);
    }
  }

  async #opened(run: EnrollmentRun, queued: QueuedProof, opened: Session): Promise<void> {
    const { authenticators } = opened;
    const session: OpenSession = {
      accessToken: opened.accessToken,
      expiresAt: opened.expiresAt,
      ...(queued.proof.sealTo !== undefined && {
        sealTo: queued.proof.sealTo,
        kid: thumbprint(queued.proof.sealTo),
      }),
    };
    run.tickets.accept(queued.tickets);
    run.apply({ type: 'session-opened', session });
    run.sessionEnd.set(session.expiresAt - SESSION_RESERVE_MS);
    const abandoned = abandonedFactors(run.state);
    // Read before anything is removed: it tells by what is still there whose an active one is.
    const active = newlyActive(run.state, authenticators);
    if (abandoned.length > 0) await deleteOurs(run, session, authenticators, abandoned);
    for (const one of active) run.apply({ type: 'active-already', ...one });
    run.apply({ type: 'list-read', foreign: foreignIn(run.state, authenticators) });
    run.apply({ type: 'ours-seen', ours: oursIn(run.state, authenticators) });
  }
}

/** The session has served: what it left unconfirmed is removed, then a new login is due. */
export async function giveUpSession(run: EnrollmentRun, why: string): Promise<void> {
  run.sessionEnd.clear();
  await cleanUp(run, run.state.session);
  // Cut short by what ends the enrollment, which needs the session for the same.
  if (run.over && unconfirmedFactors(run.state).length > 0) return;
  run.apply({ type: 'session-given-up', why });
}

function refuse(run: EnrollmentRun, queued: QueuedProof, refusal: Refusal): void {
  answerAll(queued.tickets, run.refuse(queued.message, refusal));
}

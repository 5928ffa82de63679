/**
 * Who has to prove a second factor (auth0-docs "Enable MFA": Never, Always, Adaptive). Asking for the MFA
 * API's audience demands it of whoever has a factor, whatever the policy is (auth0-docs "Manage
 * Authentication Factors with the MFA API").
 */
import { newerType, type Authenticator } from '../tenant/authenticator.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { User } from '../tenant/user.ts';
import type { Tokens } from '../tokens/tokens.ts';

/** What a rule is told about a login, as an Action's `event` would. */
export interface MfaRuleInput {
  readonly userId: string;
  readonly email: string;
  readonly userMetadata: Readonly<Record<string, unknown>>;
  readonly clientId: string;
  readonly audience: string;
  readonly acrValues: readonly string[];
  /** By the names of `event.transaction.protocol`. */
  readonly protocol: 'oidc-basic-profile' | 'oauth2-password' | 'oauth2-refresh-token';
  /** Whether this browser's session has proven one before. */
  readonly mfaInSession: boolean;
}

export type MfaRule = (login: MfaRuleInput) => boolean;

interface LoginToJudge {
  readonly user: User;
  readonly clientId: string;
  readonly audience: string;
  readonly protocol: MfaRuleInput['protocol'];
  readonly acrValues?: readonly string[];
  readonly mfaInSession?: boolean;
}

/** As `mfa_requirements` name them. */
export interface Requirements {
  readonly challenge?: readonly { readonly type: string }[];
  readonly enroll?: readonly { readonly type: string }[];
}

export type Demand = 'nothing' | 'challenge' | 'enrollment';

const ENROLLABLE = ['otp', 'phone'];

/** Where the policy is adaptive and no rule was given: who says so in their metadata. */
const RULE_DEFAULT: MfaRule = ({ userMetadata }) => userMetadata['use_mfa'] === true;

export class MfaPolicy {
  readonly #tenant: Tenant;
  readonly #tokens: Pick<Tokens, 'mfaAudience'>;
  readonly #rule: MfaRule;

  constructor(tenant: Tenant, tokens: Pick<Tokens, 'mfaAudience'>, rule: MfaRule = RULE_DEFAULT) {
    this.#tenant = tenant;
    this.#tokens = tokens;
    this.#rule = rule;
  }

  demand(login: LoginToJudge): Demand {
    const active = this.#tenant.active(login.user);
    if (this.#applies(login)) return active.length > 0 ? 'challenge' : 'enrollment';
    const forces = this.#tenant.forcing(login.user).length > 0;
    // A refresh token from a login for this audience was given after a challenge.
    const refreshes = login.protocol === 'oauth2-refresh-token';
    return login.audience === this.#tokens.mfaAudience && forces && !refreshes
      ? 'challenge'
      : 'nothing';
  }

  /** What the hosted pages ask for; a push has a twin whose code can be typed. */
  challenged(user: User): Authenticator | undefined {
    const forcing = this.#tenant.forcing(user).filter(({ kind }) => kind !== 'push');
    return forcing[0] ?? this.#tenant.active(user)[0];
  }

  /** What to challenge, or where there is nothing yet, what to enroll. */
  requirements(user: User): Requirements {
    const active = this.#tenant.active(user).map(({ kind }) => newerType(kind));
    const types = active.length > 0 ? active : ENROLLABLE;
    const entries = [...new Set(types)].map((type) => ({ type }));
    return active.length > 0 ? { challenge: entries } : { enroll: entries };
  }

  #applies({ user, acrValues = [], mfaInSession = false, ...login }: LoginToJudge): boolean {
    const { mfaPolicies } = this.#tenant.settings;
    if (mfaPolicies.includes('all-applications')) return true;
    if (!mfaPolicies.includes('confidence-score')) return false;
    const { userId, email, userMetadata } = user;
    const { clientId, audience, protocol } = login;
    return this.#rule({
      ...{ userId, email, userMetadata, clientId, audience },
      ...{ acrValues, protocol, mfaInSession },
    });
  }
}

/**
 * Refresh tokens and their families (auth0-docs "Refresh Token Rotation"): each use gives a new one,
 * and whoever brings a used one ends the whole family.
 */
import { BoundedMap } from '../tenant/bounded-map.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { Grant } from './grant.ts';

interface Family {
  readonly grant: Grant;
  readonly startedAt: number;
  usedAt: number;
  /** Of the youngest token. */
  latest: number;
  revoked: boolean;
}

interface Member {
  readonly family: Family;
  readonly counter: number;
}

/** Of all users; the oldest is forgotten, and reads as one that was never issued. */
const TOKENS_MAX = 50_000;
const TOKEN_BYTES = 48;

export class RefreshTokens {
  readonly #tenant: Tenant;
  readonly #members = new BoundedMap<Member>(TOKENS_MAX);

  constructor(tenant: Tenant) {
    this.#tenant = tenant;
  }

  /** The first of a family. */
  begin(grant: Grant): string {
    const now = this.#tenant.clock.now();
    const { nonce: _nonce, ...rest } = grant;
    // A refreshed ID token does not say how the user proved to be who they are: nobody asked now.
    const family = { grant: { ...rest, amr: [] }, startedAt: now, usedAt: now, latest: 0 };
    return this.#issue({ ...family, revoked: false }, 0);
  }

  /** What the token stands for, `undefined` where it is not good; bringing a used one ends its family. */
  read(token: string, clientId: string): Grant | undefined {
    const member = this.#members.get(token);
    if (member?.family.grant.clientId !== clientId || !this.#alive(member.family)) return undefined;
    if (this.#mayBeUsed(member)) return member.family.grant;
    member.family.revoked = true;
    return undefined;
  }

  /** The token that takes its place; `undefined` where tokens do not rotate, and this one stays. */
  rotate(token: string): string | undefined {
    const member = this.#members.get(token);
    if (member === undefined) throw new Error('Only a token that was read is rotated.');
    const { family } = member;
    family.usedAt = this.#tenant.clock.now();
    if (!this.#tenant.settings.refreshTokenRotation) return undefined;
    family.latest += 1;
    return this.#issue(family, family.latest);
  }

  /** RFC 7009: of another client, or unknown, it is left alone and nobody is told. */
  revoke(token: string, clientId: string): void {
    const family = this.#members.get(token)?.family;
    if (family?.grant.clientId === clientId) family.revoked = true;
  }

  #issue(family: Family, counter: number): string {
    const token = `v1.${this.#tenant.randomness.base64url(TOKEN_BYTES)}`;
    this.#members.set(token, { family, counter });
    return token;
  }

  #alive({ revoked, startedAt, usedAt }: Family): boolean {
    const now = this.#tenant.clock.now();
    const { refreshTokenLifeMs, refreshTokenIdleMs } = this.#tenant.settings;
    return !revoked && now < startedAt + refreshTokenLifeMs && now < usedAt + refreshTokenIdleMs;
  }

  /** Within the overlap the one before the youngest is good, too, and no older one. */
  #mayBeUsed({ counter, family }: Member): boolean {
    if (counter === family.latest) return true;
    const overlap = this.#tenant.settings.refreshTokenOverlapMs;
    return counter === family.latest - 1 && this.#tenant.clock.now() < family.usedAt + overlap;
  }
}

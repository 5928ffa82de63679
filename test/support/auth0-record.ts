import type { World } from './world.ts';

export const ASSOCIATE = 'POST /mfa/associate';
export const TOKEN = 'POST /oauth/token';
export const LIST = 'GET /mfa/authenticators';
export const DELETE = 'DELETE /mfa/authenticators/{id}';

/** Codes that reached Auth0. */
export function judged(world: World): number {
  return world.emulator.journal.entries.filter(({ grantType = '' }) =>
    /mfa-o(ob|tp)$/.test(grantType),
  ).length;
}

/** Logins whose code reached Auth0. */
export function exchanged(world: World): number {
  return world.emulator.journal.count(TOKEN, { grantType: 'authorization_code' });
}

/** The user's authenticators as the tenant holds them. */
export function held(
  world: World,
  userId = world.user.userId,
): { kind: string; active: boolean }[] {
  return world.emulator.authenticators(userId).map(({ kind, active }) => ({ kind, active }));
}

/** Codes that Auth0 has found right. */
export function confirmed(world: World): number {
  return world.emulator.journal.count(TOKEN, { effect: 'authenticator-confirmed' });
}

export const ACTIVE_SMS = { kind: 'sms', active: true } as const;
export const ACTIVE_TOTP = { kind: 'totp', active: true } as const;
export const INACTIVE_SMS = { kind: 'sms', active: false } as const;
export const INACTIVE_TOTP = { kind: 'totp', active: false } as const;

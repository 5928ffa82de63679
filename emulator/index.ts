/** An Auth0 tenant in a process. */
export type { Message } from './tenant/inbox.ts';
export type { Effect, JournalEntry } from './http/journal.ts';
export type { FaultAction, FaultRule, HoldRule } from './http/faults.ts';
export type { Gate } from './http/gate.ts';
export type { PushAnswer, PushRequest, PushRequests } from './tenant/push-requests.ts';
export type { MfaRule, MfaRuleInput } from './login/mfa-policy.ts';
export type { TenantSettings } from './tenant/settings.ts';
export type { Authenticator } from './tenant/authenticator.ts';
export type { ClientConfig } from './tenant/client-config.ts';
export type { UserConfig } from './tenant/user.ts';
export type { Emulator, EmulatorOptions } from './emulator.ts';
export { startEmulator } from './server.ts';
export { type TenantOptions, Tenants } from './tenants.ts';

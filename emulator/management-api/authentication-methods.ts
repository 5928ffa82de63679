/**
 * A user's authenticators as the Management API shows them: entries that share a device (`sms|dev_X` and
 * `voice|dev_X`, a push device and its TOTP) are one method there (shapes as recorded by go-auth0).
 */
import { deviceOf, maskedEmail, maskedPhone, type Authenticator } from '../tenant/authenticator.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { User } from '../tenant/user.ts';

export interface Device {
  /** `dev_` and sixteen characters: what the entries of one device share. */
  readonly id: string;
  readonly entries: readonly Authenticator[];
}

export function devices(user: User): readonly Device[] {
  const found = new Map<string, Authenticator[]>();
  for (const authenticator of user.authenticators) {
    const id = deviceOf(authenticator);
    found.set(id, [...(found.get(id) ?? []), authenticator]);
  }
  return [...found].map(([id, entries]) => ({ id, entries }));
}

export function confirmed({ entries }: Device): boolean {
  return entries.some(({ active }) => active);
}

function typeOf({ entries }: Device): string {
  const kinds = entries.map(({ kind }) => kind);
  if (kinds.includes('sms') || kinds.includes('voice')) return 'phone';
  return kinds.includes('push') ? 'push' : (kinds[0] ?? '');
}

export function method(device: Device, user: User): Record<string, unknown> {
  const { entries, id } = device;
  const type = typeOf(device);
  const [first] = entries;
  const phoneNumber = entries.find((entry) => entry.phoneNumber !== undefined)?.phoneNumber;
  return {
    id: `${type}|${id}`,
    type,
    confirmed: confirmed(device),
    ...(phoneNumber !== undefined && { phone_number: maskedPhone(phoneNumber) }),
    ...(type === 'email' && { email: maskedEmail(first?.email ?? user.email) }),
    created_at: iso(first?.createdAt ?? 0),
    ...times(entries, 'enrolled_at', 'last_auth_at'),
    ...(type === 'phone' && { preferred_authentication_method: first?.kind ?? '' }),
    ...((type === 'phone' || type === 'push') && {
      authentication_methods: entries.map((entry) => ({ id: entry.id, type: entry.kind })),
    }),
  };
}

/** The form that came before authentication methods; it knows neither e-mail nor recovery codes. */
export function enrollment(device: Device): Record<string, unknown> | undefined {
  const methods: Readonly<Record<string, string>> = {
    phone: 'sms',
    totp: 'authenticator',
    push: 'guardian',
  };
  const authMethod = methods[typeOf(device)];
  if (authMethod === undefined) return undefined;
  const phoneNumber = device.entries.find((entry) => entry.phoneNumber !== undefined)?.phoneNumber;
  const masked = phoneNumber === undefined ? undefined : maskedPhone(phoneNumber);
  return {
    id: device.id,
    status: confirmed(device) ? 'confirmed' : 'pending',
    type: authMethod,
    auth_method: authMethod,
    ...(masked !== undefined && { name: masked, phone_number: masked }),
    ...times(device.entries, 'enrolled_at', 'last_auth'),
  };
}

/** Removes a device with all that belongs to it; says how many entries that were. */
export function unenroll(tenant: Tenant, user: User, deviceId: string): number {
  const going = user.authenticators.filter((entry) => deviceOf(entry) === deviceId);
  const [first] = going;
  if (first !== undefined) tenant.remove(user, first);
  return going.length;
}

/** As if the user had never enrolled: what a support person does for somebody who lost a phone. */
export function unenrollAll(tenant: Tenant, user: User): void {
  for (const { id } of devices(user)) unenroll(tenant, user, id);
  delete user.recoveryCode;
  user.associatedBefore = false;
}

function times(entries: readonly Authenticator[], enrolled: string, last: string) {
  const enrolledAt = entries.find((entry) => entry.enrolledAt !== undefined)?.enrolledAt;
  const lastAuthAt = entries
    .flatMap((entry) => entry.lastAuthAt ?? [])
    .toSorted((a, b) => b - a)
    .at(0);
  return {
    ...(enrolledAt !== undefined && { [enrolled]: iso(enrolledAt) }),
    ...(lastAuthAt !== undefined && { [last]: iso(lastAuthAt) }),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

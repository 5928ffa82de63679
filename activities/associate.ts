/**
 * `POST /mfa/associate` (auth0-docs "Enroll and Challenge SMS", "… OTP authenticators"): makes one
 * authenticator and, for SMS, sends one text. Asked once; an answer that is lost is `ambiguous` (I2).
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { type Promised, smsAssociation, totpAssociation } from './auth0/schemas.ts';
import type { TenantClient } from './auth0/tenant-client.ts';
import type {
  AssociateInput,
  Association,
  DeviceSealed,
  PublicSealingKey,
} from './enrollment-activities.ts';
import { owning } from './ownership.ts';
import { isSealingKey, type SealKeyring, sealToDevice } from './seal.ts';

const ENDPOINT = 'POST /mfa/associate';

export async function associate(
  tenant: TenantClient,
  seal: SealKeyring,
  input: AssociateInput,
): Promise<Association> {
  tenant.checkTenant(input.tenant, ENDPOINT);
  const body = requestBody(tenant, input);
  // Afterwards the secret would have nobody to go to, and an authenticator would be left behind.
  if (input.sealTo !== undefined && !(await isSealingKey(input.sealTo))) {
    tenant.fail({ type: 'sealing-key-missing', endpoint: ENDPOINT });
  }
  const accessToken = await tenant.opened(seal, input.accessToken, ENDPOINT);
  const call = {
    method: 'POST',
    path: '/mfa/associate',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  } as const;
  const asked = <T>(promised: Promised<T>) =>
    owning((ownership) =>
      tenant.ask(ENDPOINT, call, promised, tenant.until(input.notAfter, ownership)),
    );
  if (input.factor === 'sms') {
    const { oob_code: oobCode, recovery_codes: recoveryCodes } = await asked(smsAssociation);
    return {
      oobCode: await seal.seal(oobCode),
      ...(await sealedRecoveryCode(recoveryCodes, input.sealTo)),
    };
  }
  const sealTo = input.sealTo ?? tenant.fail({ type: 'sealing-key-missing', endpoint: ENDPOINT });
  const { secret, barcode_uri: barcodeUri, recovery_codes } = await asked(totpAssociation);
  return {
    setUp: await sealToDevice(sealTo, { secret, barcodeUri }),
    ...(await sealedRecoveryCode(recovery_codes, sealTo)),
  };
}

function requestBody(tenant: TenantClient, input: AssociateInput): Record<string, unknown> {
  if (input.factor === 'totp') return { authenticator_types: ['otp'] };
  if (input.phoneNumber === undefined || isCostly(input.phoneNumber)) {
    tenant.fail({ type: 'phone-number-refused', endpoint: ENDPOINT });
  }
  return {
    authenticator_types: ['oob'],
    oob_channels: ['sms'],
    phone_number: input.phoneNumber,
  };
}

/**
 * Whoever owns such a number earns with each text to it (SMS pumping). Our client refuses them too,
 * but anybody who may start a workflow can name any number.
 */
function isCostly(phoneNumber: string): boolean {
  const type = parsePhoneNumberFromString(phoneNumber)?.getType();
  return type === 'PREMIUM_RATE' || type === 'SHARED_COST';
}

/** One code, with the user's first associate ever. */
async function sealedRecoveryCode(
  recoveryCodes: readonly string[] | null | undefined,
  sealTo: PublicSealingKey | undefined,
): Promise<{ recoveryCode?: DeviceSealed | 'lost' }> {
  const [recoveryCode] = recoveryCodes ?? [];
  if (recoveryCode === undefined) return {};
  if (sealTo === undefined) return { recoveryCode: 'lost' };
  return { recoveryCode: await sealToDevice(sealTo, { recoveryCode }) };
}

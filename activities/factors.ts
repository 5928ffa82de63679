/** For each factor: the request to Auth0, and the fields that the activities take from its answer. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { type Promised, smsAssociation, totpAssociation } from './auth0/schemas.ts';
import type { TenantClient } from './auth0/tenant-client.ts';
import type {
  AssociateInput,
  Association,
  ConfirmInput,
  DeviceSealed,
  Factor,
  PublicDeviceKey,
} from './enrollment-activities.ts';
import { type WorkerKeyring, sealToDevice } from './seal.ts';
import type { Endpoint } from './failure-types.ts';

export const ASSOCIATE = 'POST /mfa/associate';

interface FactorCalls {
  /** The body of `POST /mfa/associate`. */
  readonly request: (
    tenant: TenantClient,
    input: AssociateInput,
  ) => Readonly<Record<string, unknown>>;
  /** Asks with it, and seals what comes. */
  readonly associate: (
    tenant: TenantClient,
    seal: WorkerKeyring,
    input: AssociateInput,
    asked: <T>(promised: Promised<T>) => Promise<T>,
  ) => Promise<Association>;
  /** What confirms it. */
  readonly grant: 'mfa-oob' | 'mfa-otp';
  /** What that grant takes besides the token. */
  readonly proof: (
    tenant: TenantClient,
    seal: WorkerKeyring,
    input: ConfirmInput,
    endpoint: Endpoint,
  ) => Promise<Readonly<Record<string, string>>>;
}

/** A code that Auth0 sends to the number; the workers keep what ties it to the request. */
const SENT: Omit<FactorCalls, 'request'> = {
  async associate(_tenant, seal, { sealTo }, asked) {
    const { oob_code: oobCode, recovery_codes: recoveryCodes } = await asked(smsAssociation);
    return {
      oobCode: await seal.seal(oobCode),
      ...(await sealedRecoveryCode(recoveryCodes, sealTo)),
    };
  },
  grant: 'mfa-oob',
  async proof(tenant, seal, { oobCode, code }, endpoint) {
    if (oobCode === undefined) return tenant.fail({ type: 'code-expired', endpoint });
    return { oob_code: await tenant.opened(seal, oobCode, endpoint), binding_code: code };
  },
};

export const FACTOR_CALLS: Record<Factor, FactorCalls> = {
  sms: {
    ...SENT,
    request: (tenant, input) => ({
      authenticator_types: ['oob'],
      oob_channels: ['sms'],
      phone_number: numberOf(tenant, input),
    }),
  },
  totp: {
    request: () => ({ authenticator_types: ['otp'] }),
    async associate(tenant, _seal, input, asked) {
      const sealTo =
        input.sealTo ?? tenant.fail({ type: 'device-key-missing', endpoint: ASSOCIATE });
      const { secret, barcode_uri: barcodeUri, recovery_codes } = await asked(totpAssociation);
      return {
        setUp: await sealToDevice(sealTo, { secret, barcodeUri }),
        ...(await sealedRecoveryCode(recovery_codes, sealTo)),
      };
    },
    grant: 'mfa-otp',
    proof: (_tenant, _seal, { code }) => Promise.resolve({ otp: code }),
  },
};

function numberOf(tenant: TenantClient, { phoneNumber }: AssociateInput): string {
  return phoneNumber === undefined || isCostly(phoneNumber)
    ? tenant.fail({ type: 'phone-number-refused', endpoint: ASSOCIATE })
    : phoneNumber;
}

/**
 * The owner of such a number earns money with each text to it (SMS pumping). Our client refuses them too,
 * but anybody who may start a workflow can name any number.
 */
function isCostly(phoneNumber: string): boolean {
  const type = parsePhoneNumberFromString(phoneNumber)?.getType();
  return type === 'PREMIUM_RATE' || type === 'SHARED_COST';
}

/** One code, with the user's first associate ever. */
async function sealedRecoveryCode(
  recoveryCodes: readonly string[] | null | undefined,
  sealTo: PublicDeviceKey | undefined,
): Promise<{ recoveryCode?: DeviceSealed | 'lost' }> {
  const [recoveryCode] = recoveryCodes ?? [];
  if (recoveryCode === undefined) return {};
  if (sealTo === undefined) return { recoveryCode: 'lost' };
  return { recoveryCode: await sealToDevice(sealTo, { recoveryCode }) };
}

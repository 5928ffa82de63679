/**
 * `POST /mfa/associate` (auth0-docs "Add an Authenticator"; shapes as recorded by go-auth0,
 * TestMFAAddAuthenticator). Each call makes another entry, and sends another code.
 */
import { z } from 'zod';
import { type Exchange, fields, json, optional, required, type Fields } from '../http/exchange.ts';
import { invalidRequest, missingParameter, OAuthError } from '../http/oauth-error.ts';
import { type AuthenticatorKind, E164, isFull } from '../tenant/authenticator.ts';
import type { Channel } from '../tenant/one-time-codes.ts';
import type { Made, Tenant } from '../tenant/tenant.ts';
import type { User } from '../tenant/user.ts';
import type { Tokens } from '../tokens/tokens.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import { mfaBearer, type MfaBearer } from './mfa-bearer.ts';
import { quotaSpent, unsupportedType } from './mfa-error.ts';

/** RFC 5321, section 4.5.3.1.3. */
const EMAIL_LENGTH_MAX = 254;
const NAME_LENGTH_MAX = 32;

export class MfaAssociate {
  readonly #tenant: Tenant;
  readonly #tokens: Tokens;
  readonly #clients: ClientAuthentication;

  constructor(tenant: Tenant, tokens: Tokens, clients: ClientAuthentication) {
    this.#tenant = tenant;
    this.#tokens = tokens;
    this.#clients = clients;
  }

  async answer(exchange: Exchange): Promise<Response> {
    const bearer = await mfaBearer(this.#tenant, this.#tokens, exchange, 'enroll');
    const { user } = bearer;
    if (this.#isEnrolled(bearer)) {
      throw new OAuthError(403, 'access_denied', 'User is already enrolled.');
    }
    const input = await fields(exchange);
    const { associateClient } = this.#tenant.settings;
    if (associateClient === 'required') await this.#clients.authenticate(exchange, input);
    const type = this.#firstOf(input, 'authenticator_types');
    const noted = exchange.get('noted');
    noted.request['authenticator_types'] = type;
    if (isFull(user)) throw invalidRequest('The user has too many authenticators.');
    if (type === 'otp') return this.#otp(exchange, user);
    if (type !== 'oob') throw unsupportedType(this.#tenant.settings.factorOffError);
    const channel = this.#firstOf(input, 'oob_channels');
    noted.request['oob_channels'] = channel;
    switch (channel) {
      case 'sms':
      case 'voice':
        return this.#phone(exchange, user, input, channel);
      case 'email':
        return this.#email(exchange, user, input);
      case 'auth0':
        return this.#push(exchange, user);
      default:
        throw unsupportedType(this.#tenant.settings.factorOffError);
    }
  }

  /** Whether this bearer may not add to what the user has. */
  #isEnrolled({ user, grant, kind }: MfaBearer): boolean {
    if (this.#tenant.active(user).length === 0) return false;
    if (kind === 'mfa-token') return true;
    return !this.#tenant.settings.earlyTokenEnrolls && grant.amr.length === 0;
  }

  #otp(exchange: Exchange, user: User): Response {
    this.#need('totp');
    const { authenticator, recoveryCode } = this.#tenant.associate(user, 'totp');
    exchange.get('noted').effect = 'authenticator-created';
    const { secret = '' } = authenticator;
    const { issuer, label } = this.#barcode(user);
    return json(exchange, {
      authenticator_type: 'otp',
      secret,
      barcode_uri: `otpauth://totp/${label}?secret=${secret}&issuer=${issuer}&algorithm=SHA1&digits=6&period=30`,
      ...recovery(recoveryCode),
    });
  }

  #phone(exchange: Exchange, user: User, input: Fields, channel: 'sms' | 'voice'): Response {
    this.#need(channel);
    const phoneNumber = required(input, 'phone_number');
    if (!E164.test(phoneNumber)) {
      const { phoneNumberError } = this.#tenant.settings;
      throw new OAuthError(400, phoneNumberError, 'The phone number is invalid.');
    }
    return this.#sent(exchange, user, channel, phoneNumber, { phoneNumber, channel });
  }

  #email(exchange: Exchange, user: User, input: Fields): Response {
    this.#need('email');
    const email = optional(input, 'email') ?? user.email;
    if (email.length > EMAIL_LENGTH_MAX || !z.email().safeParse(email).success) {
      throw invalidRequest('The email is invalid.');
    }
    return this.#sent(exchange, user, 'email', email, { email });
  }

  #sent(exchange: Exchange, user: User, channel: Channel, to: string, made: Made): Response {
    const texted = this.#tenant.text(user, to, channel);
    if (texted === undefined) throw quotaSpent(this.#tenant.settings, channel);
    const { authenticator, recoveryCode } = this.#tenant.associate(user, made);
    exchange.get('noted').effect = 'authenticator-created';
    const transaction = { user, authenticator, sent: { texted } };
    return json(exchange, {
      authenticator_type: 'oob',
      binding_method: 'prompt',
      ...recovery(recoveryCode),
      oob_channel: channel,
      oob_code: this.#tokens.oobCodes.issue(transaction, this.#tenant.settings.oobCodeLifeMs),
    });
  }

  /** Nothing is pushed yet: there is no app before the barcode is scanned. */
  #push(exchange: Exchange, user: User): Response {
    this.#need('push');
    const { authenticator, recoveryCode } = this.#tenant.associate(user, 'push');
    const push = this.#tenant.pushes.open(user.userId, authenticator, 'enrollment');
    exchange.get('noted').effect = 'authenticator-created';
    const transaction = { user, authenticator, sent: { push } };
    const base = encodeURIComponent(new URL('appliance-mfa', this.#tokens.issuer).href);
    return json(exchange, {
      authenticator_type: 'oob',
      barcode_uri: `otpauth://totp/${this.#barcode(user).label}?enrollment_tx_id=${push.id}&base_url=${base}`,
      ...recovery(recoveryCode),
      oob_channel: 'auth0',
      oob_code: this.#tokens.oobCodes.issue(transaction, this.#tenant.settings.oobCodeLifeMs),
    });
  }

  /** The first element, where an array is sent, or the bare string of the older reference; forms have either. */
  #firstOf(input: Fields, name: string): string {
    const plain = input.get(name);
    if (typeof plain === 'string' && !this.#tenant.settings.bareStrings) {
      throw invalidRequest(`${name} must be an array.`);
    }
    const value = plain ?? input.get(`${name}[]`) ?? input.get(`${name}[0]`);
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first !== 'string' || first === '') throw missingParameter(name);
    return first.slice(0, NAME_LENGTH_MAX);
  }

  #need(kind: AuthenticatorKind): void {
    if (!this.#tenant.factorEnabled(kind))
      throw unsupportedType(this.#tenant.settings.factorOffError);
  }

  #barcode(user: User): { issuer: string; label: string } {
    const { friendlyName } = this.#tenant.settings;
    const name = friendlyName === '' ? new URL(this.#tokens.issuer).host : friendlyName;
    const issuer = encodeURIComponent(name);
    return { issuer, label: `${issuer}:${encodeURIComponent(user.email)}` };
  }
}

function recovery(code: string | undefined): { recovery_codes?: string[] } {
  return code === undefined ? {} : { recovery_codes: [code] };
}

/**
 * How a tenant is named: by its domain, by the issuer of its tokens, and by the audience of its MFA API. All three
 * are compared to the letter, with ids of workflows or with claims of tokens, so each has one spelling here.
 */

import { LIMITS } from './enroll-mfa.ts';

/** A host's labels (RFC 1123, section 2.1), in lower case, and the port of an emulator. */
const DOMAIN =
  /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[1-9][0-9]{0,4})?$/;

/** As a URL writes loopback; nobody else hears what is sent there. */
const LOOPBACK_HOSTS = ['127.0.0.1', '[::1]', 'localhost'];

export const TENANT_RULE =
  'must be the Auth0 domain in lower case, without https:// and slashes, such as example.eu.auth0.com';
const PLACE_RULE =
  'an https: URL (http: only on loopback) of a host in lower case, without user, query and fragment, whose path is';
export const ISSUER_RULE = `must be ${PLACE_RULE} / alone`;
export const AUDIENCE_RULE = `must be ${PLACE_RULE} /mfa/ to the letter, the slash at its end included`;

/** Only one that makes a URL: a port has an end, and a host of digits is an address or none. */
export function isTenant(text: string): boolean {
  if (text.length > LIMITS.tenantCharacters) return false;
  if (!DOMAIN.test(text) || !URL.canParse(`https://${text}`)) return false;
  return new URL(`https://${text}`).hostname === text.replace(/:.*/, '');
}

/** `https://example.eu.auth0.com/`, as Auth0 writes it into `iss`. */
export function isIssuer(text: string): boolean {
  return isPlace(text, '/');
}

/** `https://example.eu.auth0.com/mfa/`, as Auth0 writes it into `aud`. */
export function isMfaAudience(text: string): boolean {
  return isPlace(text, '/mfa/');
}

function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK_HOSTS.includes(hostname));
}

function isPlace(text: string, path: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const isHost = isTenant(url.host) || LOOPBACK_HOSTS.includes(url.hostname);
  return isHost && isSecure(url) && text === `${url.origin}${path}`;
}

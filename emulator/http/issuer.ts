export const ISSUER_RULE =
  'must be an http: or https: URL that ends in a slash, as the issuer of an Auth0 tenant does, without user, query and fragment';

export function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, origin, pathname } = new URL(text);
  return /^https?:$/.test(protocol) && pathname.endsWith('/') && text === `${origin}${pathname}`;
}

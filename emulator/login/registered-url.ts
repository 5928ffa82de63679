/**
 * Whether a URL is one of those that a client, or the tenant, has registered: the same to the letter, or
 * with one name in place of the `*` (auth0-docs "Subdomain URL Placeholders").
 */

const WILDCARD = /^(https?:\/\/[^/*.]*)\*([^/*]*\.[^/*.]+\.[^/*.]+(?:[/?#][^*]*)?)$/i;
const ONE_NAME = /^[a-z0-9-]+$/i;

export function isRegistered(url: string, registered: readonly string[]): boolean {
  // Nobody is sent to a `*` itself.
  if (url.includes('*')) return false;
  return registered.some((entry) => entry === url || fitsWildcard(url, entry));
}

/** `/v2/logout` looks at neither query nor fragment (auth0-docs "Redirect Users with Alternative Logout"). */
export function isRegisteredPath(url: string, registered: readonly string[]): boolean {
  const place = placeOf(url);
  return (
    place !== undefined &&
    isRegistered(
      place,
      registered.map((entry) => placeOf(entry) ?? entry),
    )
  );
}

function placeOf(url: string): string | undefined {
  // A wildcard is no part of a URL: such an entry stays as it is.
  if (url.includes('*') || !URL.canParse(url)) return undefined;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

function fitsWildcard(url: string, entry: string): boolean {
  const parts = WILDCARD.exec(entry);
  if (parts === null) return false;
  const [, before = '', after = ''] = parts;
  if (!url.startsWith(before) || !url.endsWith(after)) return false;
  return ONE_NAME.test(url.slice(before.length, url.length - after.length));
}

import fetchCookie from 'fetch-cookie';
import { parse } from 'node-html-parser';

/** A login is a handful of pages; a tenant that sends us in circles is left after this many. */
const STEPS_MAX = 12;
const PAGE_TIMEOUT_MS = 10_000;

const CHALLENGE_PAGES = { 'mfa-sms-challenge': 'sms', 'mfa-otp-challenge': 'totp' } as const;

export interface BrowserLogin {
  /** Begins at the tenant's `/authorize`, with `redirect_uri`. */
  readonly authorizeUrl: string;
  readonly username: string;
  readonly password: string;
  /** Gives the code that a challenge page asks for. Without it a challenge is an error. */
  readonly answerChallenge?: (factor: 'sms' | 'totp') => Promise<string>;
  /** For a tenant whose certificate nobody here trusts by itself. Default `fetch`. */
  readonly fetch?: typeof fetch;
}

export interface BrowserLoginResult {
  /** The address that the tenant sent the browser back to, with `code` and `state`, or `error`. */
  readonly callbackUrl: string;
  /** The factors that were asked for on the way. */
  readonly challenged: readonly ('sms' | 'totp')[];
}

/** The tenant's pages did not let the person in; the text says where and what the page said. */
export class BrowserLoginError extends Error {
  override readonly name = 'BrowserLoginError';
}

/**
 * Logs in on the tenant's own pages as a browser would: follows redirects, keeps cookies, fills the
 * forms that it is shown. Ends where the tenant redirects to `redirect_uri`, which is not requested.
 *
 * @throws BrowserLoginError when a page refuses what was entered, or shows nothing to fill in.
 */
export async function logInByBrowser(login: BrowserLogin): Promise<BrowserLoginResult> {
  const redirectUri = new URL(login.authorizeUrl).searchParams.get('redirect_uri');
  if (redirectUri === null) throw new BrowserLoginError('authorizeUrl has no redirect_uri.');
  const browse = fetchCookie(login.fetch ?? fetch);
  const challenged: ('sms' | 'totp')[] = [];
  const filled = new Set<string>();
  let url = login.authorizeUrl;
  let form: URLSearchParams | undefined;

  for (let step = 0; step < STEPS_MAX; step += 1) {
    const response = await browse(url, {
      redirect: 'manual',
      signal: AbortSignal.timeout(PAGE_TIMEOUT_MS),
      ...(form === undefined ? {} : { method: 'POST', body: form }),
    });
    const location = response.headers.get('location');
    if (location !== null) {
      await response.body?.cancel();
      const target = new URL(location, url);
      if (`${target.origin}${target.pathname}` === redirectUri) {
        return { callbackUrl: target.href, challenged };
      }
      url = target.href;
      form = undefined;
      continue;
    }
    const page = readPage(await response.text(), url);
    if (page === undefined || filled.has(page.kind)) {
      throw new BrowserLoginError(
        `${new URL(url).pathname} answered ${response.status}: ${page?.text ?? 'no form on it'}`,
      );
    }
    filled.add(page.kind);
    if (page.kind !== 'password') challenged.push(page.kind);
    form = await fillIn(page, login);
    url = page.action;
  }
  throw new BrowserLoginError(`The tenant did not come back after ${STEPS_MAX} pages.`);
}

interface LoginPage {
  readonly kind: 'password' | 'sms' | 'totp';
  /** Where its form goes. */
  readonly action: string;
  readonly fields: URLSearchParams;
  /** What a person reads on it. */
  readonly text: string;
}

function readPage(html: string, url: string): LoginPage | undefined {
  const document = parse(html);
  const form = document.querySelector('form');
  if (form === null) return undefined;
  const inputs = form.querySelectorAll('input');
  const fields = new URLSearchParams(
    inputs.flatMap((input): [string, string][] => {
      const name = input.getAttribute('name');
      return name === undefined ? [] : [[name, input.getAttribute('value') ?? '']];
    }),
  );
  const action = new URL(form.getAttribute('action') ?? '', url);
  if (form.getAttribute('action') === undefined) action.search = new URL(url).search;
  const challenge = Object.entries(CHALLENGE_PAGES).find(([path]) => url.includes(path));
  const text = document.textContent.replace(/\s+/g, ' ').trim().slice(0, 300);
  if (fields.has('password')) return { kind: 'password', action: action.href, fields, text };
  if (fields.has('code') && challenge !== undefined) {
    return { kind: challenge[1], action: action.href, fields, text };
  }
  return undefined;
}

async function fillIn(page: LoginPage, login: BrowserLogin): Promise<URLSearchParams> {
  const { kind, fields } = page;
  if (kind === 'password') {
    fields.set('username', login.username);
    fields.set('password', login.password);
    return fields;
  }
  if (login.answerChallenge === undefined) {
    throw new BrowserLoginError(`The login asks for a second factor: ${kind}.`);
  }
  fields.set('code', await login.answerChallenge(kind));
  return fields;
}

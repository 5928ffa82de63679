/** A browser as far as a login needs one: keeps cookies, follows no redirect by itself. */
import fetchCookie from 'fetch-cookie';
import { parse } from 'node-html-parser';
import { type Bench, CLIENT, pkce, REDIRECT_URI, SCOPE } from './bench.ts';

export interface Page {
  readonly status: number;
  readonly location: string | undefined;
  readonly html: string;
}

export class Browser {
  readonly #bench: Bench;
  readonly #fetch = fetchCookie(fetch);
  readonly pkce = pkce();

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  async open(target: string, form?: Readonly<Record<string, string>>): Promise<Page> {
    const response = await this.#fetch(this.#bench.url(target), {
      redirect: 'manual',
      ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form) }),
    });
    return {
      status: response.status,
      location: response.headers.get('location') ?? undefined,
      html: await response.text(),
    };
  }

  /** `undefined` leaves a parameter out. */
  authorize(changes: Readonly<Record<string, string | undefined>> = {}): Promise<Page> {
    const parameters: Readonly<Record<string, string | undefined>> = {
      ...{ response_type: 'code', client_id: CLIENT.client_id, redirect_uri: REDIRECT_URI },
      ...{ state: 'st', nonce: 'no', scope: SCOPE, audience: this.#bench.emulator.audience },
      ...{ code_challenge: this.pkce.challenge, code_challenge_method: 'S256' },
      ...changes,
    };
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) query.set(name, value);
    }
    return this.open(`/authorize?${query.toString()}`);
  }

  /** Types the user's name and password into the page that `at` redirects to. */
  async logIn(at: Page, password = this.#bench.password, username = this.#bench.email) {
    const { html } = await this.open(at.location ?? '');
    const state = parse(html).querySelector('[name=state]')?.getAttribute('value') ?? '';
    return this.open('/u/login', { state, username, password });
  }

  /** Types a code into the challenge page that `at` redirects to. */
  async answer(at: Page, code: string): Promise<Page> {
    const url = new URL(this.#bench.url(at.location ?? ''));
    return this.open(url.pathname, { state: url.searchParams.get('state') ?? '', code });
  }

  /** The authorization code of a login that is not challenged. */
  async code(changes: Readonly<Record<string, string | undefined>> = {}): Promise<string> {
    return callback(await this.logIn(await this.authorize(changes)))['code'] ?? '';
  }

  exchange(code: string, changes: Readonly<Record<string, string>> = {}) {
    return this.#bench.token({
      ...{ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI },
      ...{ code_verifier: this.pkce.verifier, ...changes },
    });
  }
}

/** The parameters that a redirect to the client carries. */
export function callback({ location = '', html }: Page): Readonly<Record<string, string>> {
  if (!location.startsWith(REDIRECT_URI)) throw new Error(`No callback: ${location} ${html}`);
  return Object.fromEntries(new URL(location).searchParams);
}

/** The tenant over HTTP: one connection pool, one deadline a call, every outcome classified (I9). */
import { createRemoteJWKSet, customFetch as joseFetch, type JWTVerifyGetKey } from 'jose';
import * as oauth from 'oauth4webapi';
import { Pool } from 'undici';
import type { FailureDetail } from '../enrollment-activities.ts';
import {
  applicationFailure,
  type Endpoint,
  failureOfReply,
  failureOfSilence,
  repeatable,
} from '../failures.ts';
import type { Ownership } from '../ownership.ts';
import { type HttpOutcome, type HttpReply, type HttpRequest, request } from './request.ts';

export interface Auth0Config {
  /** `example.eu.auth0.com`: what an enrollment's `tenant` must be. */
  readonly domain: string;
  /** `https://example.eu.auth0.com/`, with the slash. */
  readonly issuer: URL;
  /** The MFA API's, `https://example.eu.auth0.com/mfa/`. */
  readonly audience: string;
  readonly clientId: string;
  /** Absent for a public client. */
  readonly clientSecret?: string;
  readonly httpDeadlineMs: number;
}

/** Connections to one tenant; as many calls as a worker runs activities wait for one of them. */
const CONNECTIONS_MAX = 50;
const CONNECT_TIMEOUT_MS = 4_000;
/** Clocks of worker and tenant may be two minutes apart, and a bit. */
export const CLOCK_TOLERANCE_S = 180;

/** No whole reply came to a call that a library made for us. */
class SilenceError extends Error {
  readonly outcome: Exclude<HttpOutcome, HttpReply>;
  constructor(outcome: Exclude<HttpOutcome, HttpReply>) {
    super(`no reply: ${outcome.code}`);
    this.outcome = outcome;
  }
}

export class TenantClient {
  readonly config: Auth0Config;
  readonly now: () => number;
  readonly #pool: Pool;
  readonly #keys: JWTVerifyGetKey;
  readonly #server: oauth.AuthorizationServer;

  constructor(config: Auth0Config, now: () => number) {
    this.config = config;
    this.now = now;
    this.#pool = new Pool(config.issuer.origin, {
      connections: CONNECTIONS_MAX,
      connect: { timeout: Math.min(CONNECT_TIMEOUT_MS, config.httpDeadlineMs) },
    });
    const url = (path: string) => new URL(path, config.issuer).href;
    // Auth0's own paths, so that nobody waits for a discovery document that says the same.
    this.#server = {
      issuer: config.issuer.href,
      token_endpoint: url('oauth/token'),
      jwks_uri: url('.well-known/jwks.json'),
    };
    this.#keys = createRemoteJWKSet(new URL(url('.well-known/jwks.json')), {
      timeoutDuration: config.httpDeadlineMs,
      [joseFetch]: (target, options) => this.#fetch(target, options),
    });
  }

  get keys(): JWTVerifyGetKey {
    return this.#keys;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  fail(detail: FailureDetail): never {
    throw applicationFailure(detail, this.now());
  }

  /** An enrollment of another tenant is a deployment's mistake: nothing is asked of anybody. */
  checkTenant(tenant: string, endpoint: Endpoint): void {
    if (tenant === this.config.domain) return;
    this.fail({
      type: 'configuration-fault',
      endpoint,
      remedy:
        `This worker serves the tenant ${this.config.domain} (AUTH0_DOMAIN); start enrollments of ` +
        'another one on the task queue of its own workers.',
    });
  }

  /**
   * Asks once.
   *
   * @param alsoFine - statuses beside 2xx that mean success
   * @returns the reply's text
   */
  async ask(
    endpoint: Endpoint,
    call: HttpRequest,
    ownership: Ownership,
    alsoFine: readonly number[] = [],
  ): Promise<string> {
    this.checkOwned(endpoint, ownership);
    const outcome = await this.#request(call);
    if (outcome.kind === 'reply' && fine(outcome.status, alsoFine)) return outcome.text;
    const detail = this.#failure(endpoint, outcome);
    return this.fail(call.method === 'POST' ? detail : repeatable(detail));
  }

  checkOwned(endpoint: Endpoint, ownership: Ownership): void {
    if (ownership.holds(this.config.httpDeadlineMs)) return;
    this.fail({ type: 'unavailable', endpoint });
  }

  /** The tokens of an authorization code (RFC 6749, section 4.1.3; RFC 7636), nonce checked. */
  async exchangeCode(
    proof: { code: string; codeVerifier: string; redirectUri: string; nonce: string },
    ownership: Ownership,
  ): Promise<oauth.TokenEndpointResponse> {
    const endpoint = 'POST /oauth/token (authorization_code)';
    this.checkOwned(endpoint, ownership);
    const { clientId, clientSecret, issuer } = this.config;
    const client: oauth.Client = {
      client_id: clientId,
      [oauth.clockSkew]: Math.round((this.now() - Date.now()) / 1000),
      [oauth.clockTolerance]: CLOCK_TOLERANCE_S,
    };
    const authentication =
      clientSecret === undefined ? oauth.None() : oauth.ClientSecretPost(clientSecret);
    // The callback's state was the browser's affair; only the code is left of it.
    const callback = oauth.validateAuthResponse(
      this.#server,
      client,
      new URLSearchParams({ code: proof.code }),
      oauth.expectNoState,
    );
    const options = {
      [oauth.customFetch]: (
        target: string,
        init: oauth.CustomFetchOptions<'POST', URLSearchParams>,
      ) => this.#fetch(target, { ...init, body: init.body.toString() }),
      [oauth.allowInsecureRequests]: issuer.protocol === 'http:',
    };
    let reply: HttpReply | undefined;
    try {
      const response = await oauth.authorizationCodeGrantRequest(
        this.#server,
        client,
        authentication,
        callback,
        proof.redirectUri,
        proof.codeVerifier,
        options,
      );
      reply = await copied(response);
      if (reply.status !== 200) return this.fail(failureOfReply(endpoint, reply, this.now()));
      return await oauth.processAuthorizationCodeResponse(this.#server, client, response, {
        expectedNonce: proof.nonce,
        requireIdToken: true,
      });
    } catch (error) {
      if (error instanceof SilenceError)
        return this.fail(failureOfSilence(endpoint, error.outcome));
      if (error instanceof oauth.OperationProcessingError) {
        return this.fail({ type: 'invalid-id-token', endpoint });
      }
      throw error;
    }
  }

  #failure(endpoint: Endpoint, outcome: HttpOutcome): FailureDetail {
    return outcome.kind === 'reply'
      ? failureOfReply(endpoint, outcome, this.now())
      : failureOfSilence(endpoint, outcome);
  }

  #request(call: HttpRequest): Promise<HttpOutcome> {
    const { issuer, httpDeadlineMs } = this.config;
    return request(this.#pool, issuer.origin, call, httpDeadlineMs);
  }

  /** For libraries that want a fetch: the same pool, deadline and bounds. */
  async #fetch(
    target: string,
    init: { method: string; headers: ConstructorParameters<typeof Headers>[0]; body?: string },
  ): Promise<Response> {
    const { pathname, search } = new URL(target);
    const outcome = await this.#request({
      method: init.method === 'POST' ? 'POST' : 'GET',
      path: `${pathname}${search}`,
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(init.body !== undefined && { body: init.body }),
    });
    if (outcome.kind !== 'reply') throw new SilenceError(outcome);
    return new Response(outcome.text, { status: outcome.status, headers: outcome.headers });
  }
}

async function copied(response: Response): Promise<HttpReply> {
  const { status, headers } = response;
  const text = await response.clone().text();
  return { kind: 'reply', status, headers: Object.fromEntries(headers), text };
}

function fine(status: number, alsoFine: readonly number[]): boolean {
  return (status >= 200 && status < 300) || alsoFine.includes(status);
}

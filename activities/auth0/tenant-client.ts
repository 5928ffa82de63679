/** The tenant over HTTP: one connection pool, one deadline a call, every outcome classified (I9). */
import { createRemoteJWKSet, customFetch as joseFetch, type RemoteJWKSet } from 'jose';
import { Pool } from 'undici';
import type { WorkerSealed } from '../enrollment-activities.ts';
import { applicationFailure, failureOfReply, failureOfSilence, repeatable } from '../failures.ts';
import type { Ownership } from '../ownership.ts';
import type { WorkerKeyring } from '../seal.ts';
import { type HttpOutcome, type HttpReply, type HttpRequest, request } from './request.ts';
import type { Promised } from './schemas.ts';
import type { Endpoint, FailureDetail } from '../failure-types.ts';

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
export class SilenceError extends Error {
  override readonly name = 'SilenceError';
  readonly outcome: Exclude<HttpOutcome, HttpReply>;

  constructor(outcome: Exclude<HttpOutcome, HttpReply>) {
    super(`no reply: ${outcome.code}`);
    this.outcome = outcome;
  }
}

export class TenantClient {
  readonly config: Auth0Config;
  /** Epoch ms. */
  readonly now: () => number;
  /** The tenant's public keys, cached; rejects with an error of jose or a {@link SilenceError}. */
  readonly keys: RemoteJWKSet;
  readonly #pool: Pool;

  constructor(config: Auth0Config, now: () => number) {
    this.config = config;
    this.now = now;
    this.#pool = new Pool(config.issuer.origin, {
      connections: CONNECTIONS_MAX,
      connect: { timeout: Math.min(CONNECT_TIMEOUT_MS, config.httpDeadlineMs) },
    });
    this.keys = createRemoteJWKSet(new URL('.well-known/jwks.json', config.issuer), {
      timeoutDuration: config.httpDeadlineMs,
      [joseFetch]: (target, options) => this.fetch(target, options),
    });
  }

  /** Waits for running calls. */
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

  /** What another worker sealed; one that this one cannot open is a deployment's mistake too. */
  async opened(seal: WorkerKeyring, sealed: WorkerSealed, endpoint: Endpoint): Promise<string> {
    try {
      return await seal.open(sealed);
    } catch {
      return this.fail({
        type: 'configuration-fault',
        endpoint,
        remedy: 'Give every worker the same keys in MFA_WORKER_KEYS_FILE, retired ones included.',
      });
    }
  }

  /** As `ownership`, and only until then (epoch ms): what comes too late is not written at all. */
  until(notAfter: number, ownership: Ownership): Ownership {
    return { holds: (neededMs) => this.now() <= notAfter && ownership.holds(neededMs) };
  }

  /** Right before writing. @throws ApplicationFailure `unavailable`: certainly nothing was sent */
  checkOwned(endpoint: Endpoint, ownership: Ownership): void {
    if (ownership.holds(this.config.httpDeadlineMs)) return;
    this.fail({ type: 'unavailable', endpoint });
  }

  /**
   * Asks once.
   *
   * @returns what the endpoint promises
   * @throws ApplicationFailure
   */
  async ask<T>(
    endpoint: Endpoint,
    call: HttpRequest,
    promised: Promised<T>,
    ownership: Ownership,
  ): Promise<T> {
    this.checkOwned(endpoint, ownership);
    const outcome = await this.#request(call, ownership);
    const answer = outcome.kind === 'reply' ? promised(outcome) : undefined;
    if (answer !== undefined) return answer;
    const detail =
      outcome.kind === 'reply'
        ? failureOfReply(endpoint, outcome, this.now())
        : failureOfSilence(endpoint, outcome);
    return this.fail(call.method === 'POST' ? detail : repeatable(detail));
  }

  /**
   * For libraries that want a fetch: the same pool, deadline and bounds.
   *
   * @throws SilenceError
   */
  async fetch(
    target: string,
    init: { method: string; headers: ConstructorParameters<typeof Headers>[0]; body?: string },
    ownership?: Ownership,
  ): Promise<Response> {
    const { pathname, search } = new URL(target);
    const call: HttpRequest = {
      method: init.method === 'POST' ? 'POST' : 'GET',
      path: `${pathname}${search}`,
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(init.body !== undefined && { body: init.body }),
    };
    const outcome = await this.#request(call, ownership);
    if (outcome.kind !== 'reply') throw new SilenceError(outcome);
    const { status, headers, text } = outcome;
    // The constructor of Response refuses a body, even an empty one, for these.
    const empty = status === 204 || status === 205 || status === 304;
    return new Response(empty ? null : text, { status, headers });
  }

  #request(call: HttpRequest, ownership?: Ownership): Promise<HttpOutcome> {
    const { issuer, httpDeadlineMs } = this.config;
    const mayWrite = () => ownership?.holds(httpDeadlineMs) ?? true;
    return request(this.#pool, issuer.origin, call, httpDeadlineMs, mayWrite);
  }
}

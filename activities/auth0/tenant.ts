/**
 * One tenant: the only connection pool to it, what it says about itself (discovery) and its keys.
 * Both are cached, so that a login costs two requests and not four.
 */
import { createRemoteJWKSet, customFetch as joseFetch } from 'jose';
import * as oauth from 'oauth4webapi';
import { Pool } from 'undici';
import { type Call, type NoReply, type Outcome, type Reply, request } from './request.ts';

export const HTTP_DEADLINE_MS_DEFAULT = 5_000;
/** More calls at once than a worker runs activities would only wait inside the pool. */
const CONNECTIONS_MAX = 64;
const DISCOVERY_TTL_MS = 3_600_000;
/** A tenant that rotates its keys is believed after this long, or at once for an unknown `kid`. */
const JWKS_TTL_MS = 600_000;
/** Tokens with made-up `kid`s must not turn into a flood of requests for keys. */
const JWKS_COOLDOWN_MS = 5_000;
const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];
const BODYLESS_STATUSES = [101, 204, 205, 304];

export interface Auth0Config {
  /** `example.eu.auth0.com`; every activity's `tenant` must be this. */
  readonly domain: string;
  /** `https://{domain}/`; `http:` for loopback only. */
  readonly issuer: URL;
  /** Identifier of the MFA API, `https://{domain}/mfa/`. */
  readonly audience: string;
  readonly clientId: string;
  /** Absent for an application that authenticates with `none`. */
  readonly clientSecret?: string;
  /** For each HTTP call, all of it. */
  readonly httpDeadlineMs: number;
}

/** Thrown through the libraries that call our fetch, and caught by {@link Tenant}'s callers. */
export class CallLost extends Error {
  override readonly name = 'CallLost';
  readonly noReply: NoReply;

  constructor(noReply: NoReply) {
    super(`no reply (${noReply.cause})`);
    this.noReply = noReply;
  }
}

/** Discovery or keys could not be had, or are not usable. */
export class MetadataFault extends Error {
  override readonly name = 'MetadataFault';
  readonly endpoint: string;
  readonly why: 'unavailable' | 'not-usable';

  constructor(endpoint: string, why: MetadataFault['why']) {
    super(`${endpoint} is ${why}`);
    this.endpoint = endpoint;
    this.why = why;
  }
}

export type KeySet = ReturnType<typeof createRemoteJWKSet>;

export interface Metadata {
  readonly server: oauth.AuthorizationServer;
  readonly keys: KeySet;
}

interface CachedMetadata extends Metadata {
  readonly at: number;
}

export class Tenant {
  readonly config: Auth0Config;
  readonly #pool: Pool;
  #metadata: CachedMetadata | undefined;

  constructor(config: Auth0Config) {
    this.config = config;
    this.#pool = new Pool(config.issuer.origin, {
      connections: CONNECTIONS_MAX,
      connect: { timeout: config.httpDeadlineMs },
      headersTimeout: config.httpDeadlineMs,
      bodyTimeout: config.httpDeadlineMs,
    });
  }

  call(call: Omit<Call, 'deadlineMs'>): Promise<Outcome> {
    return request(this.#pool, { ...call, deadlineMs: this.config.httpDeadlineMs });
  }

  /** For `oauth4webapi`: plain HTTP for a loopback issuer alone. */
  get allowsHttp(): boolean {
    const { protocol, hostname } = this.config.issuer;
    return protocol === 'http:' && LOOPBACK_HOSTS.includes(hostname);
  }

  /**
   * A `fetch` over the same pool.
   *
   * @param watch is handed each reply before the library reads it.
   * @throws CallLost from the fetch
   */
  fetchWith(call: Pick<Call, 'mayWrite'> = {}, watch?: (reply: Reply) => void) {
    return async (address: string, init: FetchInit): Promise<Response> => {
      const url = new URL(address);
      if (url.origin !== this.config.issuer.origin) {
        throw new MetadataFault(url.pathname, 'not-usable');
      }
      const outcome = await this.call({
        ...call,
        method: init.method === 'POST' ? 'POST' : 'GET',
        path: `${url.pathname}${url.search}`,
        headers: Object.fromEntries(new Headers(init.headers)),
        ...(init.body instanceof URLSearchParams && { body: init.body.toString() }),
      });
      if (outcome.kind !== 'reply') throw new CallLost(outcome);
      watch?.(outcome);
      const { status, headers, text } = outcome;
      return new Response(BODYLESS_STATUSES.includes(status) ? null : text, { status, headers });
    };
  }

  /**
   * The tenant's endpoints and signing keys.
   *
   * @throws MetadataFault
   */
  async metadata(): Promise<Metadata> {
    const cached = this.#metadata;
    if (cached !== undefined && performance.now() - cached.at < DISCOVERY_TTL_MS) return cached;
    const server = await this.#discover();
    if (server.jwks_uri === undefined || server.token_endpoint === undefined) {
      throw new MetadataFault('discovery', 'not-usable');
    }
    const keys = createRemoteJWKSet(new URL(server.jwks_uri), {
      [joseFetch]: this.fetchWith(),
      timeoutDuration: this.config.httpDeadlineMs,
      cacheMaxAge: JWKS_TTL_MS,
      cooldownDuration: JWKS_COOLDOWN_MS,
    });
    this.#metadata = { server, keys, at: performance.now() };
    return this.#metadata;
  }

  /**
   * As {@link metadata}, with keys at hand: what comes next cannot be asked for a second time.
   *
   * @throws MetadataFault
   */
  async metadataWithKeys(): Promise<Metadata> {
    const metadata = await this.metadata();
    if (metadata.keys.jwks() !== undefined) return metadata;
    try {
      await metadata.keys.reload();
    } catch {
      throw new MetadataFault('jwks', 'unavailable');
    }
    return metadata;
  }

  async #discover(): Promise<oauth.AuthorizationServer> {
    const { issuer } = this.config;
    let status: number | undefined;
    try {
      const response = await oauth.discoveryRequest(issuer, {
        [oauth.customFetch]: this.fetchWith({}, (reply) => (status = reply.status)),
        [oauth.allowInsecureRequests]: this.allowsHttp,
      });
      return await oauth.processDiscoveryResponse(issuer, response);
    } catch {
      const answered = status !== undefined && status < 500 && status !== 429;
      throw new MetadataFault('discovery', answered ? 'not-usable' : 'unavailable');
    }
  }

  /** Calls in hand are finished first. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}

/** What the two libraries hand to a fetch. */
interface FetchInit {
  readonly method?: string;
  readonly headers?: Headers | Record<string, string>;
  readonly body?: unknown;
}
